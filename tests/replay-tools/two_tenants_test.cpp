#include "storage/open_log.hpp"
#include "storage/remote/log_server.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

#include <fstream>

namespace tidemark::two_tenants_test {
namespace {

using tool::run;

constexpr std::uint64_t decisions_of_acme = 8;

/// A stopped data folder with the sample of one tenant and a webhook of another, which was decided
/// on. Its tables stand at the log's end; the configuration has one connector.
class TwoTenants : public testing::Test {
protected:
  void SetUp() override {
    const auto open = opened();
    ASSERT_TRUE(open.ok()) << open.error().text;
    auto& log = (*open)->log();
    const KeyedHasher hasher((*open)->pepper());
    sample::write(log, hasher);
    events::ConfigApplied config;
    config.connectors.push_back({sample::aloware, "aloware", true, {}, {}});
    sample::Writer(log, hasher).input(events::engine_stream(), config);
    webhook_ = write(log, {}, events::webhook_stream(sample::ghl), events::WebhookReceived{});
    events::WebhookInterpreted meaning;
    meaning.webhook = webhook_;
    write(log, webhook_, events::identity_stream(), meaning);
    end_ = log.durable();
    sample::apply_live(log, (*open)->tables(), hasher, end_);
  }
  static Position write(storage::LogStore& log, Position cause, StreamName stream,
                        events::Event event) {
    storage::Append append;
    append.tenant = TenantId("globex");
    append.events.push_back({std::move(stream), std::move(event), {}, {}});
    if (cause != Position{}) {
      append.cause = cause;
      append.decider = events::Decider::interpreter;
      append.correlation = cause;
    }
    const auto outcome = storage::append_and_wait(log, std::move(append));
    return std::get<storage::Appended>(outcome).first;
  }
  Result<std::unique_ptr<storage::OpenLog>> opened() const {
    storage::OpenOptions options;
    options.folder = data();
    static const sample::StepClock clock;
    return storage::open_log(options, &clock);
  }
  std::string data() const { return folder_.path() + "/data"; }
  tool::Outcome in_data(const std::string& arguments) const {
    return run(arguments + " --data " + data());
  }

