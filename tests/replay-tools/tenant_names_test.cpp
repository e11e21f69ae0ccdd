#include "storage/open_log.hpp"
#include "tests/projections/sample_log.hpp"
#include "tests/replay-tools/tool.hpp"

namespace tidemark::tenant_names_test {
namespace {

using tool::run;

void append(storage::LogStore& log, const char* tenant, std::vector<storage::NewEvent> events) {
  storage::Append append;
  append.tenant = TenantId(tenant);
  append.events = std::move(events);
  ASSERT_TRUE(
      std::holds_alternative<storage::Appended>(storage::append_and_wait(log, std::move(append))));
}

void start(storage::LogStore& log, std::initializer_list<const char*> tenants) {
  for (const auto* tenant : tenants)
    append(log, tenant, {{events::engine_stream(), events::ConfigApplied{}, {}, {}}});
}

/// Traffic of one tenant, longer than what is looked at on an end of the log.
void busy(storage::LogStore& log, const char* tenant) {
  const std::vector<storage::NewEvent> many(
      250, {events::admin_stream(), events::TimerDue{"none", "none"}, {}, {}});
  for (int i = 0; i < 10; ++i)
    append(log, tenant, many);
}

/// Two tenants come and go in the middle of a long log.
TEST(TenantNames, AreFoundWhereverTheyCameToTheLog) {
  const tool::TemporaryFolder folder;
  storage::OpenOptions options;
  options.folder = folder.path() + "/data";
  const sample::StepClock clock;
  auto open = storage::open_log(options, &clock);
  ASSERT_TRUE(open.ok()) << open.error().text;
  auto& log = (*open)->log();
  start(log, {"acme"});
  busy(log, "acme");
  start(log, {"boreal", "acme", "cobalt"});
  busy(log, "acme");
  start(log, {"cobalt"});
  start(log, {"dune"}); // acme is gone, and dune is known by cobalt only
  busy(log, "cobalt");
  start(log, {"acme"});
  busy(log, "acme");
  open->reset();
  const auto at = " --data " + folder.path() + "/data";
  const auto refused = run("audit opt-outs --all" + at);
  EXPECT_EQ(refused.exit_code, 2) << "it would have told of the first";
  EXPECT_NE(refused.out.find("acme, boreal, cobalt, dune"), std::string::npos) << refused.out;
  EXPECT_EQ(run("audit opt-outs --all --tenant dune" + at).exit_code, 0);
}

TEST(TenantNames, ATenantThatWasDeletedIsMeantByWhoNamesItAlone) {
  const tool::TemporaryFolder folder;
  storage::OpenOptions options;
  options.folder = folder.path() + "/data";
  const sample::StepClock clock;
  auto open = storage::open_log(options, &clock);
  ASSERT_TRUE(open.ok()) << open.error().text;
  auto& log = (*open)->log();
  const auto end = [&](const char* tenant) {
    append(log, "engine",
           {{events::admin_stream(),
             events::TenantEnded{TenantId(tenant), 0},
             {events::access_tag()},
             {}}});
  };
  start(log, {"acme", "boreal", "cobalt"});
  end("boreal");
  open->reset();
  const auto at = " --data " + folder.path() + "/data";
  const auto refused = run("audit opt-outs --all" + at);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.out.find("one of acme, cobalt\n"), std::string::npos) << refused.out;
  open = storage::open_log(options, &clock);
  ASSERT_TRUE(open.ok());
  append((*open)->log(), "engine",
         {{events::admin_stream(),
           events::TenantEnded{TenantId("cobalt"), 0},
           {events::access_tag()},
           {}}});
  open->reset();
  EXPECT_EQ(run("audit opt-outs --all" + at).exit_code, 0) << "acme is left";
  EXPECT_EQ(run("audit opt-outs --all --tenant boreal" + at).exit_code, 0);
}

} // namespace
} // namespace tidemark::tenant_names_test
