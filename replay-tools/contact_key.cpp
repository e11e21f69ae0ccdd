#include "replay-tools/contact_key.hpp"

#include "base/phone.hpp"
#include "domain/normalise.hpp"
#include "events/tags.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

using Found = Result<std::optional<ContactId>>;

bool is_contact_id(std::string_view key) {
  return key.size() == 21 && key[0] == 'c' && std::all_of(key.begin() + 1, key.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Found by_id(const projections::Scan& scan, const TenantId& tenant, std::string_view key) {
  const ContactId id{std::string(key)};
  const auto known = projections::contact(scan, tenant, id);
  if (!known)
    return known.error();
  return known.value() ? std::optional(id) : std::nullopt;
}

Found by_any(const projections::Scan& scan, const KeyedHasher& hasher, const TenantId& tenant,
             std::string_view key, std::string_view region) {
  if (is_contact_id(key))
    return by_id(scan, tenant, key);
  if (key.find('@') != std::string_view::npos) {
    const auto email = domain::identity_key(events::Field::email, key);
    if (email.empty())
      return Error{"bad_usage", "the key looks like an e-mail address but cannot be one"};
    return projections::contact_by_key(scan, tenant, "email",
                                       to_hex(events::email_hash(hasher, tenant, email)));
  }
  if (const auto colon = key.find(':'); colon != std::string_view::npos) {
    const ConnectorName connector{std::string(key.substr(0, colon))};
    const RemoteId remote{std::string(key.substr(colon + 1))};
    return projections::contact_by_record(
        scan, tenant, connector, to_hex(events::remote_hash(hasher, tenant, connector, remote)));
  }
  const auto phone = to_e164(key, region);
  if (!phone)
    return Error{"bad_usage", "the key is no contact id, phone number, e-mail address or "
                              "connector:remote-id; write a phone number with its country code"};
  return projections::contact_by_key(scan, tenant, "phone",
                                     to_hex(events::phone_hash(hasher, tenant, *phone)));
}

} // namespace

Result<ContactId> contact_named(const projections::Scan& scan, const KeyedHasher& hasher,
                                const TenantId& tenant, std::string_view key,
                                std::string_view region) {
  const auto found = by_any(scan, hasher, tenant, key, region);
  if (!found)
    return found.error();
  if (!found.value())
    return Error{"not_found", "no contact of this tenant has that key; look for the webhook with "
                              "`tidemark log list --type webhook.received.v1`"};
  return *found.value();
}

} // namespace tidemark::tools
