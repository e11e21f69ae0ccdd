#include "domain/rules/address_key.hpp"

#include "domain/rules/normalise.hpp"
#include "events/format/tags.hpp"

namespace tidemark::domain {

std::optional<AddressKey> address_key(const KeyedHasher& hasher, const TenantId& tenant,
                                      events::Field kind, std::string_view value) {
  AddressKey out{kind, identity_key(kind, value), {}};
  if (out.text.empty())
    return std::nullopt;
  out.hash = events::address_hash(hasher, tenant, kind, out.text);
  return out;
}

std::optional<AddressKey> mailbox_key(const KeyedHasher& hasher, const TenantId& tenant,
                                      events::Field kind, std::string_view value) {
  if (kind != events::Field::email)
    return std::nullopt;
  return address_key(hasher, tenant, kind, shared_mailbox(identity_key(kind, value)));
}

} // namespace tidemark::domain
