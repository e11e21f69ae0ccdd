#include "gateway/operations/alert_rules.hpp"
#include "gateway/operations/connector_state.hpp"
#include "projections/sync/custom_fields.hpp"

// What is measured, and what systems do not do any more.
namespace tidemark::gateway::alert_rules {
namespace {

bool concerns(const TenantId& whose, const AlertSources& from) {
  return whose.value.empty() || whose == from.tenant;
}

Alert measure_alert(const BadMeasure& bad) {
  const auto& name = bad.connector.value;
  const auto value = std::to_string(bad.value), of = std::to_string(bad.of);
  switch (bad.measure) {
  case Measure::errors:
    return {many_errors, "warning", bad.since,
            value + " % of the last " + of + " answers of " + name
                + " were errors, or none came; the service's log names them in its lines "
                  "vendor_failure, tidemark status what waits for it",
            name};
  case Measure::answer_time:
    return {slow_answers, "warning", bad.since,
            name + " takes " + value + " ms and more for one answer in twenty, of the last " + of
                + "; look at tidemark status, and ask those who run it",
            name};
  case Measure::pool:
    return {pool_exhausted, "warning", bad.since,
            value + " of the " + of + " requests that may be out to " + name
                + " at once are out, and have been at each look since; what else goes there waits. "
                  "tidemark status tells how long its answers take: ask those who run it, or let "
                  "more out at once (concurrency)",
            name};
  case Measure::memory:
    return {memory_high, "warning", bad.since,
            "the service uses " + value + " % of the " + std::to_string(bad.of >> 20U)
                + " MiB that it may have; look in /metrics at tidemark_contacts_awake and "
                  "tidemark_follower_waiting, and give it more before the system ends it",
            "memory"};
  case Measure::disk:
    break;
  }
  return {disk_low, "warning", bad.since,
          "only " + value
              + " % of the data folder's disk are free: below 15 % no deliveries start, "
                "below 8 % webhooks are refused; make room",
          "log"};
}

} // namespace

Status add_of_connectors(Alerts& out, const AlertSources& from) {
  for (const auto& report : from.health.connectors())
    if (report.tenant == from.tenant)
      for (auto& alert : connector_alerts(report, from.now, from.thresholds.renewal_failing))
        out.push_back(std::move(alert));
  return Done{};
}

Status add_silences(Alerts& out, const AlertSources& from) {
  for (const auto& each : from.health.silences())
    if (each.tenant == from.tenant)
      out.push_back({silent, "warning", each.since,
                     each.connector.value + " has sent no webhook since " + to_rfc3339(each.since)
                         + (each.configured.count() > 0
                                ? ", longer than the " + std::to_string(each.configured.count())
                                      + " minutes that are configured"
                            : each.only_listened_to ? ""
                                                    : " while deliveries to it succeed")
                         + ": check the webhook subscription "
                           "there, then run tidemark reconcile "
                         + each.connector.value,
                     each.connector.value});
  return Done{};
}

Status add_custom_fields(Alerts& out, const AlertSources& from) {
  TRY(faults, projections::custom_field_faults(from.scan, from.tenant));
  for (const auto& each : faults) {
    std::string fields;
    for (const auto& field : each.fields)
      fields += (fields.empty() ? "" : ", ") + field;
    const auto& name = each.connector.value;
    out.push_back({fields_differ, "warning", each.since,
                   name + " has custom fields otherwise than they are configured (" + fields
                       + "): tidemark custom-fields says what differs. Change them there or in "
                         "the configuration; they are looked at again at the next start, and daily",
                   name});
  }
  return Done{};
}

/// Nothing of such a webhook is acted on, so an event that matters may go by unseen.
Status add_unknown_kinds(Alerts& out, const AlertSources& from) {
  for (const auto& each : from.health.unknown_kinds())
    if (each.tenant == from.tenant)
      out.push_back({unknown_kind, "warning", each.first,
                     each.connector.value + " sends webhooks of a kind that is not known, "
                         + std::to_string(each.count) + " of \"" + each.kind + "\", the last at "
                         + to_rfc3339(each.last)
                         + ": they are kept and not acted on. Take the kind out of the "
                           "subscription there, or update Tidemark and run tidemark replay "
                           "reprocess --connector "
                         + each.connector.value + " --reason-code unknown_event_type --reason WHY",
                     each.connector.value + "/" + each.kind});
  return Done{};
}

Status add_measures(Alerts& out, const AlertSources& from) {
  const auto low = from.health.disk_low_since();
  if (low)
    out.push_back({disk_low, "critical", *low,
                   "the disk of the data folder is nearly full: no deliveries start, and webhooks "
                   "without a sign of an opt-out are refused when there is less; make room",
                   "log"});
  for (const auto& bad : from.health.bad_measures())
    if (concerns(bad.tenant, from) && !(low && bad.measure == Measure::disk))
      out.push_back(measure_alert(bad));
  return Done{};
}

/// A copy that nobody has put back is a hope.
Status add_backup(Alerts& out, const AlertSources& from) {
  const auto overdue = from.health.overdue_backup();
  if (!overdue)
    return Done{};
  auto text = overdue->last
                  ? "the last backup that was put back and held is of " + to_rfc3339(*overdue->last)
                  : std::string("no backup was ever put back to check it");
  if (!overdue->problem.empty())
    text += ", and the folder of the backups cannot be looked at (" + overdue->problem + ")";
  out.push_back({backup_overdue, "critical", overdue->since,
                 text
                     + ": what comes now is lost with the disk; see whether tidemark backup runs "
                       "each day and how it ends",
                 "backup"});
  return Done{};
}

} // namespace tidemark::gateway::alert_rules
