#pragma once
#include "base/ids.hpp"
#include "base/text/json_reader.hpp"
#include "base/time.hpp"

#include <string>
#include <vector>

/// Calls that systems say they placed to one address, put together from their parts, and the
/// recorded wishes of the person to be called.
namespace tidemark::projections {

struct PlacedCall {
  ConnectorName connector;
  std::string id; ///< the dialer's
  std::string agent;
  std::string started_at; ///< by the dialer's clock; "" when no part tells
  Timestamp told_at;      ///< when the log had the first part
  Position position;      ///< the input that first showed it
};

class CallsPlaced {
public:
  struct Allowance {
    Position position;
    Timestamp from;
    Timestamp until;
    std::string reason;
    std::string by;
  };

  /// Rows `called` and `allowed` of the table `opt_outs`, in log order.
  void add_part(json::Value row);
  void add_allowance(json::Value row);

  /// One for each call, in the order of their first parts. What a part does not tell, a later one
  /// may.
  const std::vector<PlacedCall>& placed() const { return placed_; }
  /// The wish in force when a call began; nullptr when none was. One that is recorded afterwards
  /// excuses nothing.
  const Allowance* allowance_at(Timestamp began) const;

private:
  std::vector<PlacedCall> placed_;
  std::vector<Allowance> allowances_;
};

} // namespace tidemark::projections
