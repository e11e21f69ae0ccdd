#include "domain/consent/deadlines.hpp"
#include "gateway/operations/alert_rules.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/attention/opt_out_watch_view.hpp"
#include "projections/attention/unreadable_opt_out_view.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/review_view.hpp"

#include <algorithm>
#include <map>

// Whom nobody told, or who may have said it.
namespace tidemark::gateway::alert_rules {
namespace {

/// A person has had a day for it.
constexpr std::chrono::hours hand_time{24};
/// A violation stays an alert for so long; the audit shows it for ever.
constexpr std::chrono::days violation_shown{7};
/// As long as the law gives for an opt-out (ten business days); it stays in quarantine for ever.
constexpr std::chrono::days unreadable_shown{16};

} // namespace

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
                   (events::is_of_import(rule) ? "opt-outs of " : "opt-outs that were found by ")
                       + rule + " are not confirmed yet: " + systems
                       + "; tidemark status says what holds them back",
                   rule});
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

} // namespace tidemark::gateway::alert_rules
