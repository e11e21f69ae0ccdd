#include "replay-tools/diagnose/checks.hpp"

#include <fmt/format.h>

#include <map>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

/// A member; null where it is missing, as in the answer of a service of another version.
const Json& part(const Json& json, const std::string& name) {
  static const Json missing;
  const auto at = json.is_object() ? json.find(name) : json.end();
  return at == json.end() ? missing : *at;
}

std::optional<std::size_t> number_in(const Json& value) {
  return value.is_number_integer() ? std::optional(value.get<std::size_t>()) : std::nullopt;
}

std::string words_in(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

Check work_check(std::string id, const std::optional<std::size_t>& count, const std::string& what,
                 Verdict bad, std::string breaks, std::string todo) {
  if (!count)
    return {std::move(id), Verdict::unknown, "the service was not asked"};
  if (*count == 0)
    return {std::move(id), Verdict::pass, "no " + what};
  return {std::move(id), bad,
          fmt::format("{}{} {}", *count >= 100 ? "at least " : "", *count, what), std::move(breaks),
          std::move(todo)};
}

/// A part of `services` in the service's own health.
Check part_check(const Json& status, const std::string& name, const std::string& id,
                 const std::string& breaks, const std::string& todo) {
  const auto& services = part(status, "services");
  if (!services.contains(name))
    return {id, Verdict::unknown, "the service says nothing of " + name};
  const auto word = words_in(part(part(services, name), "status"));
  const auto found = name + " is " + word + ": " + words_in(part(part(services, name), "detail"));
  if (word == "connected")
    return {id, Verdict::pass, found};
  return {id, word == "disconnected" ? Verdict::fail : Verdict::warn, found, breaks, todo};
}

Check alerts_check(const Json& status) {
  std::size_t critical = 0;
  std::string first;
  for (const auto& alert : part(status, "alerts")) {
    const bool bad = part(alert, "severity") == "critical";
    critical += bad ? 1 : 0;
    if (first.empty() || (bad && critical == 1))
      first = words_in(part(alert, "rule")) + ": " + words_in(part(alert, "text"));
  }
  const auto all = part(status, "alerts").size();
  if (all == 0)
    return {"service.alerts", Verdict::pass, "no alert"};
  return {"service.alerts", critical > 0 ? Verdict::fail : Verdict::warn,
          fmt::format("{} alerts, {} critical; {}", all, critical, first), "what the alerts name",
          "tidemark status lists them"};
}

/// Does a person hold it back, by itself or with all others?
Check pause_check(const Json& connector, std::string id, const std::string& name) {
  const auto& pause = part(connector, "paused");
  const auto of = words_in(part(pause, "of"));
  if (!pause.is_null())
    return {std::move(id), Verdict::warn,
            of == "all_sending" ? "all sending is stopped"
            : of == "restore"   ? "all sending waits until a restore is signed"
            : of == "tenant"    ? "the tenant is suspended"
                                : "it is paused",
            part(pause, "hold_opt_outs") == true ? "nothing is sent to it, opt-outs neither"
                                                 : "nothing but opt-outs is sent to it",
            of == "all_sending" ? "tidemark resume-all --to 10 --reason WHY"
            : of == "restore"   ? "tidemark restored, then tidemark restored sign --reason WHY"
            : of == "tenant"    ? "tidemark tenant resume ID --reason WHY"
                                : "tidemark resume " + name + " --reason WHY"};
  if (const auto percent = number_in(part(connector, "sending_percent")).value_or(100);
      percent < 100)
    return {std::move(id), Verdict::warn, fmt::format("sending goes on at {} %", percent),
            "changes reach it slowly", "tidemark resume-all --to 100 --reason WHY"};
  return {std::move(id), Verdict::pass, "it is not paused"};
}

/// What the service knows of one system.
Checks known_of(const Json& connector, const Json& services) {
  const auto name = words_in(part(connector, "name"));
  const auto id = [&](const char* what) { return "connector." + name + "." + what; };
  Checks out;
  out.push_back(pause_check(connector, id("pause"), name));
  const auto circuit = words_in(part(part(connector, "circuit"), "state"));
  out.push_back(circuit.empty() || circuit == "closed"
                    ? Check{id("circuit"), Verdict::pass, "requests flow"}
                    : Check{id("circuit"), Verdict::fail, "its circuit is " + circuit,
                            "requests to it wait until it answers again", "tidemark test " + name});
  const auto& age = part(part(connector, "deliveries"), "oldest_age_seconds");
  const auto oldest = age.is_number() ? age.get<double>() : 0.0;
  out.push_back(oldest < 300 ? Check{id("queue"), Verdict::pass, "nothing has waited five minutes"}
                             : Check{id("queue"), oldest < 3600 ? Verdict::warn : Verdict::fail,
                                     fmt::format("the oldest delivery has waited {:.0f} s", oldest),
                                     "changes reach it late",
                                     "tidemark test " + name + "; tidemark status"});
  const auto& account = part(connector, "account");
  if (!account.is_null()) {
    const auto state = words_in(part(account, "state"));
    out.push_back(state == "connected" || state == "renewing"
                      ? Check{id("account"), Verdict::pass, "its account is connected"}
                      : Check{id("account"), Verdict::fail, "its account is " + state,
                              "nothing can be sent to it", "tidemark connect " + name});
  }
  const auto& health = services.contains(name) ? part(services, name) : Json();
  if (!health.is_null()) {
    const auto word = words_in(part(health, "status"));
    const auto verdict = word == "connected"      ? Verdict::pass
                         : word == "unknown"      ? Verdict::unknown
                         : word == "disconnected" ? Verdict::fail
                                                  : Verdict::warn;
    out.push_back({id("health"), verdict, word + ": " + words_in(part(health, "detail")),
                   verdict == Verdict::pass ? "" : "changes may not reach it",
                   verdict == Verdict::pass ? "" : "tidemark test " + name});
  }
  return out;
}

} // namespace

