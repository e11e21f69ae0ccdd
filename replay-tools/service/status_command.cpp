#include "replay-tools/data_folder.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

/// `3 s`, `12 min`, `5 h`, `2 d`.
std::string age_text(const Json& seconds) {
  if (!seconds.is_number())
    return "-";
  const auto s = seconds.get<double>();
  if (s < 120)
    return fmt::format("{:.0f} s", s);
  if (s < 7200)
    return fmt::format("{:.0f} min", s / 60);
  return s < 172'800 ? fmt::format("{:.0f} h", s / 3600) : fmt::format("{:.0f} d", s / 86'400);
}

std::string limits_text(const Json& limits) {
  std::string out;
  if (const auto& window = limits["window"]; !window.is_null())
    out += fmt::format("{}/{} in {:.0f} s", text_of(window["remaining"]), text_of(window["limit"]),
                       window["milliseconds"].get<double>() / 1000);
  if (const auto& day = limits["day"]; !day.is_null())
    out += fmt::format("{}{}/{} today", out.empty() ? "" : ", ", text_of(day["remaining"]),
                       text_of(day["limit"]));
  if (!limits["waits_until"].is_null())
    out += (out.empty() ? "waits until " : ", waits until ") + text_of(limits["waits_until"]);
  return out.empty()
             ? fmt::format("ours: {:.0f} a second", limits["requests_per_second"].get<double>())
             : out;
}

std::string token_text(const Json& account) {
  if (account.is_null())
    return "fixed";
  const auto until =
      account["expires_at"].is_null() ? std::string() : " until " + text_of(account["expires_at"]);
  return text_of(account["state"]) + until;
}

/// What holds a system's deliveries back first.
std::string flow_text(const Json& connector) {
  const auto& pause = connector["paused"];
  if (!pause.is_null()) {
    const auto of = text_of(pause.value("of", Json()));
    return of == "connector" ? "paused" : of == "tenant" ? "suspended" : "stopped";
  }
  const auto percent = connector.value("sending_percent", 100);
  const auto circuit = text_of(connector["circuit"]["state"]);
  return percent < 100 && circuit == "closed" ? fmt::format("at {} %", percent) : circuit;
}

void print_connectors(const Json& status) {
  print_line("");
  print_line(fmt::format("{:<14} {:<10} {:>7} {:>8} {:>8}  {:<30} {}", "CONNECTOR", "CIRCUIT",
                         "OPEN", "OPT-OUTS", "OLDEST", "LIMITS LEFT", "TOKEN"));
  for (const auto& each : status["connectors"]) {
    const auto& deliveries = each["deliveries"];
    print_line(fmt::format("{:<14} {:<10} {:>7} {:>8} {:>8}  {:<30} {}", text_of(each["name"]),
                           flow_text(each), text_of(deliveries["open"]),
                           text_of(deliveries["opt_outs_open"]),
                           age_text(deliveries["oldest_age_seconds"]), limits_text(each["limits"]),
                           token_text(each["account"])));
  }
}

/// A note whose planned end has passed is no news of now.
std::string note_text(const Json& note) {
  auto out = fmt::format("outage noted by {} at {}: {}", text_of(note["by"]),
                         text_of(note["since"]), text_of(note["text"]));
  if (!note["link"].is_null())
    out += " " + text_of(note["link"]);
  if (note["planned_end"].is_null())
    return out;
  return out
         + (note["is_over"] == true ? "; its planned end is over since " : "; planned to end at ")
         + text_of(note["planned_end"]);
}

void print_notes(const Json& status) {
  for (const auto& each : status["connectors"])
    if (const auto note = each.find("outage_note"); note != each.end() && !note->is_null())
      print_line(text_of(each["name"]) + ": " + note_text(*note));
}

/// `ok`, or what is not: the health's word, and how many alerts stand.
std::string verdict_of(const Json& status) {
  std::size_t critical = 0;
  for (const auto& alert : status["alerts"])
    critical += alert["severity"] == "critical" ? 1 : 0;
  const auto all = status["alerts"].size();
  const auto health = text_of(status["status"]);
  if (all == 0)
    return health;
  const auto words = critical > 0 ? fmt::format("{} critical of {} alerts", critical, all)
                                  : fmt::format("{} alerts, none critical", all);
  return health == "ok" ? "not well: " + words : health + ", " + words;
}

void print_screen(const Json& status) {
  print_line(fmt::format("{}  version {}  tenant {}  position {}  {}", verdict_of(status),
                         text_of(status["version"]), text_of(status["tenant"]),
                         text_of(status["position"]), text_of(status["at"])));
  for (const auto& [name, part] : status["services"].items())
    print_line(
        fmt::format("  {:<14} {:<13} {}", name, text_of(part["status"]), text_of(part["detail"])));
  print_connectors(status);
  print_notes(status);
  if (const auto by_hand = status["opt_outs_by_hand"].get<std::uint64_t>(); by_hand > 0)
    print_line(fmt::format("\nopt-outs left to people: {}; tidemark opt-outs by-hand lists them",
                           by_hand >= 1000 ? "1000 or more" : std::to_string(by_hand)));
  print_line("");
  if (const auto parked = status.find("parked"); parked != status.end())
    print_line(fmt::format("parked: {} wait for their person, {} have waited too long{}",
                           text_of((*parked)["waiting"]), text_of((*parked)["dead"]),
                           (*parked)["at_least"] == true ? ", or more" : ""));
  if (status["alerts"].empty())
    print_line("no alerts");
  for (const auto& alert : status["alerts"])
    print_line(fmt::format("{}  {}  since {}: {}", text_of(alert["severity"]),
                           text_of(alert["rule"]), text_of(alert["since"]),
                           text_of(alert["text"])));
}

} // namespace

Result<int> status(const CommonOptions& common) {
  TRY(dir, data_dir_of(common));
  TRY(status, ask_service(dir, {common.tenant, "GET", "/api/v1/status"}));
  if (common.format == Format::json)
    print_json(status);
  else
    print_screen(status);
  const bool well = status["status"] == "ok" && status["alerts"].empty();
  return well ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
