#include "actors/lookup/lane_reading.hpp"

#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::actors {
namespace {

/// Where the delivery begins that the event is the end of; nothing for other events.
std::optional<Position> began(const events::Event& event, const ConnectorName& target) {
  const auto* accepted = std::get_if<events::DeliveryAccepted>(&event);
  return accepted && accepted->target == target ? std::optional(accepted->facts.intent)
                                                : std::nullopt;
}

} // namespace

Result<ReadLane> read_lane(const storage::LogStore& log, const TenantId& tenant,
                           const ContactId& contact, const ConnectorName& target, Position oldest) {
  const auto read_from = [&](Position first, Position& earliest) -> Result<ReadLane> {
    ReadLane lane{{}, Position{first.value - 1}};
    TRYV(storage::read_under_tag(log, tenant, events::contact_tag(contact), lane.read_to,
                                 [&](const events::Recorded& recorded) {
                                   if (const auto from = began(recorded.event, target))
                                     earliest = std::min(earliest, *from);
                                   domain::evolve(lane.state, recorded, target);
                                   lane.read_to = recorded.envelope.position;
                                 }));
    return lane;
  };
  auto earliest = oldest;
  TRY(lane, read_from(oldest, earliest));
  const bool holds = std::any_of(lane.state.pending.begin(), lane.state.pending.end(),
                                 [](const auto& p) { return p.held_until != Timestamp{}; });
  if (!holds || earliest == oldest)
    return lane;
  auto no_further = earliest;
  return read_from(earliest, no_further);
}

} // namespace tidemark::actors
