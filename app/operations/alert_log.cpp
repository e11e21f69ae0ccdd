#include "app/operations/alert_log.hpp"

#include "app/service_log/service_log.hpp"
#include "base/contains.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/operations/alerts.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <set>

namespace tidemark::app {
namespace {

/// So many that are over are remembered, of all tenants.
constexpr std::size_t resolved_max = 1'000;
constexpr std::chrono::minutes cool_down{5};

} // namespace

void AlertLog::look() {
  if (!tables_are_filled())
    return;
  const auto options = gateway::options_now(options_, ports_);
  for (const auto& tenant : options->tenants)
    look_at(tenant);
  end_all_but(options->tenants);
}

/// A tenant that was deleted has no alerts.
void AlertLog::end_all_but(const std::vector<TenantId>& tenants) {
  std::vector<Key> over;
  for (const auto& [key, alert] : active_)
    if (!contains(tenants, std::get<0>(key)))
      over.push_back(key);
  tell_over(over);
}

bool AlertLog::tables_are_filled() {
  const auto all = projections::all();
  filled_ = filled_ || std::ranges::all_of(all, [&](const auto& projection) {
              const auto to = ports_.tables.checkpoint(projection.name);
              return !to || *to >= begun_; // a table that cannot be read is reported below
            });
  return filled_;
}

/// One that comes back so soon was never over: it counts from when it first came.
void AlertLog::begin(const Key& key, const gateway::Alert& alert) {
  const std::lock_guard lock(guard_);
  auto& known = active_[key];
  const auto since = known.rule.empty() ? alert.since : std::min(known.since, alert.since);
  known = alert;
  known.since = since;
  const auto back = std::ranges::find_if(resolved_, [&](const auto& one) {
    return one.first == std::get<0>(key) && one.second.rule == alert.rule
           && one.second.subject == alert.subject
           && ports_.clock.now() - one.second.resolved_at <= cool_down;
  });
  if (back == resolved_.end())
    return;
  known.since = std::min(known.since, back->second.since);
  resolved_.erase(back);
}

void AlertLog::resolve(const Key& key, Timestamp now) {
  const std::lock_guard lock(guard_);
  const auto at = active_.find(key);
  const auto& alert = at->second;
  resolved_.emplace_front(
      std::get<0>(key), gateway::ResolvedAlert{std::string(alert.rule), std::string(alert.severity),
                                               alert.since, now, alert.text, alert.subject});
  if (resolved_.size() > resolved_max)
    resolved_.pop_back();
  active_.erase(at);
}

std::optional<std::vector<std::pair<TenantId, gateway::Alert>>> AlertLog::active() const {
  if (!filled_)
    return std::nullopt;
  std::vector<std::pair<TenantId, gateway::Alert>> out;
  const std::lock_guard lock(guard_);
  for (const auto& [key, alert] : active_)
    out.emplace_back(std::get<0>(key), alert);
  return out;
}

std::vector<gateway::ResolvedAlert> AlertLog::resolved(const TenantId& tenant) const {
  const std::lock_guard lock(guard_);
  std::vector<gateway::ResolvedAlert> out;
  for (const auto& [whose, alert] : resolved_)
    if (whose == tenant)
      out.push_back(alert);
  return out;
}

std::optional<Timestamp> AlertLog::since(const TenantId& tenant, std::string_view rule,
                                         std::string_view subject) const {
  const std::lock_guard lock(guard_);
  const auto at = active_.find({tenant, rule, std::string(subject)});
  return at == active_.end() ? std::nullopt : std::optional(at->second.since);
}

void AlertLog::tell_over(const std::vector<Key>& over) {
  for (const auto& key : over) {
    resolve(key, ports_.clock.now());
    log_line(Part::operations, Level::info, "alert_resolved",
             {{"rule", std::string(std::get<1>(key))},
              {"tenant", std::get<0>(key).value},
              {"subject", std::get<2>(key)}});
  }
}

void AlertLog::look_at(const TenantId& tenant) {
  const auto scan = gateway::scan_of(ports_.tables);
  const auto alerts =
      gateway::active_alerts(gateway::alert_sources(scan, ports_, options_, tenant));
  if (!alerts) // what is known stays
    return log_line(
        Part::operations, Level::error, "alerts_failed",
        {{"tenant", tenant.value}, {"code", alerts.error().code}, {"text", alerts.error().text}});
  std::set<Key> still;
  for (const auto& alert : *alerts) {
    const Key key{tenant, alert.rule, alert.subject};
    still.insert(key);
    const auto known = active_.find(key);
    const bool is_news = known == active_.end() || known->second.severity != alert.severity;
    begin(key, alert);
    if (is_news)
      log_line(Part::operations, Level::warning, "alert",
               {{"rule", std::string(alert.rule)},
                {"severity", std::string(alert.severity)},
                {"tenant", tenant.value},
                {"subject", alert.subject},
                {"since", to_rfc3339(active_.at(key).since)},
                {"text", alert.text}});
  }
  std::vector<Key> over;
  for (const auto& [key, alert] : active_)
    if (std::get<0>(key) == tenant && !still.contains(key))
      over.push_back(key);
  tell_over(over);
}

} // namespace tidemark::app
