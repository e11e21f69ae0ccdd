#include "app/service/tenant_keeper.hpp"
#include "app/service/wiring.hpp"
#include "events/format/tags.hpp"
#include "projections/consent/opt_outs.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tidemark::app::tenant_keeper_test {
namespace {

using gateway::test::StandingClock;
using namespace std::chrono_literals;

const TenantId initech("initech");
constexpr auto settings =
    "connectors = [{ name = 'crm', type = 'generic', webhook_secret = { env = "
    "'KEEPER_TEST_SECRET' }, receives = false }]";

/// The engine over a log in memory, with a tenant of the file.
class Keeper : public testing::Test {
protected:
  Keeper() {
    ::setenv("KEEPER_TEST_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", 1);
    config.tenants.emplace_back().id = TenantId("acme");
    open();
  }
  void open() {
    RecordedTenants recorded;
    EXPECT_TRUE(recorded.read(log).ok());
    auto all = config;
    EXPECT_TRUE(add_recorded(all, recorded.book, "t.toml", *config::process_environment()).empty());
    keeper.reset();
    engine = std::make_unique<actors::Engine>(
        actors::EngineOptions{}, *tenant_setups(all, "t.toml", token_files, credentials),
        actors::EnginePorts{.log = log,
                            .tables = tables,
                            .hasher = hasher,
                            .clock = clock,
                            .http = actors::make_curl_client({}),
                            .token_files = token_files,
                            .report = [](std::string_view, std::string_view) {},
                            .notice = [](const TenantId&, const events::Event&) {}});
    live = std::make_unique<gateway::LiveOptions>(gateway_options(all, "1"));
    keeper =
        std::make_unique<TenantKeeper>(TenantKeeper::Parts{"t.toml", "i", log, tables, token_files,
                                                           credentials, clock, *engine, *live},
                                       all, std::move(recorded));
  }
  void say(events::Event event) {
    storage::Append append;
    append.tenant = events::installation_tenant();
    append.events.push_back({events::admin_stream(), std::move(event), {events::access_tag()}, {}});
    EXPECT_TRUE(std::holds_alternative<storage::Appended>(
        storage::append_and_wait(log, std::move(append))));
  }
  void make() { say(events::TenantCreated{initech, "Initech", settings, "", "ada", ""}); }
  void erase(std::chrono::hours grace, std::string signed_because = "") {
    say(events::TenantDeleteRequested{initech, clock.now() + grace, 0, std::move(signed_because),
                                      "they left", "ada", ""});
  }
  bool runs() const {
    return live->now()->recorded.contains(initech) && !live->now()->ended.contains(initech);
  }
  bool has_actors(const TenantId& tenant) const {
    for (const auto& report : engine->reports(10s))
      if (report.name.starts_with(tenant.value + "/"))
        return true;
    return false;
  }
  /// Ends what is over, once the tables have what the log has.
  void follow_with_tables() {
    const auto behind = [&] {
      const auto known = tables.checkpoint(projections::opt_outs.name);
      return !known || *known < log.durable();
    };
    for (int tries = 0; tries < 2'000 && behind(); ++tries)
      std::this_thread::sleep_for(5ms);
    EXPECT_TRUE(keeper->follow().ok());
  }
  /// Until the tables have what the log has.
  bool follow_until_ended() {
    for (int tries = 0; tries < 2'000 && runs(); ++tries) {
      EXPECT_TRUE(keeper->follow().ok());
      std::this_thread::sleep_for(5ms);
    }
    return !runs();
  }

  StandingClock clock;
  storage::MemoryLog log{clock, storage::MemoryLog::Mode::at_once};
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  storage::TokenFiles token_files{"/nonexistent"};
  std::shared_ptr<CredentialBook> credentials =
      *CredentialBook::open(storage::CredentialFiles(storage::SecretFiles("/nonexistent")));
  config::Config config;
  std::unique_ptr<actors::Engine> engine;
  std::unique_ptr<gateway::LiveOptions> live;
  std::unique_ptr<TenantKeeper> keeper;
};

TEST_F(Keeper, StartsATenantOnceWithoutTouchingAnother) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  ASSERT_TRUE(keeper->follow().ok());
  EXPECT_TRUE(runs());
  EXPECT_TRUE(has_actors(initech));
  EXPECT_TRUE(has_actors(TenantId("acme")));
  const auto started = log.tagged(initech, storage::stream_tag(events::engine_stream()), {}, 10);
  EXPECT_EQ(started->size(), 2U) << "the start and the configuration in force, once";
  EXPECT_EQ(
      log.tagged(TenantId("acme"), storage::stream_tag(events::engine_stream()), {}, 10)->size(),
      0U);
  EXPECT_EQ(live->now()->sources.size(), 1U);
  open();
  EXPECT_TRUE(runs()) << "at the next start it is there again";
}

TEST_F(Keeper, EndsADeletedOneWhenItsTimeIsOverAndNotBefore) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  erase(24h * 30);
  clock.advance(24h * 30 - 1s);
  follow_with_tables();
  EXPECT_TRUE(runs());
  clock.advance(2s);
  EXPECT_TRUE(follow_until_ended());
  EXPECT_FALSE(has_actors(initech));
  EXPECT_TRUE(has_actors(TenantId("acme")));
  EXPECT_TRUE(live->now()->sources.front().ended) << "and keeps its place";
  open();
  EXPECT_FALSE(runs());
}

TEST_F(Keeper, KeepsOneThatIsUndeletedBeforeTheEnd) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  erase(24h);
  say(events::TenantDeleteCancelled{initech, "they stay", "ada", ""});
  clock.advance(48h);
  follow_with_tables();
  EXPECT_TRUE(runs());
}

TEST_F(Keeper, RefusesTheStartOfAnIdThatEndedAndStandsInTheFile) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  erase(0h);
  EXPECT_TRUE(follow_until_ended());
  RecordedTenants recorded;
  ASSERT_TRUE(recorded.read(log).ok());
  auto all = config;
  all.tenants.emplace_back().id = initech;
  const auto faults = add_recorded(all, recorded.book, "t.toml", *config::process_environment());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].key, "tenants[initech].id");
}

TEST_F(Keeper, GivesTheTokensOfTheFileToItsOnlyTenant) {
  make();
  RecordedTenants recorded;
  ASSERT_TRUE(recorded.read(log).ok());
  auto all = config;
  all.tokens.push_back({"ops", "admin", std::string(64, 'a')});
  EXPECT_TRUE(add_recorded(all, recorded.book, "t.toml", *config::process_environment()).empty());
  EXPECT_EQ(all.tokens[0].tenant, TenantId("acme"));
  EXPECT_EQ(gateway_options(all, "1").bare_tenant, TenantId("acme"));
}

} // namespace
} // namespace tidemark::app::tenant_keeper_test
