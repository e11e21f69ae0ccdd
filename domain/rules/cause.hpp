#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"

#include <string>
#include <string_view>

namespace tidemark::domain {

/// What a decision may know besides its state: the recorded event that led to it. No clock, no
/// random source: the time is when the cause was recorded, ids derive from its place.
struct Cause {
  Position position;
  std::uint32_t index = 0;      ///< command index within the cause
  Timestamp now;                ///< recorded_at of the cause
  std::string_view incarnation; ///< of the start, so that ids of a restored log differ (rule 13)
};

/// `c` and 20 hex digits of a hash of (incarnation, cause position, command index, "contact").
ContactId contact_id_from(const Cause& cause);
/// `d` and 20 hex digits of a hash of (incarnation, cause position, command index, target).
DeliveryId delivery_id_from(const Cause& cause, const ConnectorName& target, std::uint32_t number);

} // namespace tidemark::domain
