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

/// The connector above with more of its table.
std::string with(const std::string& more, const std::string& of_connector = "") {
  auto out = std::string(settings);
  out.insert(out.find(" }]"), of_connector);
  return out + "\n" + more;
}

TEST_F(Keeper, GivesATenantOtherSettingsWithoutStartingAnythingAnew) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  say(events::TenantSettingsSet{initech,
                                with("public_page = false\ndrop_when_suspended = true",
                                     ", webhooks_per_minute = 7, silence_minutes = 9"),
                                {},
                                {},
                                "",
                                "ada",
                                ""});
  ASSERT_TRUE(keeper->follow().ok());
  const auto now = live->now();
  EXPECT_TRUE(now->private_pages.contains(initech));
  EXPECT_TRUE(now->dropping.contains(initech));
  ASSERT_EQ(now->sources.size(), 1U);
  EXPECT_EQ(now->sources.front().per_minute, 7U);
  gateway::AlertThresholds thresholds;
  keeper->add_silences_to(thresholds);
  EXPECT_EQ(thresholds.silence_of.size(), 1U);
  EXPECT_EQ(log.tagged(initech, storage::stream_tag(events::engine_stream()), {}, 10)->size(), 2U)
      << "it was not started again";
  say(events::TenantSettingsSet{initech, settings, {}, {}, "", "ada", ""});
  ASSERT_TRUE(keeper->follow().ok());
  EXPECT_FALSE(live->now()->private_pages.contains(initech));
  EXPECT_FALSE(live->now()->dropping.contains(initech));
  EXPECT_EQ(live->now()->sources.front().per_minute, 0U);
}

TEST_F(Keeper, LeavesWhatTakesARestartToTheNextStart) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  const auto slower = with("public_page = false", ", timeout_ms = 900");
  const auto change = keeper->compare(initech, settings, slower);
  ASSERT_TRUE(change.ok());
  ASSERT_EQ(change->differences.size(), 2U);
  EXPECT_EQ(change->differences[0].key, "tenants[initech].public_page");
  EXPECT_TRUE(change->differences[0].at_once);
  EXPECT_EQ(change->differences[1].key, "tenants[initech].connectors[crm].timeout_ms");
  EXPECT_EQ(change->differences[1].to, "900");
  EXPECT_FALSE(change->differences[1].at_once);
  say(events::TenantSettingsSet{initech, slower, {}, {}, "", "ada", ""});
  ASSERT_TRUE(keeper->follow().ok());
  EXPECT_TRUE(live->now()->private_pages.contains(initech));
  EXPECT_EQ(keeper->tenant(initech)->connectors[0].timeout_ms, 10'000U);
  EXPECT_EQ(keeper->needs_restart(initech, slower),
            std::vector<std::string>{"tenants[initech].connectors[crm].timeout_ms"});
  const auto back = keeper->compare(initech, slower, with("public_page = false"));
  ASSERT_EQ(back->differences.size(), 1U);
  EXPECT_TRUE(back->differences[0].at_once) << "back to how it runs";
  open();
  EXPECT_EQ(keeper->tenant(initech)->connectors[0].timeout_ms, 900U);
  EXPECT_TRUE(keeper->needs_restart(initech, slower).empty());
}

TEST_F(Keeper, ComparesSettingsWithEveryFaultAndWithoutSecrets) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  const auto faulty = keeper->compare(initech, settings, "colour = 'red'\npublic_page = 7");
  ASSERT_FALSE(faulty.ok());
  EXPECT_EQ(faulty.error().code, "bad_settings");
  for (const auto* what : {"colour", "public_page", "connectors"})
    EXPECT_NE(faulty.error().text.find(what), std::string::npos) << what;
  EXPECT_EQ(keeper->compare(initech, settings, "[[tenants]]\nconnectors = [{ na").error().code,
            "bad_settings");
  auto moved = std::string(settings);
  ::setenv("KEEPER_OTHER_SECRET", ::getenv("KEEPER_TEST_SECRET"), 1);
  moved.replace(moved.find("KEEPER_TEST"), 11, "KEEPER_OTHER");
  const auto change = keeper->compare(initech, settings, moved);
  ASSERT_TRUE(change.ok());
  ASSERT_EQ(change->differences.size(), 1U);
  EXPECT_EQ(change->differences[0].to, "*** from environment KEEPER_OTHER_SECRET");
  EXPECT_FALSE(change->differences[0].at_once);
}

TEST_F(Keeper, TellsOfOneTenantNoOthersTrouble) {
  const TenantId hooli("hooli");
  say(events::TenantCreated{hooli, "Hooli", "connectors = 7", "", "ada", ""});
  make();
  EXPECT_FALSE(keeper->follow().ok());
  EXPECT_TRUE(keeper->follow(initech).ok());
  EXPECT_FALSE(keeper->follow(hooli).ok());
  EXPECT_TRUE(runs());
}

TEST_F(Keeper, EndsADeletedOneEvenWithSettingsThatCanBeReadNoMore) {
  make();
  ASSERT_TRUE(keeper->follow().ok());
  say(events::TenantSettingsSet{initech, "connectors = 7", {}, {}, "", "ada", ""});
  EXPECT_FALSE(keeper->follow().ok());
  EXPECT_TRUE(runs());
  erase(0h);
  for (int tries = 0; tries < 2'000 && runs(); ++tries) {
    static_cast<void>(keeper->follow().ok());
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_FALSE(runs());
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