Checks service_checks(const ServiceFacts& facts, const std::string& version) {
  if (!facts.several.empty())
    return {{"service.running", Verdict::pass, "it answers"},
            {"service.tenant", Verdict::unknown, facts.several,
             "what waits and which systems fail is known of one tenant at a time",
             "tidemark --tenant ID diagnose, for each of them"}};
  if (!facts.running)
    return {{"service.running", Verdict::fail, facts.refused,
             "no webhook is taken: vendors send them again for a while, then drop them",
             "start it: systemctl start tidemark"}};
  Checks out{{"service.running", Verdict::pass, "it answers"}};
  const auto theirs = words_in(part(facts.status, "version"));
  out.push_back(theirs == version
                    ? Check{"service.version", Verdict::pass, "it is of this version, " + version}
                    : Check{"service.version", Verdict::warn,
                            "the service is " + theirs + ", this program " + version,
                            "the tools may not know its events", "restart the service"});
  out.push_back(part_check(facts.status, "log", "service.log", "nothing can be taken",
                           "tidemark status; the service's log says why"));
  out.push_back(part_check(facts.status, "tables", "service.tables",
                           "the API and the lists show what was so a while ago",
                           "tidemark status; it catches up by itself"));
  const auto word = words_in(part(facts.status, "status"));
  out.push_back(word == "ok"
                    ? Check{"service.health", Verdict::pass, "it is well by its own word"}
                    : Check{"service.health", word == "down" ? Verdict::fail : Verdict::warn,
                            "its own word is " + word, "what the parts below say",
                            "tidemark status"});
  out.push_back(alerts_check(facts.status));
  return out;
}

