#pragma once
#include "gateway/ports.hpp"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace tidemark::app {

/// Possible opt-outs that could not be stored, for a day after the last of a connector: whoever
/// sent one was told to send it again, and nobody knows whether it came.
class NotStoredWatch {
public:
  void note(const TenantId& tenant, const ConnectorName& connector, std::string_view reason_code,
            Timestamp now) {
    const std::lock_guard lock(guard_);
    auto& known = known_[{tenant, connector}];
    if (known.count == 0 || now - known.last > shown)
      known = {tenant, connector, {}, 0, now, now};
    known.reason_code = reason_code;
    known.last = now;
    ++known.count;
  }

  std::vector<gateway::NotStored> now(Timestamp now) const {
    const std::lock_guard lock(guard_);
    std::vector<gateway::NotStored> out;
    for (const auto& [whose, known] : known_)
      if (now - known.last <= shown)
        out.push_back(known);
    return out;
  }

private:
  static constexpr std::chrono::hours shown{24};
  mutable std::mutex guard_;
  std::map<std::pair<TenantId, ConnectorName>, gateway::NotStored> known_;
};

} // namespace tidemark::app