  tool::TemporaryFolder folder_;
  Position webhook_, end_;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(TwoTenants, AnEventOfAnotherTenantIsNotShown) {
  const auto show = "log show " + std::to_string(webhook_.value);
  EXPECT_EQ(in_data(show).exit_code, 0) << "no tenant was asked for";
  EXPECT_EQ(in_data(show + " --tenant globex").exit_code, 0);
  const auto other = in_data(show + " --tenant acme --reveal --reason audit");
  EXPECT_EQ(other.exit_code, 1) << other.out;
  EXPECT_FALSE(holds(other.out, "webhook.received")) << other.out;
}

TEST_F(TwoTenants, ReplayVerifyOfOneTenantCountsOnlyItsDecisions) {
  const auto decisions = [&](const std::string& options) {
    return in_data("replay verify --format json" + options).json()["summary"]["decisions"];
  };
  EXPECT_EQ(decisions(" --tenant acme"), decisions_of_acme);
  EXPECT_EQ(decisions(" --tenant globex"), 1);
  EXPECT_EQ(decisions(""), decisions_of_acme + 1);
}

TEST_F(TwoTenants, TheLogOfAConnectorThatNobodyKnowsIsRefused) {
  for (const auto* command : {"log list", "log tail --count 1 --from 1", "log export"}) {
    const auto unknown = in_data(std::string(command) + " --tenant acme --connector alowar");
    EXPECT_EQ(unknown.exit_code, 2) << command;
    EXPECT_NE(unknown.out.find("say one of aloware"), std::string::npos) << unknown.out;
  }
  for (const auto* known : {"aloware", "gohighlevel"}) // the second is of a time before
    EXPECT_EQ(in_data("log list --tenant acme --connector " + std::string(known)).exit_code, 0);
}

TEST_F(TwoTenants, AnEmptyValueIsRefusedAndNeverMeansAll) {
  for (const auto* command :
       {"log list --contact ''", "log export --contact ''", "log list --contact ' '",
        "log list --since ''", "log tail --count 1 --from 1 --stream ''", "log stats --tenant ''",
        "mappings list --tenant acme --contact ''", "mappings list --tenant acme --connector ''",
        "audit opt-outs --tenant acme --all --as-of ''", "explain --tenant acme --contact ''",
        "lists --tenant acme --connector ''", "backfill ''", "rebuild ''"}) {
    const auto result = in_data(command);
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_TRUE(holds(result.out, "must not be empty")) << command << result.out;
  }
}

TEST_F(TwoTenants, WhatTablesLackIsReadFromTheLog) {
  const auto mappings = [&] {
    return in_data("mappings list --tenant acme --format json").last_json()["summary"]["mappings"];
  };
  EXPECT_EQ(mappings(), 2);
  { // a table that stands behind the log
    const auto tables = storage::RocksTables::open(data() + "/tables", storage::Access::write);
    ASSERT_TRUE((*tables)->clear("mappings").ok());
  }
  EXPECT_EQ(mappings(), 2);
  { // one of another version
    const auto tables = storage::RocksTables::open(data() + "/tables", storage::Access::write);
    ASSERT_TRUE((*tables)->apply("mappings", {}, end_).ok());
    ASSERT_TRUE((*tables)->apply(projections::versions_table, {{"mappings", "0"}}, {}).ok());
  }
  EXPECT_EQ(mappings(), 2);
  std::filesystem::remove_all(data() + "/tables");
  EXPECT_EQ(mappings(), 2);
}

TEST_F(TwoTenants, TablesThatStandAtTheEndAreBelieved) {
  {
    const auto tables = storage::RocksTables::open(data() + "/tables", storage::Access::write);
    ASSERT_TRUE((*tables)->clear("mappings").ok());
    const std::string version = std::to_string(projections::find("mappings")->version);
    ASSERT_TRUE((*tables)->apply("mappings", {}, end_).ok());
    ASSERT_TRUE((*tables)->apply(projections::versions_table, {{"mappings", version}}, {}).ok());
  }
  EXPECT_TRUE(holds(in_data("mappings list --tenant acme").out, "0 mappings."))
      << "no fold of a long log for what the tables know";
}

TEST_F(TwoTenants, AConnectorThatNobodyKnowsIsRefused) {
  EXPECT_EQ(in_data("mappings list --tenant acme --connector aloware").exit_code, 0);
  EXPECT_EQ(in_data("mappings list --tenant acme --connector gohighlevel").exit_code, 0)
      << "no connector any more, but there are records of it";
  EXPECT_EQ(in_data("lists --tenant acme --connector aloware").exit_code, 0) << "it has no list";
  for (const auto* command : {"mappings list --tenant acme --connector alowere",
                              "lists --tenant acme --connector alowere"}) {
    const auto result = in_data(command);
    EXPECT_EQ(result.exit_code, 2) << command << result.out;
    EXPECT_TRUE(holds(result.out, "say one of aloware")) << result.out;
  }
}

TEST_F(TwoTenants, AFilterByContactSaysThatInputsAreNotAmongTheEvents) {
  const auto contact = " --tenant acme --contact " + sample::canary_phone;
  EXPECT_TRUE(holds(in_data("log list" + contact).out, "inputs are stored without a contact"));
  EXPECT_TRUE(holds(in_data("log export" + contact).out, "inputs are stored without a contact"));
  EXPECT_FALSE(holds(in_data("log list").out, "inputs are stored without a contact"));
}

TEST_F(TwoTenants, TailEndsAtThePositionThatWasAskedFor) {
  const auto result = run("log tail --from 1 --to 3 --data " + data(), "timeout 30 ");
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_EQ(result.lines().size(), 3U) << result.out;
}

TEST_F(TwoTenants, TailOfAStoppedFolderGoesOnWhenTheServiceStarts) {
  const auto next = std::to_string(end_.value + 1);
  tool::Background tail("log tail --from " + std::to_string(end_.value) + " --to " + next
                            + " --data " + data(),
                        "timeout 60 ");
  ASSERT_TRUE(tail.has_line()) << "it reads the stopped folder";
  const auto open = opened();
  ASSERT_TRUE(open.ok()) << open.error().text;
  write((*open)->log(), {}, events::webhook_stream(sample::ghl), events::WebhookReceived{});
  const auto server = storage::LogServer::start(data(), (*open)->log(), (*open)->tables());
  ASSERT_TRUE(server.ok()) << server.error().text;
  const auto result = tail.end();
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_TRUE(holds(result.out, next + "  ")) << result.out;
}

} // namespace
} // namespace tidemark::two_tenants_test