Checks work_checks(const ServiceFacts& facts) {
  std::optional<std::size_t> by_hand, parked;
  if (facts.running) {
    by_hand = number_in(part(facts.status, "opt_outs_by_hand"));
    parked = number_in(part(part(facts.status, "parked"), "dead"));
  }
  return {
      work_check("work.opt_outs_by_hand", by_hand, "opt-outs wait for a person to set a mark",
                 Verdict::warn, "the system may still write to or call them",
                 "tidemark opt-outs by-hand"),
      work_check("work.deadlines", facts.missed_deadlines,
                 "systems that have not confirmed an opt-out in time", Verdict::fail,
                 "the person may still be written to or called from there",
                 "tidemark audit opt-outs --all"),
      work_check("work.dead", facts.dead, "deliveries given up", Verdict::warn,
                 "these changes are missing over there", "tidemark replay redeliver --dry-run"),
      work_check("work.rejected", facts.rejected, "deliveries refused by a system", Verdict::warn,
                 "these changes are missing over there",
                 "tidemark explain --delivery ID names the field"),
      work_check("work.parked", parked, "calls and messages that waited too long for their person",
                 Verdict::warn, "they stand in no thread", "GET /api/v1/parked?state=dead"),
      work_check("work.reviews", facts.reviews, "reviews wait for a person", Verdict::warn,
                 "who is meant, or whether it is an opt-out, is open: closed meanwhile",
                 "GET /api/v1/reviews"),
      work_check("work.held", facts.held, "webhooks that could not be read", Verdict::warn,
                 "what they told is not done", "GET /api/v1/quarantine; tidemark replay reprocess"),
  };
}

Checks connector_checks(const Facts& facts) {
  Checks out;
  if (facts.service.running)
    for (const auto& connector : part(facts.service.status, "connectors"))
      for (auto& check : known_of(connector, part(facts.service.status, "services")))
        out.push_back(std::move(check));
  static const std::map<std::string_view, std::string_view> breaks{
      {"configuration", "it cannot be asked"},
      {"dns", "its name leads nowhere: nothing reaches it"},
      {"tcp", "nothing reaches it"},
      {"tls", "nothing is sent where the certificate is not accepted"},
      {"http", "what answers there does not speak HTTP"},
      {"credential", "everything sent to it is refused"},
      {"clock", "signatures and quiet hours go wrong"},
  };
  for (const auto& probe : facts.probes) {
    if (probe.verdict != "ok" && probe.verdict != "failed")
      continue; // it cannot be asked: the service's own evidence is all there is
    const auto verdict = probe.verdict == "ok" ? Verdict::pass : Verdict::fail;
    Check check{"connector." + probe.connector + "." + probe.step, verdict, probe.text};
    if (verdict == Verdict::fail) {
      if (!probe.reason.empty())
        check.found = probe.reason + ": " + check.found;
      const auto what = breaks.find(probe.step);
      check.breaks = what == breaks.end() ? "" : what->second;
      check.todo = probe.todo.empty() ? "tidemark test " + probe.connector : probe.todo;
    }
    out.push_back(std::move(check));
  }
  if (!facts.probed)
    out.push_back({"connectors.asked", Verdict::unknown,
                   facts.probes.empty() ? "the systems were not asked"
                                        : "not every system was heard of in time"});
  return out;
}

Checks checks_of(const Facts& facts) {
  Checks out;
  const auto add = [&](Checks more) {
    for (auto& check : more)
      out.push_back(std::move(check));
  };
  add(configuration_checks(facts.configuration));
  add(machine_checks(facts.machine));
  add(folder_checks(facts.folder, facts.now));
  add(service_checks(facts.service, facts.version));
  add(work_checks(facts.service));
  add(connector_checks(facts));
  if (facts.backups)
    add(backup_checks(*facts.backups, facts.now));
  else
    out.push_back({"backup.folder", Verdict::unknown, "no folder of backups was named",
                   "nobody knows whether the log could be restored",
                   "name it with --backups FOLDER, or dir of [backup] in the configuration"});
  return out;
}

} // namespace tidemark::tools
