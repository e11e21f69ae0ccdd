#include "gateway/operations/alerts.hpp"

#include "domain/consent/deadlines.hpp"
#include "events/format/reason.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/paging.hpp"
#include "gateway/operations/connector_state.hpp"
#include "gateway/operations/routes.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/attention/opt_out_watch_view.hpp"
#include "projections/attention/unreadable_opt_out_view.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/review_view.hpp"
#include "projections/delivery/failed_deliveries_view.hpp"
#include "projections/identity/parked_view.hpp"
#include "projections/lists/lists.hpp"

#include <algorithm>
#include <map>

namespace tidemark::gateway {
namespace {

constexpr std::string_view backlog = "backlog";
constexpr std::string_view dead = "delivery_dead";
/// What failed is an alert for so long at most; the list of deliveries shows it for ever.
constexpr std::chrono::days dead_shown{30};
constexpr std::string_view disk_low = "disk_low";
constexpr std::string_view import_open = "import_not_confirmed";
constexpr std::string_view list_missing = "list_missing";
constexpr std::string_view needs_hand = "opt_out_needs_hand";
/// A person has had a day for it.
constexpr std::chrono::hours hand_time{24};
constexpr std::string_view not_confirmed = "opt_out_not_confirmed";
constexpr std::string_view not_stored = "opt_out_not_stored";
constexpr std::string_view overdue = "delivery_overdue";
constexpr std::string_view review_waiting = "review_waiting";
constexpr std::string_view silent = "webhooks_silent";
constexpr std::string_view violated = "opt_out_violation";
/// A violation stays an alert for so long; the audit shows it for ever.
constexpr std::chrono::days violation_shown{7};
constexpr std::string_view timed_out = "parked_timed_out";
constexpr std::string_view unreadable = name_of(Reason::opt_out_unreadable);
/// As long as the law gives for an opt-out (ten business days); it stays in quarantine for ever.
constexpr std::chrono::days unreadable_shown{16};
constexpr std::string_view rules[] = {not_stored,
                                      not_confirmed,
                                      needs_hand,
                                      import_open,
                                      violated,
                                      unreadable,
                                      review_waiting,
                                      timed_out,
                                      "reconnect_needed",
                                      "credential_refused",
                                      "circuit_open",
                                      "daily_limit_reached",
                                      "connector_paused",
                                      silent,
                                      backlog,
                                      overdue,
                                      dead,
                                      list_missing,
                                      disk_low};
/// More are not worth a list: something is wrong with a whole system then.
constexpr std::size_t alerts_max = 1000;
/// A burst that is worked off in this time is no backlog (requirement H16: more is overdue).
constexpr std::chrono::minutes backlog_lasts{5};

using Alerts = std::vector<Alert>;

std::string_view by_number(std::size_t number, const AlertSources& from) {
  return number < from.thresholds.critical ? "warning" : "critical";
}

Status add_not_confirmed(Alerts& out, const AlertSources& from) {
  TRY(open, projections::open_opt_outs(from.scan, from.tenant, alerts_max));
  for (const auto& each : open)
    if (const auto since = each.since + domain::confirmation_time; since < from.now)
      out.push_back({not_confirmed, "critical", since,
                     each.target.value + " has not confirmed an opt-out; explain the delivery "
                         + each.delivery.value + " to see why",
                     each.delivery.value});
  return Done{};
}

Status add_not_stored(Alerts& out, const AlertSources& from) {
  for (const auto& each : from.health.opt_outs_not_stored())
    if (each.tenant == from.tenant)
      out.push_back(
          {not_stored, "critical", each.since,
           std::to_string(each.count) + " webhooks from " + each.connector.value
               + " that may be opt-outs could not be stored (" + each.reason_code
               + "), the last at " + to_rfc3339(each.last)
               + "; the sender was told so, and not every system sends again. Look there whether "
                 "somebody opted out meanwhile, and close the address with POST "
                 "/api/v1/opt-outs",
           each.connector.value});
  return Done{};
}

/// Spreading a list takes its time, so this is told once for each, and is critical when the law's
/// time is over.
Status add_imports(Alerts& out, const AlertSources& from) {
  TRY(imports, projections::open_imports(from.scan, from.tenant));
  for (const auto& [rule, import] : imports) {
    const auto since = import.since + domain::confirmation_time;
    if (since >= from.now)
      continue;
    std::string systems;
    for (const auto& [system, count] : import.open)
      systems += (systems.empty() ? "" : ", ") + std::to_string(count) + " by " + system.value;
    const bool late =
        domain::business_days_after(import.since, domain::business_days_by_law) < from.now;
    out.push_back({import_open, late ? "critical" : "warning", since,
                   "opt-outs of " + rule + " are not confirmed yet: " + systems
                       + "; tidemark status says what holds them back",
                   rule});
  }
  return Done{};
}

Status add_needs_hand(Alerts& out, const AlertSources& from) {
  TRY(left, projections::all_left_to_people(from.scan, from.tenant, {}, alerts_max, from.now));
  std::map<ConnectorName, std::vector<const projections::LeftToPeople*>> by_connector;
  for (const auto& each : left)
    if (each.alert_from <= from.now)
      by_connector[each.connector].push_back(&each);
  for (const auto& [connector, waiting] : by_connector) {
    auto since = from.now, said = from.now;
    for (const auto* each : waiting) {
      since = std::min(since, each->alert_from);
      said = std::min(said, each->since);
    }
    const auto number =
        (left.size() < alerts_max ? "" : "at least ") + std::to_string(waiting.size());
    out.push_back({needs_hand, from.now - said < hand_time ? "warning" : "critical", since,
                   "opt-outs that " + connector.value
                       + " does not hold, as far as is known, until a person sets do-not-contact "
                         "there by hand: "
                       + number
                       + "; tidemark opt-outs by-hand lists them, and tidemark opt-outs done "
                         "ADDRESS --connector "
                       + connector.value + " --reason WHY says that it was done",
                   connector.value});
  }
  return Done{};
}

Status add_violations(Alerts& out, const AlertSources& from) {
  TRY(violations, projections::told_violations(from.scan, from.tenant));
  for (const auto& each : violations)
    if (from.now - each.told < violation_shown && out.size() < 2 * alerts_max)
      out.push_back({violated, "critical", each.told,
                     each.connector.value + (each.is_call ? " placed a call" : " sent a message")
                         + ", event " + std::to_string(each.message.value)
                         + ", after the opt-out in event " + std::to_string(each.opt_out.value)
                         + "; tidemark audit opt-outs shows it",
                     std::to_string(each.message.value)});
  return Done{};
}

Status add_unreadable(Alerts& out, const AlertSources& from) {
  TRY(unread, projections::unreadable_opt_outs(from.scan, from.tenant, alerts_max));
  for (const auto& each : unread)
    if (from.now - each.since < unreadable_shown)
      out.push_back(
          {unreadable, "critical", each.since,
           "webhook " + std::to_string(each.webhook.value) + " from " + each.connector.value
               + " may be an opt-out, and whose cannot be read; read it with tidemark log "
                 "show "
               + std::to_string(each.webhook.value)
               + " --with-bodies --reveal --reason WHY, then close the address with POST "
                 "/api/v1/opt-outs",
           std::to_string(each.webhook.value)});
  return Done{};
}

/// They count like opt-outs that nobody confirmed: perhaps they are.
Status add_reviews(Alerts& out, const AlertSources& from) {
  TRY(waiting, projections::waiting_reviews(from.scan, from.tenant,
                                            from.now - domain::confirmation_time, alerts_max));
  std::map<std::string, std::pair<Timestamp, std::size_t>> imports;
  for (const auto& each : waiting) {
    if (events::is_of_import(each.rule)) {
      auto& [since, count] = imports.try_emplace(each.rule, each.since, 0).first->second;
      ++count;
      continue;
    }
    const auto id = std::to_string(each.position.value);
    out.push_back({review_waiting, "warning", each.since + domain::confirmation_time,
                   "what webhook " + id + " from " + each.source.value
                       + " says may be an opt-out, and messages to its sender wait until somebody "
                         "decides: read it with tidemark log show "
                       + id + " --with-bodies --reveal --reason WHY, then POST /api/v1/reviews/"
                       + id,
                   id});
  }
  for (const auto& [rule, seen] : imports)
    out.push_back({review_waiting, "warning", seen.first + domain::confirmation_time,
                   std::to_string(seen.second) + " opt-outs of " + rule
                       + " are older than an opt-in of their person, to whom nothing is "
                         "sent until somebody decides: GET /api/v1/reviews lists them, POST "
                         "/api/v1/reviews/ID decides",
                   rule});
  return Done{};
}

Status add_of_connectors(Alerts& out, const AlertSources& from) {
  for (const auto& report : from.health.connectors())
    if (report.tenant == from.tenant)
      for (auto& alert : connector_alerts(report, from.now))
        out.push_back(std::move(alert));
  for (const auto& each : from.health.silences())
    if (each.tenant == from.tenant)
      out.push_back({silent, "warning", each.since,
                     each.connector.value + " has sent no webhook since " + to_rfc3339(each.since)
                         + (each.only_listened_to ? "" : " while deliveries to it succeed")
                         + ": check the webhook subscription "
                           "there, then run tidemark reconcile "
                         + each.connector.value,
                     each.connector.value});
  return Done{};
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

Status add_disk(Alerts& out, const AlertSources& from) {
  if (const auto since = from.health.disk_low_since())
    out.push_back({disk_low, "critical", *since,
                   "the disk of the data folder is nearly full: no deliveries start, and webhooks "
                   "without a sign of an opt-out are refused when there is less; make room",
                   "log"});
  return Done{};
}

/// Failed without anything for a person to do, or told by a rule of its own.
bool is_no_dead_delivery(Reason reason) {
  return reason == Reason::list_missing
         || reason == Reason::no_record_there // it comes once there is a record
         || explain_reason(reason).next_step.empty();
}

Status add_dead(Alerts& out, const AlertSources& from) {
  TRY(failed, projections::failed_deliveries(from.scan, from.tenant, from.now - dead_shown,
                                             is_no_dead_delivery, alerts_max));
  std::map<ConnectorName, std::vector<const projections::FailedDelivery*>> by_target;
  for (const auto& each : failed)
    by_target[each.target].push_back(&each);
  for (const auto& [target, deliveries] : by_target) {
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

Json resolved_json(const ResolvedAlert& alert) {
  return {{"rule", alert.rule},
          {"severity", alert.severity},
          {"since", to_rfc3339(alert.since)},
          {"resolved_at", to_rfc3339(alert.resolved_at)},
          {"text", alert.text},
          {"subject", alert.subject}};
}

/// The newest first.
Result<Json> list_resolved(const ApiContext& api) {
  std::vector<KeyedItem> items;
  if (api.ports.alerts)
    for (const auto& one : api.ports.alerts->resolved(api.tenant()))
      items.push_back({sortable(items.size()), resolved_json(one)});
  return paged(api, std::move(items));
}

Result<Json> list_alerts(const ApiContext& api) {
  const auto state = api.param("state");
  if (state == "resolved")
    return list_resolved(api);
  if (!state.empty() && state != "active")
    return Error{"bad_state", "state is active or resolved"};
  TRY(active, shown_alerts(api));
  std::vector<KeyedItem> items;
  for (const auto& one : active) {
    const auto rank = std::find(std::begin(rules), std::end(rules), one.rule) - std::begin(rules);
    items.push_back(
        {sortable(static_cast<std::uint64_t>(rank)) + to_rfc3339(one.since) + ' ' + one.subject,
         alert_json(one)});
  }
  return paged(api, std::move(items));
}

constexpr Route alert_rows[] = {{"alerts", "GET", "/api/v1/alerts", Role::viewer, list_alerts,
                                 &list_of<alert_schema>, "limit after state"}};

} // namespace

Result<std::vector<Alert>> active_alerts(const AlertSources& sources) {
  Alerts out;
  for (const auto add :
       {add_not_stored, add_not_confirmed, add_needs_hand, add_imports, add_violations,
        add_unreadable, add_reviews, add_of_connectors, add_backlogs, add_overdue, add_dead,
        add_parked, add_missing_lists, add_disk}) {
    TRYV(add(out, sources));
  }
  return out;
}

Result<std::vector<Alert>> shown_alerts(const ApiContext& api) {
  TRY(active, active_alerts(alert_sources(api.scan, api.ports, api.options, api.tenant())));
  for (auto& one : active)
    if (api.ports.alerts)
      one.since = std::min(
          one.since,
          api.ports.alerts->since(api.tenant(), one.rule, one.subject).value_or(one.since));
  return active;
}

AlertSources alert_sources(const projections::Scan& scan, const GatewayPorts& ports,
                           const GatewayOptions& options, const TenantId& tenant) {
  return {scan, ports.health, tenant, ports.clock.now(), options.alerts};
}

Json alert_json(const Alert& alert) {
  return {
      {"rule", alert.rule},     {"severity", alert.severity}, {"since", to_rfc3339(alert.since)},
      {"resolved_at", nullptr}, {"text", alert.text},         {"subject", alert.subject}};
}

std::string alert_metrics(const ApiContext& api) {
  std::map<std::string_view, std::size_t> active; // of each rule, also when there is none
  for (const auto rule : rules)
    active[rule] = 0;
  for (const auto& tenant : api.options.tenants) {
    const auto alerts = active_alerts(alert_sources(api.scan, api.ports, api.options, tenant));
    if (!alerts)
      return {}; // an absent series is seen; a wrong zero is not
    for (const auto& alert : *alerts)
      ++active[alert.rule];
  }
  std::string out = "# HELP tidemark_alert_active Alerts that are active now.\n"
                    "# TYPE tidemark_alert_active gauge\n";
  for (const auto& [rule, count] : active)
    out +=
        "tidemark_alert_active{rule=\"" + std::string(rule) + "\"} " + std::to_string(count) + "\n";
  return out;
}

constinit const Routes alert_routes = alert_rows;

} // namespace tidemark::gateway
