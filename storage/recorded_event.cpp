#include "storage/recorded_event.hpp"

#include "events/codec.hpp"

namespace tidemark::storage {

Result<events::Recorded> recorded_event(const LogStore& log, Position position,
                                        std::string* attachment) {
  TRY(stored, log.at(position));
  if (!stored)
    return Error{"log_hole",
                 "event " + std::to_string(position.value) + " is named and not in the log"};
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  if (attachment)
    *attachment = std::move(stored->attachment);
  return events::Recorded{std::move(stored->envelope), std::move(event)};
}

Result<Position> position_at(const LogStore& log, Timestamp time) {
  std::uint64_t before = 0, after = log.durable().value + 1; // it is `before`, or between them
  while (after - before > 1) {
    const auto middle = before + (after - before) / 2;
    TRY(stored, log.at(Position{middle}));
    if (!stored)
      return Error{"log_hole", "position " + std::to_string(middle) + " is not in the log"};
    (stored->envelope.recorded_at <= time ? before : after) = middle;
  }
  return Position{before};
}

Status read_under_tag(const LogStore& log, const TenantId& tenant, const events::Tag& tag,
                      Position after, const std::function<void(const events::Recorded&)>& visit) {
  constexpr std::size_t batch = 256;
  while (true) {
    TRY(positions, log.tagged(tenant, tag, after, batch));
    for (const auto position : positions) {
      TRY(recorded, recorded_event(log, position));
      visit(recorded);
      after = position;
    }
    if (positions.size() < batch)
      return Done{};
  }
}

} // namespace tidemark::storage
