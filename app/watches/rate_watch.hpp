#pragma once
#include "domain/operations/flow_times.hpp"
#include "gateway/ports.hpp"

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
      const auto rate =
          note(report.tenant, report.connector.value, {report.intended, report.ended}, now);
      report.rate_in = rate.in;
      report.rate_out = rate.out;
    }
  }
  /// The same for what has a name of its own: how many came and went so far.
  gateway::Rate note(const TenantId& tenant, const std::string& name, domain::Passed passed,
                     Timestamp now) {
    auto& seen = seen_[{tenant, name}];
    if (!seen.empty() && passed.in < seen.back().passed.in)
      seen.clear(); // the actor was started again and counts from the log
    seen.push_back({now, passed});
    while (seen.front().at + window < now)
      seen.pop_front();
    const auto& first = seen.front();
    const auto seconds = std::chrono::duration<double>(now - first.at).count();
    if (seconds <= 0)
      return {};
    return {static_cast<double>(passed.in - first.passed.in) / seconds,
            static_cast<double>(passed.out - first.passed.out) / seconds};
  }

private:
  static constexpr std::chrono::seconds window{60};
  struct Seen {
    Timestamp at;
    domain::Passed passed;
  };
  std::map<std::pair<TenantId, std::string>, std::deque<Seen>> seen_;
};

} // namespace tidemark::app
