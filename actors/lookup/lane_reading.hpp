#pragma once
#include "domain/delivery/delivery_queue.hpp"
#include "storage/log_store.hpp"

/// A lane that is not in memory.
namespace tidemark::actors {

struct ReadLane {
  domain::DeliveryQueue state;
  Position read_to; ///< every event about the contact up to here is in it
};

/// From `oldest`, the contact's oldest open intent at the target. Where something waits for the
/// body with the mark of an opt-out, from an earlier one that ended behind `oldest`, if any: that
/// may be the body, and what waits goes on with its end.
Result<ReadLane> read_lane(const storage::LogStore& log, const TenantId& tenant,
                           const ContactId& contact, const ConnectorName& target, Position oldest);

} // namespace tidemark::actors
