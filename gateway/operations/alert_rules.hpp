#pragma once
#include "events/format/reason.hpp"
#include "gateway/operations/alerts.hpp"

#include <vector>

/// The rules by which alerts arise, by what they look at. Each adds what is so now.
namespace tidemark::gateway::alert_rules {

using Alerts = std::vector<Alert>;

// ---- names (docs/alerts.md)

inline constexpr std::string_view not_stored = "opt_out_not_stored";
inline constexpr std::string_view not_confirmed = "opt_out_not_confirmed";
inline constexpr std::string_view needs_hand = "opt_out_needs_hand";
inline constexpr std::string_view import_open = "import_not_confirmed";
inline constexpr std::string_view violated = "opt_out_violation";
inline constexpr std::string_view unreadable = name_of(Reason::opt_out_unreadable);
inline constexpr std::string_view review_waiting = "review_waiting";
inline constexpr std::string_view timed_out = "parked_timed_out";
inline constexpr std::string_view silent = "webhooks_silent";
inline constexpr std::string_view unknown_kind = "webhook_kind_unknown";
inline constexpr std::string_view backlog = "backlog";
inline constexpr std::string_view overdue = "delivery_overdue";
inline constexpr std::string_view dead = "delivery_dead";
inline constexpr std::string_view list_missing = "list_missing";
inline constexpr std::string_view fields_differ = "custom_fields_differ";
inline constexpr std::string_view many_errors = "many_errors";
inline constexpr std::string_view slow_answers = "slow_answers";
inline constexpr std::string_view pool_exhausted = "http_pool_exhausted";
inline constexpr std::string_view memory_high = "memory_high";
inline constexpr std::string_view disk_low = "disk_low";
inline constexpr std::string_view backup_overdue = "backup_overdue";
inline constexpr std::string_view receiver_failing = "alert_receiver_failing";

/// About the machine or the service itself: every tenant's list shows it, and it is told once.
constexpr bool is_of_installation(std::string_view rule) {
  return rule == memory_high || rule == disk_low || rule == receiver_failing;
}

/// Of one rule for one tenant; more are not worth a list: something is wrong with a whole system
/// then.
inline constexpr std::size_t alerts_max = 1000;

/// Critical from AlertThresholds::critical on.
std::string_view by_number(std::size_t number, const AlertSources& from);

// ---- opt-outs, and what may be one: alerts_of_opt_outs.cpp

Status add_not_stored(Alerts& out, const AlertSources& from);
Status add_not_confirmed(Alerts& out, const AlertSources& from);
Status add_needs_hand(Alerts& out, const AlertSources& from);
Status add_imports(Alerts& out, const AlertSources& from);
Status add_violations(Alerts& out, const AlertSources& from);
Status add_unreadable(Alerts& out, const AlertSources& from);
Status add_reviews(Alerts& out, const AlertSources& from);

// ---- what goes out and does not arrive: alerts_of_deliveries.cpp

Status add_backlogs(Alerts& out, const AlertSources& from);
Status add_overdue(Alerts& out, const AlertSources& from);
Status add_dead(Alerts& out, const AlertSources& from);
Status add_parked(Alerts& out, const AlertSources& from);
Status add_missing_lists(Alerts& out, const AlertSources& from);

// ---- systems, and the machine: alerts_of_systems.cpp

Status add_of_connectors(Alerts& out, const AlertSources& from);
Status add_silences(Alerts& out, const AlertSources& from);
Status add_unknown_kinds(Alerts& out, const AlertSources& from);
Status add_custom_fields(Alerts& out, const AlertSources& from);
Status add_measures(Alerts& out, const AlertSources& from);
Status add_backup(Alerts& out, const AlertSources& from);

// ---- those who are told of alerts: receivers.cpp

Status add_receivers(Alerts& out, const AlertSources& from);

} // namespace tidemark::gateway::alert_rules
