#pragma once
#include "gateway/ports.hpp"

#include <atomic>
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
  /// `debug`: each request is a line.
  explicit RequestLog(const WallClock& clock, bool debug = false) : clock_(clock), debug_(debug) {}

  void refused(const gateway::RefusedWebhook& webhook) override;
  void answered(const gateway::AnsweredRequest& request) override;
  void set_debug(bool debug) { debug_ = debug; }

private:
  struct Last {
    Timestamp at;
    std::uint64_t left_out = 0; ///< since
  };
  const WallClock& clock_;
  std::atomic<bool> debug_;
  std::mutex guard_;
  std::map<std::pair<std::string, std::string>, Last> last_; ///< of address and reason
};

} // namespace tidemark::app
