#pragma once
#include "domain/delivery/connector_report.hpp"
#include "gateway/api/schema.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/outages/outage_note.hpp"

#include <vector>

/// One connector's state for the API, `tidemark status` and alerts. No personal data, no secret.
namespace tidemark::gateway {

/// `last_success, last_error, paused, sending_percent, circuit, limits, account, operations,
/// deliveries` as members to add to a connector's object.
Json connector_state(const domain::ConnectorReport& report, Timestamp now);

/// circuit_open, reconnect_needed, credential_refused, daily_limit_reached, connector_paused,
/// token_renewal_failing once that has lasted for `renewal`.
std::vector<Alert> connector_alerts(const domain::ConnectorReport& report, Timestamp now,
                                    std::chrono::seconds renewal);

inline constexpr Schema pause_schema{
    "pause",
    {{time("since"), text("by"), text("reason"), boolean("hold_opt_outs"), integer("position"),
      nullable(time("planned_end")), text("of")}}};
inline constexpr Schema circuit_schema{"circuit",
                                       {{text("state"), nullable(time("since")),
                                         nullable(time("probe_at")), integer("failures_in_row")}}};
inline constexpr Schema window_schema{
    "window", {{integer("limit"), integer("remaining"), integer("milliseconds")}}};
inline constexpr Schema day_schema{"day",
                                   {{nullable(integer("limit")), integer("remaining"),
                                     nullable(time("resets_at")), boolean("used_up")}}};
inline constexpr Schema limits_schema{
    "limits",
    {{number("requests_per_second"), number("burst"), nullable(object("window", window_schema)),
      nullable(object("day", day_schema)), nullable(time("waits_until"))}}};
inline constexpr Schema account_schema{
    "account",
    {{text("state"), text("key_id"), nullable(time("expires_at")), text("reason_code"),
      time("since")}}};
inline constexpr Schema last_error_schema{
    "last_error", {{time("at"), text("reason_code"), integer("http_status"), text("text")}}};
inline constexpr Schema open_schema{
    "open_deliveries",
    {{integer("open"), integer("opt_outs_open"), nullable(number("oldest_age_seconds")),
      integer("requests_out")}}};
inline constexpr Schema operation_schema{
    "operation",
    {{text("name"), integer("requests"), integer("failed"), integer("average_ms"),
      integer("p95_ms"), integer("over_1_s")}}};
inline constexpr Schema connector_state_schema{
    "connector_state",
    {{text("name"), nullable(object("outage_note", outage_note_schema)),
      nullable(time("last_success")), nullable(object("last_error", last_error_schema)),
      nullable(object("paused", pause_schema)), integer("sending_percent"),
      object("circuit", circuit_schema), object("limits", limits_schema),
      nullable(object("account", account_schema)), list("operations", operation_schema),
      object("deliveries", open_schema)}}};
/// The state is there once the connector's actor has reported.
inline constexpr Schema connector_schema{
    "connector",
    {{text("name"), text("type"), text("title"), list(text("channels")), map("settings"),
      nullable(object("outage_note", outage_note_schema)), optional(nullable(time("last_success"))),
      optional(nullable(object("last_error", last_error_schema))),
      optional(nullable(object("paused", pause_schema))), optional(integer("sending_percent")),
      optional(object("circuit", circuit_schema)), optional(object("limits", limits_schema)),
      optional(nullable(object("account", account_schema))),
      optional(list("operations", operation_schema)),
      optional(object("deliveries", open_schema))}}};

} // namespace tidemark::gateway
