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

} // namespace tidemark::domain
