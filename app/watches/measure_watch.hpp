#pragma once
#include "domain/delivery/connector_report.hpp"
#include "gateway/ports.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace tidemark::app {

/// What the machine gives, and what the process takes of it.
struct Resources {
  std::uint64_t memory_used = 0;         ///< bytes
  std::uint64_t memory_limit = 0;        ///< bytes; 0: nobody knows
  std::uint64_t disk_free_percent = 100; ///< of the data folder's disk
};
/// As of now. `memory_limit` bytes, when not 0, take the place of what the control group or the
/// machine says. What cannot be read is 0, of the disk 100.
Resources read_resources(const std::string& data_folder, std::uint64_t memory_limit);

/// Holds measures against their thresholds: one is bad once it has been for `hold`, of requests out
/// `pool`, and stays so until it has been good for `cool_down`. One of which nothing new is known,
/// such as the error rate of a system that nobody has asked lately, is good.
class MeasureWatch {
public:
  explicit MeasureWatch(const gateway::AlertThresholds& thresholds) : limits_(thresholds) {}

  void set(const gateway::AlertThresholds& thresholds) { limits_ = thresholds; }
  /// About once a second.
  void note(const std::vector<domain::ConnectorReport>& reports, const Resources& resources,
            Timestamp now);
  std::vector<gateway::BadMeasure> bad() const;

private:
  struct Sample {
    Timestamp at;
    domain::RequestCounts counts;
  };
  using Samples = std::deque<Sample>;
  using Key = std::tuple<TenantId, ConnectorName, gateway::Measure>;
  struct State {
    gateway::BadMeasure measure; ///< since: it was bad
    std::optional<Timestamp> good_since;
    bool told = false;
  };

  void note_requests(const domain::ConnectorReport& report, Timestamp now);
  domain::RequestCounts in_window(const Samples& samples, const domain::RequestCounts& counts,
                                  std::chrono::seconds window, Timestamp now) const;
  void note_pool(const domain::ConnectorReport& report, Timestamp now);
  void judge(bool is_bad, gateway::BadMeasure measure, Timestamp now, std::chrono::seconds hold);

  gateway::AlertThresholds limits_;
  std::map<std::pair<TenantId, ConnectorName>, Samples> samples_;
  std::map<Key, State> states_;
};

} // namespace tidemark::app
