#include "tests/replay-tools/tool.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

namespace tidemark::logs_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using tool::run;

/// A line with the members that every one has, and more.
std::string line_at(const std::string& minute, const std::string& level, const std::string& event,
                    const std::string& more = {}) {
  return R"({"time":"2026-09-01T10:)" + minute + R"(:00Z","level":")" + level + R"(","event":")"
         + event + "\"" + more + "}\n";
}

std::string request_at(const std::string& minute, const std::string& id, const std::string& route,
                       const std::string& microseconds) {
  return line_at(minute, "debug", "request",
                 R"(,"request_id":")" + id + R"(","route":")" + route + R"(","microseconds":")"
                     + microseconds + "\"");
}

const std::string sample_lines =
    line_at("00", "info", "ready") + request_at("01", "r-1", "/api/v1/contacts/{id}", "250000")
    + line_at("02", "warning", "vendor_failure", R"(,"connector":"crm")")
    + request_at("03", "r-2", "/health", "900") + line_at("04", "error", "actor_failed")
    + line_at("05", "warning", "vendor_failure", R"(,"connector":"dialer")");

struct Logs : testing::Test {
  Logs() {
    write("app.log", sample_lines);
    std::ofstream(folder.path() + "/t.toml")
        << "[service_log]\ndir = \"" << folder.path() << "\"\n";
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() + "/" + name) << text;
  }
  tool::Outcome logs(const std::string& options, const std::string& before = {}) const {
    return run("--config " + folder.path() + "/t.toml logs " + options, before);
  }
  /// What is shown of each line, and the summary.
  std::string events_of(const std::string& options) const {
    std::string out;
    for (const auto& line : logs(options + " --format json").lines()) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      out += json.contains("summary") ? json["summary"]["matched"].dump()
                                      : json.value("event", line) + " ";
    }
    return out;
  }
  tool::TemporaryFolder folder;
};

TEST_F(Logs, ShowsTheNewestLinesAndSaysHowManyThereAre) {
  EXPECT_EQ(events_of(""), "ready request vendor_failure request actor_failed vendor_failure 6");
  EXPECT_EQ(events_of("--last 2"), "actor_failed vendor_failure 6");
  const auto text = logs("--last 1");
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_THAT(text.out, AllOf(HasSubstr("2026-09-01T10:05:00Z  warning  vendor_failure "),
                              HasSubstr("connector=dialer"), HasSubstr("1 of 6 lines that match")));
}

TEST_F(Logs, EachFilterLeavesWhatItNames) {
  EXPECT_EQ(events_of("--level warning --file " + folder.path() + "/app.log"),
            "vendor_failure actor_failed vendor_failure 3");
  EXPECT_EQ(events_of("--since 2026-09-01T10:02:00Z --until 2026-09-01T10:04:00Z"),
            "vendor_failure request 2");
  EXPECT_EQ(events_of("--since 24h"), "0");
  EXPECT_EQ(events_of("--path /api/v1/contacts"), "request 1");
  EXPECT_EQ(events_of("--slower-than 100"), "request 1");
  EXPECT_EQ(events_of("--slower-than 251"), "0");
  EXPECT_EQ(events_of("--request-id r-2"), "request 1");
  EXPECT_EQ(events_of("--pattern 'vendor.*dialer'"), "vendor_failure 1");
}

TEST_F(Logs, CountsByEvent) {
  const auto counted = logs("--by-type --format json");
  ASSERT_THAT(counted.lines(), SizeIs(5));
  EXPECT_EQ(counted.json(0)["event"], "request");
  EXPECT_EQ(counted.json(0)["lines"], 2);
  EXPECT_EQ(counted.json(0)["last"], "2026-09-01T10:03:00Z");
  EXPECT_EQ(counted.json(1)["event"], "vendor_failure");
  EXPECT_EQ(counted.last_json()["summary"]["matched"], 6);
  EXPECT_EQ(logs("--by-type --last 1 --format json").json(0)["event"], "vendor_failure");
}

