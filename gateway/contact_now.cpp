#include "gateway/contact_now.hpp"

#include "events/codec.hpp"
#include "events/tags.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

Result<events::Recorded> recorded_at(const storage::LogStore& log, Position position) {
  const auto stored = log.at(position);
  if (!stored)
    return stored.error();
  if (!*stored)
    return Error{"log_hole", "an indexed event is not in the log"};
  auto event = events::decode((*stored)->envelope.type, (*stored)->payload);
  if (!event)
    return event.error();
  return events::Recorded{(*stored)->envelope, std::move(*event)};
}

} // namespace

Result<domain::Contact> contact_now(const storage::LogStore& log, const TenantId& tenant,
                                    const ContactId& id) {
  constexpr std::size_t batch = 512;
  domain::Contact contact;
  Position after;
  while (true) {
    const auto positions = log.tagged(tenant, events::contact_tag(id), after, batch);
    if (!positions)
      return positions.error();
    for (const auto position : *positions) {
      const auto recorded = recorded_at(log, position);
      if (!recorded)
        return recorded.error();
      domain::evolve(contact, recorded->event, recorded->envelope.recorded_at);
      after = position;
    }
    if (positions->size() < batch)
      return contact;
  }
}

Result<std::optional<ContactId>> holder_now(const storage::LogStore& log, const TenantId& tenant,
                                            const Hash16& address) {
  const auto nobody = std::optional<ContactId>{};
  const auto newest = log.newest_tagged(tenant, events::identity_tag(address));
  if (!newest)
    return newest.error();
  if (*newest == Position{})
    return nobody;
  const auto recorded = recorded_at(log, *newest);
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
