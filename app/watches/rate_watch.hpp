#pragma once
#include "domain/delivery/connector_report.hpp"

#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace tidemark::app {

/// Turns counts into rates over the last minute.
class RateWatch {
public:
  /// Notes the counts as of now and fills in `rate_in` and `rate_out`, a second.
  void note(std::vector<domain::ConnectorReport>& reports, Timestamp now) {
    for (auto& report : reports) {
      auto& seen = seen_[{report.tenant, report.connector}];
      if (!seen.empty() && report.intended < seen.back().intended)
        seen.clear(); // the actor was started again and counts from the log
      seen.push_back({now, report.intended, report.ended});
      while (seen.front().at + window < now)
        seen.pop_front();
      const auto seconds = std::chrono::duration<double>(now - seen.front().at).count();
      if (seconds <= 0)
        continue;
      report.rate_in = static_cast<double>(report.intended - seen.front().intended) / seconds;
      report.rate_out = static_cast<double>(report.ended - seen.front().ended) / seconds;
    }
  }

private:
  static constexpr std::chrono::seconds window{60};
  struct Seen {
    Timestamp at;
    std::uint64_t intended = 0, ended = 0;
  };
  std::map<std::pair<TenantId, ConnectorName>, std::deque<Seen>> seen_;
};

} // namespace tidemark::app
