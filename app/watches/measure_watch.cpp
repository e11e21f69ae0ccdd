#include "app/watches/measure_watch.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

using gateway::Measure;

constexpr std::chrono::seconds between_samples{5};
constexpr double nineteen_of_twenty = 0.95;
constexpr std::uint64_t percent = 100;

} // namespace

void MeasureWatch::note(const std::vector<domain::ConnectorReport>& reports,
                        const Resources& resources, Timestamp now) {
  for (const auto& report : reports) {
    note_requests(report, now);
    note_pool(report, now);
  }
  const auto limit = resources.memory_limit;
  const auto used = limit == 0 ? 0 : resources.memory_used * percent / limit;
  judge(limits_.memory_percent > 0 && used > limits_.memory_percent,
        {Measure::memory, {}, {}, now, used, limit}, now, limits_.hold);
  judge(resources.disk_free_percent < limits_.disk_free_percent,
        {Measure::disk, {}, {}, now, resources.disk_free_percent, 0}, now, limits_.hold);
}

void MeasureWatch::note_requests(const domain::ConnectorReport& report, Timestamp now) {
  auto& samples = samples_[{report.tenant, report.connector}];
  const auto& counts = report.requests;
  if (!samples.empty()
      && (counts.ended < samples.back().counts.ended // it was started again and counts anew
          || now < samples.back().at))
    samples.clear();
  const auto errors = in_window(samples, counts, limits_.error_window, now);
  judge(limits_.error_percent > 0 && errors.ended >= limits_.error_requests
            && errors.failed * percent > errors.ended * limits_.error_percent,
        {Measure::errors, report.tenant, report.connector, now,
         errors.ended == 0 ? 0 : errors.failed * percent / errors.ended, errors.ended},
        now, limits_.hold);
  const auto answers = in_window(samples, counts, limits_.answer_window, now);
  const auto took = answers.quantile(nineteen_of_twenty);
  judge(limits_.answer.count() > 0 && answers.ended >= limits_.answer_requests
            && took >= limits_.answer,
        {Measure::answer_time, report.tenant, report.connector, now,
         static_cast<std::uint64_t>(took.count()), answers.ended},
        now, limits_.hold);
  if (samples.empty() || now - samples.back().at >= between_samples)
    samples.push_back({now, counts});
  const auto longest = std::max(limits_.error_window, limits_.answer_window);
  while (samples.size() > 1 && samples[1].at + longest <= now)
    samples.pop_front();
}

/// Each look sees the requests that are out then: one that finds a place free ends it.
void MeasureWatch::note_pool(const domain::ConnectorReport& report, Timestamp now) {
  judge(limits_.pool_percent > 0 && report.workers > 0
            && report.requests_out * percent > report.workers * limits_.pool_percent,
        {Measure::pool, report.tenant, report.connector, now, report.requests_out, report.workers},
        now, limits_.pool);
}

/// Since the newest sample that is older than the window. What was before the first one came before
/// anybody looked.
domain::RequestCounts MeasureWatch::in_window(const Samples& samples,
                                              const domain::RequestCounts& counts,
                                              std::chrono::seconds window, Timestamp now) const {
  const domain::RequestCounts* base = nullptr;
  for (const auto& sample : samples) {
    if (base != nullptr && sample.at + window > now)
      break;
    base = &sample.counts;
  }
  return base == nullptr ? counts : counts.since(*base);
}

void MeasureWatch::judge(bool is_bad, gateway::BadMeasure measure, Timestamp now,
                         std::chrono::seconds hold) {
  const Key key{measure.tenant, measure.connector, measure.measure};
  const auto at = states_.find(key);
  if (at == states_.end()) {
    if (is_bad)
      states_.emplace(key, State{std::move(measure), {}, hold.count() == 0});
    return;
  }
  auto& state = at->second;
  if (is_bad) {
    const auto since = std::min(state.measure.since, now); // where the clock was set back
    state.measure = std::move(measure);
    state.measure.since = since;
    state.good_since.reset();
    state.told |= now - since >= hold;
    return;
  }
  state.good_since = std::min(state.good_since.value_or(now), now);
  if (!state.told || now - *state.good_since >= limits_.cool_down)
    states_.erase(at);
}

std::vector<gateway::BadMeasure> MeasureWatch::bad() const {
  std::vector<gateway::BadMeasure> out;
  for (const auto& [key, state] : states_)
    if (state.told)
      out.push_back(state.measure);
  return out;
}

} // namespace tidemark::app
