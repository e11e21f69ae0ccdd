#include "replay-tools/diagnose/checks.hpp"
#include "replay-tools/diagnose/diagnose_command.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

namespace tidemark::tools::checks_test {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}};

/// A service that is well, with one system.
Json well() {
  return Json::parse(R"({"status":"ok","version":"9.9","alerts":[],"opt_outs_by_hand":0,
      "parked":{"waiting":0,"dead":0},
      "services":{"log":{"status":"connected","detail":""},"tables":{"status":"connected","detail":""},
                  "crm":{"status":"connected","detail":"answered"}},
      "connectors":[{"name":"crm","paused":null,"circuit":{"state":"closed"},
                     "deliveries":{"oldest_age_seconds":null},"account":{"state":"connected"}}]})");
}

Facts good() {
  Facts out;
  out.now = now;
  out.version = "9.9";
  auto& configuration = out.configuration;
  configuration.file = "tidemark.toml";
  configuration.readable = true;
  configuration.tokens = configuration.receivers = 1;
  configuration.connectors = configuration.receiving = 2;
  out.machine = {.disk_free = 50,
                 .disk_size = 100,
                 .inodes_free = 50,
                 .inodes = 100,
                 .file_handles = 65536,
                 .memory_available = 4ULL << 30U,
                 .memory = 8ULL << 30U,
                 .clock_synchronised = true,
                 .certificates = true,
                 .time_zones = true,
                 .temporary_folder = true};
  auto& folder = out.folder;
  folder.path = "/data";
  folder.exists = folder.ours = folder.writable = folder.has_log = folder.has_keys = true;
  folder.keys_private = true;
  folder.store_keys = {"0123456789abcdef"};
  folder.mode = 0700;
  folder.acknowledged = folder.end = Position{7};
  folder.spooled = false;
  folder.newest_at = now - 1h;
  out.service.running = true;
  out.service.status = well();
  out.service.dead = out.service.rejected = out.service.reviews = out.service.held = 0;
  out.service.missed_deadlines = 0;
  out.probed = true;
  for (const auto* step : {"dns", "tcp", "tls", "http", "credential", "clock"})
    out.probes.push_back({"crm", step, "ok", "", "it is well", ""});
  out.backups = BackupFact{"/backups", "", 0, now - 1h, now - 1h};
  return out;
}

std::map<std::string, Verdict> verdicts(const Facts& facts) {
  std::map<std::string, Verdict> out;
  for (const auto& check : checks_of(facts))
    out[check.id] = check.verdict;
  return out;
}

TEST(Checks, AreFortyAndPassWhereNothingIsWrong) {
  const auto checks = checks_of(good());
  EXPECT_GE(checks.size(), 40U);
  std::set<std::string> names;
  for (const auto& check : checks) {
    EXPECT_EQ(check.verdict, Verdict::pass) << check.id << ": " << check.found;
    EXPECT_TRUE(names.insert(check.id).second) << check.id << " is there twice";
    EXPECT_TRUE(check.todo.empty() && check.breaks.empty()) << check.id;
  }
}

/// One thing is wrong, and one check of this name says so.
struct Wrong {
  std::string id;
  Verdict verdict;
  std::function<void(Facts&)> plant;
};

void set(Facts& facts, const char* step, const char* reason) {
  for (auto& probe : facts.probes)
    if (probe.step == step)
      probe = {"crm", step, "failed", reason, "it is not well", "see to it"};
}

