#include "app/operations/alert_log.hpp"

#include "app/service_log.hpp"
#include "gateway/api/table_scan.hpp"
#include "gateway/operations/alerts.hpp"
#include "projections/table/projection.hpp"

#include <algorithm>
#include <set>

namespace tidemark::app {

void AlertLog::look() {
  if (!tables_are_filled())
    return;
  for (const auto& tenant : options_.tenants)
    look_at(tenant);
}

bool AlertLog::tables_are_filled() {
  const auto all = projections::all();
  filled_ = filled_ || std::ranges::all_of(all, [&](const auto& projection) {
              const auto to = ports_.tables.checkpoint(projection.name);
              return !to || *to >= begun_; // a table that cannot be read is reported below
            });
  return filled_;
}

void AlertLog::look_at(const TenantId& tenant) {
  const auto scan = gateway::scan_of(ports_.tables);
  const auto alerts = gateway::active_alerts({scan, ports_.health, tenant, ports_.clock.now()});
  if (!alerts) // what is known stays
    return log_line(
        Level::error, "alerts_failed",
        {{"tenant", tenant.value}, {"code", alerts.error().code}, {"text", alerts.error().text}});
  std::set<Key> still;
  for (const auto& alert : *alerts) {
    const Key key{tenant, alert.rule, alert.subject};
    still.insert(key);
    if (auto& severity = active_[key]; severity != alert.severity) {
      severity = alert.severity;
      log_line(Level::warning, "alert",
               {{"rule", std::string(alert.rule)},
                {"severity", std::string(alert.severity)},
                {"tenant", tenant.value},
                {"subject", alert.subject},
                {"since", to_rfc3339(alert.since)},
                {"text", alert.text}});
    }
  }
  std::erase_if(active_, [&](const auto& known) {
    const auto& [whose, rule, subject] = known.first;
    if (whose != tenant || still.contains(known.first))
      return false;
    log_line(Level::info, "alert_resolved",
             {{"rule", std::string(rule)}, {"tenant", tenant.value}, {"subject", subject}});
    return true;
  });
}

} // namespace tidemark::app
