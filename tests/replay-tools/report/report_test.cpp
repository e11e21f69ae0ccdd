#include "replay-tools/diagnose/checks.hpp"
#include "replay-tools/report/apart.hpp"
#include "replay-tools/report/bundle.hpp"
#include "replay-tools/report/severity.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace tidemark::tools::report_test {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}};

TEST(Severity, WhatConcernsOptOutsLossDownAndSecurityIsForAtOnce) {
  for (const auto* text : {"A person who opted out got a text", "all notes are LOST",
                           "the whole system is down", "someone hacked us"})
    EXPECT_EQ(propose_severity({}, text, {}).urgency, Urgency::immediately) << text;
  for (const auto* text :
       {"it came twenty minutes later", "it fails again", "very slow", "strange"})
    EXPECT_EQ(propose_severity({}, text, {}).urgency, Urgency::soon) << text;
  EXPECT_EQ(propose_severity({}, "how do I add a user", {}).urgency, Urgency::whenever);
  EXPECT_EQ(propose_severity({}, "a breakdown of costs", {}).urgency, Urgency::whenever);
  EXPECT_EQ(propose_severity({"security"}, "", {}).urgency, Urgency::immediately);
}

TEST(Severity, WhatTheChecksFoundCountsToo) {
  const auto found = propose_severity({}, "", {{"service.running", Verdict::fail, "no"}});
  EXPECT_EQ(found.urgency, Urgency::immediately);
  EXPECT_EQ(found.because, std::vector<std::string>{"down (service.running)"});
  EXPECT_EQ(propose_severity({}, "", {{"connector.crm.queue", Verdict::fail, "old"}}).urgency,
            Urgency::soon);
  EXPECT_EQ(propose_severity({}, "", {{"service.running", Verdict::unknown, "?"}}).urgency,
            Urgency::whenever);
}

std::vector<Collected> collected(const std::vector<Collector>& which) {
  return collect_apart(which, {.time = 1500ms, .bytes = 1000});
}

TEST(Apart, OneThatFailsHangsCrashesOrIsTooLargeHarmsNoOther) {
  const auto out = collected({
      {"good",
       []() -> Result<Json> {
         return Json{{"a", 1}};
       }},
      {"bad",
       []() -> Result<Json> {
         return Error{"storage_failed", "secret words"};
       }},
      {"hung",
       []() -> Result<Json> {
         std::this_thread::sleep_for(1h);
         return Json{};
       }},
      {"dead", []() -> Result<Json> { std::abort(); }},
      {"large", []() -> Result<Json> { return Json(std::string(100'000, 'x')); }},
      {"late",
       []() -> Result<Json> {
         return Json{{"b", 2}};
       }},
  });
  std::string outcomes;
  for (const auto& one : out)
    outcomes += one.name + " " + one.outcome + " ";
  EXPECT_EQ(outcomes,
            "good whole bad failed hung timed_out dead crashed large too_large late whole ");
  EXPECT_EQ(out[1].code, "storage_failed");
  EXPECT_EQ(out[5].value, (Json{{"b", 2}}));
}

FolderFacts well() {
  FolderFacts folder;
  folder.exists = folder.ours = folder.writable = folder.has_log = folder.has_keys = true;
  folder.keys_private = true;
  folder.store_keys = {"0123456789abcdef"};
  folder.mode = 0700;
  folder.acknowledged = folder.end = Position{7};
  folder.newest_at = now - 1h;
  folder.spooled = false;
  return folder;
}

TEST(Bundle, SaysWhatIsMissingAndWhy) {
  const auto bundle = make_bundle({.system = "HaloPSA", .actual = "call 512-555-0100"}, "TM-1", now,
                                  {{"folder", "whole", "", to_report(well()), 3ms},
                                   {"log", "failed", "data_damaged", nullptr, 5ms},
                                   {"systems", "timed_out", "", nullptr, 12s}});
  EXPECT_EQ(bundle.json["about"]["system"], "HaloPSA");
  EXPECT_EQ(bundle.json["about"]["actual"], "call [number]");
  EXPECT_EQ(bundle.hidden, 1U);
  const std::vector<std::string> missing{
      "configuration (not_asked_for)", "settings (not_asked_for)",   "machine (not_asked_for)",
      "service (not_asked_for)",       "systems (timed_out)",        "log (failed, data_damaged)",
      "backups (not_asked_for)",       "service_log (not_asked_for)"};
  EXPECT_EQ(bundle.missing, missing);
  EXPECT_EQ(bundle.json["manifest"].size(), 9U);
  EXPECT_FALSE(bundle.json["parts"].contains("log"));
}

TEST(Bundle, ReadBackGivesTheChecksOfTheFactsAndUnknownForWhatIsMissing) {
  auto folder = well();
  folder.has_keys = false;
  folder.damage = "corrupt";
  const auto bundle =
      make_bundle({}, "TM-1", now, {{"folder", "whole", "", to_report(folder), 3ms}});
  EXPECT_EQ(bundle.severity.urgency, Urgency::immediately);
  const auto checks = checks_of_report(bundle.json.dump());
  ASSERT_TRUE(checks);
  std::string failed, unknown;
  for (const auto& check : *checks)
    (check.verdict == Verdict::fail ? failed : unknown) +=
        check.verdict == Verdict::pass ? "" : check.id + " ";
  EXPECT_EQ(failed, "folder.log folder.keys ");
  EXPECT_EQ(unknown, "report.configuration report.machine report.service report.backups "
                     "connectors.asked ");
}

TEST(Bundle, AnythingElseIsNoReport) {
  for (const auto* text : {"", "{", "[]", "{}", R"({"format":"tidemark-report/9"})",
                           R"({"format":"tidemark-report/1","made_at":3})"})
    EXPECT_FALSE(checks_of_report(text)) << text;
  EXPECT_TRUE(checks_of_report(
      R"({"format":"tidemark-report/1","made_at":"2026-09-01T00:00:00Z","parts":{"folder":[1],
          "service":"x","machine":{"memory":"a"},"systems":{"steps":[3]}}})"));
}

} // namespace
} // namespace tidemark::tools::report_test
