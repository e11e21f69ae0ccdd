#include "projections/intake/kind_counts.hpp"

#include "events/codec.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

std::chrono::hours hour_of(Timestamp at) {
  return std::chrono::floor<std::chrono::hours>(at.time_since_epoch());
}

} // namespace

KindOutcome kind_outcome(const events::WebhookInterpreted& read) {
  const auto has = [&](const auto& is_it) { return std::ranges::any_of(read.skipped, is_it); };
  for (const auto& [reason, outcome] :
       {std::pair{Reason::event_not_allowed, KindOutcome::ignored},
        std::pair{Reason::kind_of_later_work, KindOutcome::kind_of_later_work},
        std::pair{Reason::unknown_event_type, KindOutcome::unknown_event_type},
        std::pair{Reason::no_event_type, KindOutcome::no_event_type}})
    if (has([reason = reason](const auto& part) { return part.reason_code == reason; }))
      return outcome;
  if (has([](const auto& part) { return part.outcome == events::Outcome::quarantined; }))
    return KindOutcome::quarantined;
  return read.commands.empty() && !read.skipped.empty() ? KindOutcome::skipped
                                                        : KindOutcome::handled;
}

Status KindCounts::add(std::string_view record) {
  TRY(header, events::read_header(record));
  if (header.type == events::WebhookReceived::name) {
    received_.insert(header.position);
    return Done{};
  }
  if (header.type != events::WebhookInterpreted::name || received_.erase(header.cause) == 0)
    return Done{};
  TRY(view, events::read_record(record, false));
  TRY(event, events::decode(header.type, view.payload));
  count(TenantId(std::string(header.tenant)), header.recorded_at,
        std::get<events::WebhookInterpreted>(event));
  return Done{};
}

void KindCounts::count(const TenantId& tenant, Timestamp at,
                       const events::WebhookInterpreted& read) {
  const auto outcome = static_cast<std::size_t>(kind_outcome(read));
  const Source source{tenant, read.connector};
  if (at >= totals_from_)
    ++totals_[source][outcome];
  const auto hour = hour_of(at);
  auto& kinds = hours_[hour][source];
  auto found = kinds.find(read.kind);
  if (found == kinds.end())
    found = kinds.emplace(kinds.size() < kinds_max ? read.kind : std::string(others), Kind{}).first;
  auto& seen = found->second[outcome];
  seen = {seen.count + 1, at, read.webhook};
  while (hours_.begin()->first + hours_kept < hour)
    hours_.erase(hours_.begin());
}

KindCounts::Kinds KindCounts::since(const TenantId& tenant, const ConnectorName& connector,
                                    Timestamp since) const {
  Kinds out;
  for (auto hour = hours_.lower_bound(hour_of(since)); hour != hours_.end(); ++hour) {
    const auto found = hour->second.find({tenant, connector});
    if (found == hour->second.end())
      continue;
    for (const auto& [name, kind] : found->second) {
      auto& sum = out[name];
      for (std::size_t i = 0; i < sum.size(); ++i)
        if (kind[i].count > 0)
          sum[i] = {sum[i].count + kind[i].count, kind[i].last, kind[i].newest};
    }
  }
  return out;
}

} // namespace tidemark::projections
