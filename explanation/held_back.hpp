#pragma once
#include "base/time.hpp"
#include "events/format/reason.hpp"
#include "storage/log_store.hpp"

#include <string>
#include <vector>

namespace tidemark::explanation {

/// Something that holds back everything that goes to one system, at the end of the log.
struct HeldBack {
  Reason reason_code = Reason::none; ///< paused, circuit_open, day_used_up, credential_refused
  std::string text;
  std::string next_step; ///< "" when it goes on by itself
  Timestamp since;
  Position position; ///< the event that says so
};

/// An operator's pause, an open circuit, a day that is used up; none when it flows. The operator's
/// words are given only with `reveal`. Errors: those of reading.
Result<std::vector<HeldBack>> held_back(const storage::LogStore& log, const TenantId& tenant,
                                        const ConnectorName& target, bool reveal);

} // namespace tidemark::explanation
