#pragma once
#include "events/recorded.hpp"
#include "storage/log_store.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace tidemark::app {

/// Writes a line to the service's log when a system refused a request, did not answer it, or was
/// given up: what was tried, how it failed, which attempt it was and when the next one is due. One
/// a minute for each connector and reason at most. Nothing of a body: vendors repeat in it what
/// they were sent.
class FailureLog {
public:
  explicit FailureLog(const storage::LogStore& log) : log_(log) {}

  /// Is an event of this stored type a failure?
  static bool is_failure(std::string_view type);
  void take(const events::Recorded& recorded);

private:
  struct Last {
    Timestamp at;
    std::uint64_t left_out = 0; ///< since
  };
  const storage::LogStore& log_;
  std::map<std::tuple<TenantId, std::string, std::string>, Last> last_; ///< connector, reason
};

/// What was to be done: such as create, update, opt_out; "" when it cannot be read.
std::string operation_at(const storage::LogStore& log, Position intent);

} // namespace tidemark::app
