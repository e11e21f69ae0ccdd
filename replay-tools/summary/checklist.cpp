#include "replay-tools/summary/checklist.hpp"

#include "base/contains.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr double disk_enough = 0.2;

/// The alerts of these rules, as text; "" when there is none.
template <class Rules>
std::string alerts_of(const Json& status, const Rules& rules) {
  std::string out;
  for (const auto& alert : status["alerts"])
    if (contains(rules, alert.value("rule", "")))
      out += (out.empty() ? "" : "; ") + alert.value("rule", "") + ": " + alert.value("text", "");
  return out;
}

/// With the alerts where there are some, else what is told.
ChecklistPoint point_of(const char* name, const std::string& alerts, const std::string& otherwise) {
  return {name, alerts.empty(), alerts.empty() ? otherwise : alerts};
}

ChecklistPoint health_point(const Json& status) {
  std::string wrong;
  for (const auto& [name, part] : status["services"].items())
    if (const auto word = part.value("status", ""); word != "connected")
      wrong += (wrong.empty() ? "" : ", ") + name + " " + word;
  const bool well = status.value("status", "") == "ok";
  if (wrong.empty())
    return {"health", well, well ? "every part is connected" : "not well"};
  return {"health", well, (well ? "no fault is known; not connected: " : "not well: ") + wrong};
}

ChecklistPoint delivery_point(const Json& status) {
  std::uint64_t open = 0, opt_outs = 0;
  for (const auto& connector : status["connectors"]) {
    open += connector["deliveries"].value("open", std::uint64_t{0});
    opt_outs += connector["deliveries"].value("opt_outs_open", std::uint64_t{0});
  }
  return point_of("deliveries",
                  alerts_of(status, words("backlog", "delivery_overdue", "delivery_dead",
                                          "opt_out_not_confirmed")),
                  fmt::format("{} wait, {} of them opt-outs; none too long", open, opt_outs));
}

ChecklistPoint pool_point(const Json& status) {
  if (auto alerts = alerts_of(status, words("http_pool_exhausted")); !alerts.empty())
    return {"pools", false, std::move(alerts)};
  std::uint64_t out = 0;
  std::string open_circuits;
  for (const auto& connector : status["connectors"]) {
    out += connector["deliveries"].value("requests_out", std::uint64_t{0});
    if (connector["circuit"].value("state", "closed") != "closed")
      open_circuits += " " + connector.value("name", "");
  }
  return {"pools", open_circuits.empty(),
          open_circuits.empty()
              ? fmt::format("{} requests to systems are out, no circuit is open", out)
              : "the circuit is open of:" + open_circuits};
}

ChecklistPoint error_point(const Json& status, const DayFigures& day) {
  const auto alerts =
      alerts_of(status, words("many_errors", "slow_answers", "webhook_kind_unknown"));
  std::string text;
  for (const auto& [reason, count] : day.errors)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, reason);
  if (!alerts.empty())
    return {"errors", false, alerts};
  if (day.failed() > 0)
    return {"errors", false,
            fmt::format("{} deliveries failed for good in 24 hours ({})", day.failed(), text)};
  return {"errors", true,
          text.empty() ? "none in 24 hours" : "none for good in 24 hours; tried again: " + text};
}

ChecklistPoint disk_point(const Json& status, const std::optional<DiskFigures>& disk,
                          std::uint64_t growth) {
  auto alerts = alerts_of(status, words("disk_low"));
  if (!disk)
    return point_of("disk", alerts, "no alert; how full it is cannot be told");
  const auto days = days_left(*disk, growth);
  const auto text = fmt::format("{} free of {}{}", size_text(disk->free), size_text(disk->size),
                                days ? fmt::format(", full in about {} days", *days) : "");
  const bool low = static_cast<double>(disk->free) < disk_enough * static_cast<double>(disk->size);
  return {"disk", alerts.empty() && !low,
          alerts.empty() ? text + (low ? "; less than a fifth is free" : "") : alerts};
}

ChecklistPoint limit_point(const Json& status) {
  std::string left;
  for (const auto& connector : status["connectors"])
    if (const auto& day = connector["limits"]["day"]; day.is_object())
      left += fmt::format("{}{} has {} left of today", left.empty() ? "" : ", ",
                          connector.value("name", ""), day["remaining"].dump());
  return point_of("limits", alerts_of(status, words("daily_limit_reached")),
                  left.empty() ? "no system has told of a daily limit" : left);
}

} // namespace

std::vector<ChecklistPoint> checklist_points(const Json& status, const DayFigures& day,
                                             const std::optional<DiskFigures>& disk,
                                             std::uint64_t growth) {
  return {health_point(status),
          delivery_point(status),
          point_of("memory", alerts_of(status, words("memory_high")), "no alert"),
          disk_point(status, disk, growth),
          pool_point(status),
          error_point(status, day),
          limit_point(status),
          point_of("tokens",
                   alerts_of(status, words("credential_refused", "reconnect_needed",
                                           "token_renewal_failing")),
                   "no key is refused, no account needs to be connected")};
}

} // namespace tidemark::tools