const std::vector<Wrong> wrongs{
    {"configuration.readable", Verdict::fail, [](Facts& f) { f.configuration.readable = false; }},
    {"configuration.valid", Verdict::fail, [](Facts& f) { f.configuration.faults = {"a fault"}; }},
    {"configuration.plain_http", Verdict::warn,
     [](Facts& f) { f.configuration.loopback_http = true; }},
    {"configuration.quiet_hours", Verdict::warn,
     [](Facts& f) { f.configuration.any_hour = {"acme"}; }},
    {"configuration.tokens", Verdict::warn, [](Facts& f) { f.configuration.tokens = 0; }},
    {"configuration.receivers", Verdict::warn, [](Facts& f) { f.configuration.receivers = 0; }},
    {"configuration.targets", Verdict::warn, [](Facts& f) { f.configuration.receiving = 1; }},
    {"machine.disk", Verdict::warn, [](Facts& f) { f.machine.disk_free = 9; }},
    {"machine.disk", Verdict::fail, [](Facts& f) { f.machine.disk_free = 2; }},
    {"machine.disk", Verdict::unknown, [](Facts& f) { f.machine.disk_free.reset(); }},
    {"machine.inodes", Verdict::fail, [](Facts& f) { f.machine.inodes_free = 1; }},
    {"machine.file_handles", Verdict::warn, [](Facts& f) { f.machine.file_handles = 1024; }},
    {"machine.memory", Verdict::warn, [](Facts& f) { f.machine.memory_available = 1; }},
    {"machine.clock", Verdict::warn, [](Facts& f) { f.machine.clock_synchronised = false; }},
    {"machine.clock", Verdict::unknown, [](Facts& f) { f.machine.clock_synchronised.reset(); }},
    {"machine.certificates", Verdict::fail, [](Facts& f) { f.machine.certificates = false; }},
    {"machine.time_zones", Verdict::fail, [](Facts& f) { f.machine.time_zones = false; }},
    {"machine.temporary_folder", Verdict::warn,
     [](Facts& f) { f.machine.temporary_folder = false; }},
    {"folder.sealed", Verdict::warn, [](Facts& f) { f.folder.plain_secrets = 2; }},
    {"folder.sealed", Verdict::warn, [](Facts& f) { f.folder.rotating = true; }},
    {"folder.sealed", Verdict::unknown, [](Facts& f) { f.folder.store_keys.clear(); }},
    {"folder.exists", Verdict::fail, [](Facts& f) { f.folder.exists = false; }},
    {"folder.owner", Verdict::fail, [](Facts& f) { f.folder.ours = false; }},
    {"folder.mode", Verdict::fail, [](Facts& f) { f.folder.mode = 0750; }},
    {"folder.writable", Verdict::fail, [](Facts& f) { f.folder.writable = false; }},
    {"folder.log", Verdict::fail, [](Facts& f) { f.folder.has_log = false; }},
    {"folder.log", Verdict::fail, [](Facts& f) { f.folder.damage = "it is cut"; }},
    {"folder.end", Verdict::fail, [](Facts& f) { f.folder.end = Position{6}; }},
    {"folder.end", Verdict::unknown, [](Facts& f) { f.folder.end.reset(); }},
    {"folder.chain", Verdict::fail, [](Facts& f) { f.folder.chain_broken = "event 5"; }},
    {"folder.newest_event", Verdict::fail, [](Facts& f) { f.folder.newest_at = now + 1h; }},
    {"folder.keys", Verdict::fail, [](Facts& f) { f.folder.has_keys = false; }},
    {"folder.keys_mode", Verdict::fail, [](Facts& f) { f.folder.keys_private = false; }},
    {"folder.spool", Verdict::fail, [](Facts& f) { f.folder.spooled = true; }},
    {"folder.spool", Verdict::unknown, [](Facts& f) { f.folder.spooled.reset(); }},
    {"folder.damaged_copies", Verdict::warn, [](Facts& f) { f.folder.damaged_copies = 1; }},
    {"folder.checkpoint", Verdict::warn, [](Facts& f) { f.folder.checkpoint_left = true; }},
    {"service.version", Verdict::warn, [](Facts& f) { f.service.status["version"] = "9.8"; }},
    {"service.log", Verdict::fail,
     [](Facts& f) { f.service.status["services"]["log"]["status"] = "disconnected"; }},
    {"service.tables", Verdict::warn,
     [](Facts& f) { f.service.status["services"]["tables"]["status"] = "degraded"; }},
    {"service.health", Verdict::warn, [](Facts& f) { f.service.status["status"] = "degraded"; }},
    {"service.alerts", Verdict::fail,
     [](Facts& f) {
       f.service.status["alerts"] =
           Json::parse(R"([{"rule":"r","text":"t","severity":"critical"}])");
     }},
    {"work.opt_outs_by_hand", Verdict::warn,
     [](Facts& f) { f.service.status["opt_outs_by_hand"] = 1; }},
    {"work.parked", Verdict::warn, [](Facts& f) { f.service.status["parked"]["dead"] = 1; }},
    {"work.deadlines", Verdict::fail, [](Facts& f) { f.service.missed_deadlines = 1; }},
    {"work.dead", Verdict::warn, [](Facts& f) { f.service.dead = 100; }},
    {"work.dead", Verdict::unknown, [](Facts& f) { f.service.dead.reset(); }},
    {"work.rejected", Verdict::warn, [](Facts& f) { f.service.rejected = 1; }},
    {"work.reviews", Verdict::warn, [](Facts& f) { f.service.reviews = 1; }},
    {"work.held", Verdict::warn, [](Facts& f) { f.service.held = 1; }},
    {"connector.crm.pause", Verdict::warn,
     [](Facts& f) { f.service.status["connectors"][0]["paused"] = Json::object(); }},
    {"connector.crm.pause", Verdict::warn,
     [](Facts& f) { f.service.status["connectors"][0]["sending_percent"] = 10; }},
    {"connector.crm.circuit", Verdict::fail,
     [](Facts& f) { f.service.status["connectors"][0]["circuit"]["state"] = "open"; }},
    {"connector.crm.queue", Verdict::warn,
     [](Facts& f) { f.service.status["connectors"][0]["deliveries"]["oldest_age_seconds"] = 301; }},
    {"connector.crm.account", Verdict::fail,
     [](Facts& f) { f.service.status["connectors"][0]["account"]["state"] = "reconnect_needed"; }},
    {"connector.crm.health", Verdict::unknown,
     [](Facts& f) { f.service.status["services"]["crm"]["status"] = "unknown"; }},
    {"connector.crm.dns", Verdict::fail, [](Facts& f) { set(f, "dns", "name_not_resolved"); }},
    {"connector.crm.tcp", Verdict::fail, [](Facts& f) { set(f, "tcp", "connection_refused"); }},
    {"connector.crm.tls", Verdict::fail, [](Facts& f) { set(f, "tls", "tls_failed"); }},
    {"connector.crm.http", Verdict::fail, [](Facts& f) { set(f, "http", "bad_answer"); }},
    {"connector.crm.credential", Verdict::fail,
     [](Facts& f) { set(f, "credential", "unauthorized"); }},
    {"connector.crm.clock", Verdict::fail, [](Facts& f) { set(f, "clock", "clock_apart"); }},
    {"connectors.asked", Verdict::unknown, [](Facts& f) { f.probed = false; }},
    {"backup.folder", Verdict::unknown, [](Facts& f) { f.backups.reset(); }},
    {"backup.folder", Verdict::fail, [](Facts& f) { f.backups->damage = "it is gone"; }},
    {"backup.whole", Verdict::fail, [](Facts& f) { f.backups->damaged = 1; }},
    {"backup.age", Verdict::fail, [](Facts& f) { f.backups->newest_at = now - 27h; }},
    {"backup.checked", Verdict::fail, [](Facts& f) { f.backups->checked_at.reset(); }},
};

