#pragma once
#include "actors/ports/tenant_context.hpp"

#include <set>
#include <vector>

namespace tidemark::actors {

/// Notices which parked commands have waited as long as is configured (requirement C18). It only
/// looks, at rows; that their time has come is an input, on which the interpreter decides from the
/// log.
class ParkingClock {
public:
  explicit ParkingClock(const TenantContext& context) : context_(context) {}

  /// Due times to append; each is asked for once. Looks about once a second, however often it is
  /// called. A storage error: nothing is due now.
  std::vector<storage::Append> due(Timestamp now);
  /// Something was not appended: it is asked for again.
  void ask_again() { asked_.clear(); }

private:
  const TenantContext& context_;
  Timestamp looked_;
  std::set<Position> asked_; ///< inputs whose time was appended and which still stand in the rows
};

} // namespace tidemark::actors
