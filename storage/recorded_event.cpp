#include "storage/recorded_event.hpp"

#include "events/codec.hpp"

namespace tidemark::storage {

Result<events::Recorded> recorded_event(const LogStore& log, Position position,
                                        std::string* attachment) {
  auto stored = log.at(position);
  if (!stored)
    return stored.error();
  if (!*stored)
    return Error{"log_hole",
                 "event " + std::to_string(position.value) + " is named and not in the log"};
  auto event = events::decode((*stored)->envelope.type, (*stored)->payload);
  if (!event)
    return event.error();
  if (attachment)
    *attachment = std::move((*stored)->attachment);
  return events::Recorded{std::move((*stored)->envelope), std::move(*event)};
}

Status read_under_tag(const LogStore& log, const TenantId& tenant, const events::Tag& tag,
                      Position after, const std::function<void(const events::Recorded&)>& visit) {
  constexpr std::size_t batch = 256;
  while (true) {
    const auto positions = log.tagged(tenant, tag, after, batch);
    if (!positions)
      return positions.error();
    for (const auto position : *positions) {
      const auto recorded = recorded_event(log, position);
      if (!recorded)
        return recorded.error();
      visit(*recorded);
      after = position;
    }
    if (positions->size() < batch)
      return Done{};
  }
}

} // namespace tidemark::storage