TEST(Checks, EachNamesTheOneThingThatIsWrongAndWhatToDo) {
  for (const auto& [id, verdict, plant] : wrongs) {
    auto facts = good();
    plant(facts);
    for (const auto& check : checks_of(facts)) {
      if (check.id != id) {
        EXPECT_EQ(check.verdict, Verdict::pass) << check.id << " where " << id << " is made so";
        continue;
      }
      EXPECT_EQ(check.verdict, verdict) << id;
      EXPECT_FALSE(check.found.empty()) << id;
      if (verdict == Verdict::fail || verdict == Verdict::warn) {
        EXPECT_FALSE(check.breaks.empty()) << id;
        EXPECT_FALSE(check.todo.empty()) << id;
      }
    }
    EXPECT_EQ(verdicts(facts)[id], verdict) << id;
  }
}

TEST(Checks, OfAServiceThatIsDownSayWhatCannotBeKnown) {
  auto facts = good();
  facts.service = {};
  facts.service.refused = "nobody answers";
  const auto seen = verdicts(facts);
  EXPECT_EQ(seen.at("service.running"), Verdict::fail);
  EXPECT_EQ(seen.at("work.dead"), Verdict::unknown);
  EXPECT_EQ(seen.at("connector.crm.dns"), Verdict::pass) << "the systems are asked all the same";
}

TEST(Checks, AreWrittenAsPluginsAndSamplesAreReadBy) {
  auto facts = good();
  EXPECT_EQ(nagios_of(checks_of(facts)).second, 0);
  EXPECT_TRUE(nagios_of(checks_of(facts)).first.starts_with("TIDEMARK OK - "));
  facts.machine.disk_free.reset();
  EXPECT_EQ(nagios_of(checks_of(facts)).second, 3);
  facts.machine.memory_available = 1;
  EXPECT_EQ(nagios_of(checks_of(facts)).second, 1);
  facts.folder.damage = "it is | cut\noff";
  const auto [line, code] = nagios_of(checks_of(facts));
  EXPECT_EQ(code, 2);
  EXPECT_NE(line.find("folder.log: it is / cut off | fail=1 warn=1 unknown=1"), std::string::npos)
      << line;
  EXPECT_NE(
      prometheus_of(checks_of(facts)).find("tidemark_check_verdict{check=\"folder.log\"} 2\n"),
      std::string::npos);
}

} // namespace
} // namespace tidemark::tools::checks_test
