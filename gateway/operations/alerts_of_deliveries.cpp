#include "gateway/operations/alert_rules.hpp"
#include "projections/delivery/failed_deliveries_view.hpp"
#include "projections/identity/parked_view.hpp"
#include "projections/lists/lists.hpp"

#include <map>

// What waits in numbers or for long, and what was given up.
namespace tidemark::gateway::alert_rules {
namespace {

/// What failed is an alert for so long at most; the list of deliveries shows it for ever.
constexpr std::chrono::days dead_shown{30};
/// A burst that is worked off in this time is no backlog (requirement H16: more is overdue).
constexpr std::chrono::minutes backlog_lasts{5};

/// Failed without anything for a person to do, or told by a rule of its own.
bool is_no_dead_delivery(Reason reason) {
  return reason == Reason::list_missing
         || reason == Reason::no_record_there // it comes once there is a record
         || reason == Reason::purged          // somebody decided so
         || explain_reason(reason).next_step.empty();
}

} // namespace

std::string_view by_number(std::size_t number, const AlertSources& from) {
  return number < from.thresholds.critical ? "warning" : "critical";
}

Status add_backlogs(Alerts& out, const AlertSources& from) {
  for (const auto& each : from.health.backlogs()) {
    if (each.tenant != from.tenant || from.now - each.since < backlog_lasts)
      continue;
    const auto& connector = each.connector.value;
    const auto number = std::to_string(each.waiting);
    out.push_back({backlog, by_number(each.waiting, from), each.since,
                   connector.empty()
                       ? number
                             + " inputs wait to be decided; /health says whether a part of the "
                               "engine does not answer, the service's log lines what failed"
                       : number + " deliveries to " + connector
                             + " wait; tidemark status says what holds them back",
                   connector.empty() ? "inputs" : connector});
  }
  return Done{};
}

/// One that waits alone is nobody's backlog, and its person is not up to date either.
Status add_overdue(Alerts& out, const AlertSources& from) {
  const auto longest = from.thresholds.oldest_delivery;
  for (const auto& report : from.health.connectors()) {
    if (report.tenant != from.tenant || !report.oldest || longest.count() == 0
        || from.now - *report.oldest < longest)
      continue;
    const auto& name = report.connector.value;
    out.push_back({overdue, "warning", *report.oldest + longest,
                   "the oldest delivery to " + name + " has been waiting since "
                       + to_rfc3339(*report.oldest)
                       + "; tidemark status says what holds back what goes there",
                   name});
  }
  return Done{};
}

Status add_dead(Alerts& out, const AlertSources& from) {
  TRY(failed, projections::failed_deliveries(from.scan, from.tenant, from.now - dead_shown,
                                             is_no_dead_delivery, alerts_max));
  std::map<ConnectorName, std::vector<const projections::FailedDelivery*>> by_target;
  for (const auto& each : failed)
    by_target[each.target].push_back(&each);
  for (const auto& [target, deliveries] : by_target) {
    if (deliveries.size() < from.thresholds.dead_letters)
      continue;
    const auto& newest = *deliveries.back();
    out.push_back(
        {dead, by_number(deliveries.size(), from), deliveries.front()->since,
         "deliveries to " + target.value
             + " that failed for good, and what they were to bring about is not there: "
             + std::to_string(deliveries.size()) + ". The newest, " + newest.delivery.value + ": "
             + std::string(explain_reason(newest.reason_code).text)
             + " Mend the cause, see what would be sent with tidemark replay redeliver "
               "--target "
             + target.value
             + " --dry-run, and send it with --reason WHY instead; what is not wanted any "
               "more ends with tidemark replay write-off --target "
             + target.value + " --reason WHY",
         target.value});
  }
  return Done{};
}

Status add_parked(Alerts& out, const AlertSources& from) {
  TRY(parked, projections::parked_page(from.scan, from.tenant, true, {}, alerts_max));
  for (const auto& each : parked.items)
    out.push_back({timed_out, "warning", each.at,
                   "a call or message of webhook " + std::to_string(each.input.value)
                       + " has waited too long for its contact; add the contact, or release it to "
                         "one with POST /api/v1/webhooks/"
                       + std::to_string(each.input.value) + "/release",
                   std::to_string(each.input.value)});
  return Done{};
}

Status add_missing_lists(Alerts& out, const AlertSources& from) {
  TRY(missing, projections::missing_lists(from.scan, from.tenant, alerts_max));
  for (const auto& each : missing)
    out.push_back({list_missing, "warning", each.since,
                   each.target.value + " has no list named \"" + each.list
                       + "\" and lets none be made by a call; make it there under exactly this "
                         "name, then POST /api/v1/lists/"
                       + each.target.value + "/rebuild (" + std::to_string(each.contacts)
                       + " contacts wait)",
                   each.target.value + "/" + each.list});
  return Done{};
}

} // namespace tidemark::gateway::alert_rules
