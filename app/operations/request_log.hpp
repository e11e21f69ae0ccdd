#pragma once
#include "app/metrics/slow_operations.hpp"
#include "gateway/ports.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tidemark::app {

/// Writes to the service's log what was asked of it: a line for a webhook that was refused, at most
/// one a minute for each address and reason, and at level debug one for each request. No path, body
/// or header: they may be about somebody.
class RequestLog final : public gateway::RequestPort {
public:
  /// `slow` lives as long as this.
  RequestLog(const WallClock& clock, SlowOperations& slow) : clock_(clock), slow_(slow) {}

  void refused(const gateway::RefusedWebhook& webhook) override;
  void answered(const gateway::AnsweredRequest& request) override;

private:
  struct Last {
    Timestamp at;
    std::uint64_t left_out = 0; ///< since
  };
  const WallClock& clock_;
  SlowOperations& slow_;
  std::mutex guard_;
  std::map<std::pair<std::string, std::string>, Last> last_; ///< of address and reason
};

} // namespace tidemark::app
