#include "gateway/contact_now.hpp"

#include "events/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {

Result<domain::Contact> contact_now(const storage::LogStore& log, const TenantId& tenant,
                                    const ContactId& id) {
  domain::Contact contact;
  const auto read = storage::read_under_tag(
      log, tenant, events::contact_tag(id), {}, [&](const events::Recorded& recorded) {
        domain::evolve(contact, recorded.event, recorded.envelope.recorded_at);
      });
  if (!read)
    return read.error();
  return contact;
}

Result<std::optional<ContactId>> holder_now(const storage::LogStore& log, const TenantId& tenant,
                                            const Hash16& address) {
  const auto nobody = std::optional<ContactId>{};
  const auto newest = log.newest_tagged(tenant, events::identity_tag(address));
  if (!newest)
    return newest.error();
  if (*newest == Position{})
    return nobody;
  const auto recorded = storage::recorded_event(log, *newest);
  if (!recorded)
    return recorded.error();
  const auto* card = std::get_if<events::IdentityCardWritten>(&recorded->event);
  const auto hash = to_hex(address);
  const auto has = [&](const std::vector<std::string>& hashes) {
    return std::find(hashes.begin(), hashes.end(), hash) != hashes.end();
  };
  return card && (has(card->phones) || has(card->emails)) ? std::optional(card->contact) : nobody;
}

} // namespace tidemark::gateway