TEST_F(Logs, OlderFilesComeFirstAndWarningsAreReadWhereNothingElseStands) {
  write("app.1.log", R"({"time":"2026-08-31T10:00:00Z","level":"info","event":"older"})"
                     "\n");
  write("app.2.log", R"({"time":"2026-08-30T10:00:00Z","level":"info","event":"oldest"})"
                     "\n");
  write("error.log", R"({"time":"2026-08-01T10:00:00Z","level":"error","event":"long_ago"})"
                     "\n");
  EXPECT_THAT(events_of(""), HasSubstr("oldest older ready "));
  EXPECT_EQ(events_of("--level error"), "long_ago 1");
}

TEST_F(Logs, ReadsWhatJournaldWrites) {
  write("short", "Sep 01 10:00:00 host tidemarkd[7]: " + line_at("00", "info", "ready")
                     + "Sep 01 10:00:01 host systemd[1]: Started tidemark.\n");
  write("json", R"({"PRIORITY":"6","MESSAGE":"{\"level\":\"info\",\"event\":\"stopped\"}"})");
  EXPECT_EQ(events_of("--file " + folder.path() + "/short"), "ready 1");
  EXPECT_EQ(events_of("--file - < " + folder.path() + "/json"), "stopped 1");
  EXPECT_THAT(logs("--file - < " + folder.path() + "/short").out,
              HasSubstr("1 lines are not of the service's log"));
}

TEST_F(Logs, ExportsLinesAsTheyAreIntoANewFile) {
  const auto file = folder.path() + "/out";
  ASSERT_EQ(logs("--request-id r-1 --export " + file).exit_code, 0);
  std::ifstream written(file);
  std::string line;
  std::getline(written, line);
  EXPECT_THAT(sample_lines, HasSubstr(line + "\n"));
  EXPECT_THAT(line, HasSubstr("r-1"));
  const auto again = logs("--export " + file);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.out, HasSubstr("is there already"));
}

TEST_F(Logs, FollowsAlsoOnceAnotherFileStandsThere) {
  tool::Background following("--config " + folder.path() + "/t.toml logs --last 1 --follow",
                             "echo $$ > " + folder.path() + "/pid; exec ");
  ASSERT_TRUE(following.has_line());
  std::ofstream(folder.path() + "/app.log", std::ios::app)
      << R"({"level":"info","event":"came"})" << std::endl;
  ASSERT_TRUE(following.has_line());
  std::filesystem::rename(folder.path() + "/app.log", folder.path() + "/app.1.log");
  write("app.log", R"({"level":"info","event":"of_the_next_file"})"
                   "\n");
  ASSERT_TRUE(following.has_line());
  int pid = 0;
  std::ifstream(folder.path() + "/pid") >> pid;
  ASSERT_GT(pid, 1);
  ::kill(pid, SIGTERM);
}

TEST_F(Logs, WhatCannotBeMeantIsSaid) {
  for (const auto& [options, why] : std::vector<std::pair<std::string, std::string>>{
           {"--level loud", "--level is debug, info, warning or error"},
           {"--since yesterday", "--since is a time with its zone"},
           {"--since 1h --until 2h", "nothing can be between them"},
           {"--last 0", "--last"},
           {"--slower-than x", "--slower-than"},
           {"--pattern '('", "missing"},
           {"--follow --by-type", "--follow shows lines as they come"},
           {"--follow --export x", "--follow does not end"},
           {"--by-type --export x", "--export writes lines"},
           {"--lastt 3", "--last"}}) {
    const auto refused = logs(options);
    EXPECT_EQ(refused.exit_code, 2) << options << "\n" << refused.out;
    EXPECT_THAT(refused.out, HasSubstr(why)) << options;
  }
  EXPECT_THAT(logs("--file /nowhere").out, HasSubstr("cannot be read"));
  write("t.toml", "[log]\ndir = \"data\"\n");
  const auto none = logs("");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.out, HasSubstr("has no [service_log] dir"));
}

} // namespace
} // namespace tidemark::logs_test
