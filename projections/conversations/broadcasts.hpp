#pragma once
#include "projections/table/projection.hpp"
#include "projections/table/scan.hpp"

#include <string>
#include <vector>

/// What became of broadcasts, computed from what was recorded (requirements A1.3, M13).
namespace tidemark::projections {

extern const Projection broadcasts;

struct BroadcastNumbers {
  std::uint64_t recipients = 0;
  std::uint64_t delivered = 0; ///< of a text: handed over or further; of an e-mail: it arrived
  std::uint64_t pending = 0;
  std::uint64_t failed = 0;
  std::uint64_t bounced = 0;
  std::uint64_t opted_out = 0; ///< refused for an opt-out, or opted out within 7 days of the send
  std::uint64_t responses = 0; ///< distinct recipients who answered within 7 days
  std::uint64_t appointments = 0; ///< of delivered recipients, since the send
  std::uint64_t sent() const { return delivered + failed; }
};

/// Percent with two decimals, in hundredths: part of whole, 0 when the whole is 0 (requirement
/// A1.3).
std::uint64_t hundredths_of_percent(std::uint64_t part, std::uint64_t whole);

struct BroadcastView {
  ConnectorName connector;
  std::string broadcast;
  std::string channel;    ///< sms or email, "" while no message of it was seen
  std::string last_event; ///< what the sender told last: analytics_updated, broadcast_completed
  bool completed = false;
  Timestamp first_sent; ///< `Timestamp{}` while nothing was
  BroadcastNumbers numbers;
};
/// In the order of connectors and ids.
Result<std::vector<BroadcastView>> all_broadcasts(const Scan& scan, const TenantId& tenant);

} // namespace tidemark::projections
