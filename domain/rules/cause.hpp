#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/all.hpp"

#include <string>
#include <string_view>

namespace tidemark::domain {

/// What a decision may know besides its state: the recorded event that led to it. No clock, no
/// random source: the time is when the cause was received, ids derive from its place.
struct Cause {
  Position position;
  std::uint32_t index = 0;      ///< command index within the cause
  Timestamp now;                ///< when the cause was received
  std::string_view incarnation; ///< of the start, so that ids of a restored log differ (rule 13)
};

/// When an input reached us: as it was recorded, or before that, when it came into the spool.
Timestamp received_at(const events::Event& input, Timestamp recorded_at);

/// What found the input's news, where no webhook brought it: "reconcile" (also of a read-back),
/// "backfill", "import"; else "".
std::string_view found_by(const events::Event& input);

/// `c` and 20 hex digits of a hash of (incarnation, cause position, command index, "contact").
ContactId contact_id_from(const Cause& cause);
/// `d` and 20 hex digits of a hash of (incarnation, cause position, command index, target).
DeliveryId delivery_id_from(const Cause& cause, const ConnectorName& target, std::uint32_t number);

} // namespace tidemark::domain
