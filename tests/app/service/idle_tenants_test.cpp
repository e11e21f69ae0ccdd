#include "app/service/wiring.hpp"
#include "config/load.hpp"
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

namespace tidemark::app::idle_tenants_test {
namespace {

using gateway::test::StandingClock;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

/// The engine over a log in memory, with many tenants.
class IdleTenants : public testing::Test {
protected:
  IdleTenants() {
    ::setenv("IDLE_TEST_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", 1);
  }
  void open(int tenants) {
    config::Config config;
    for (int i = 0; i < tenants; ++i) {
      auto loaded = config::load_tenant("connectors = [{ name = 'crm', type = 'generic', receives "
                                        "= false, webhook_secret = { env "
                                        "= 'IDLE_TEST_SECRET' } }]",
                                        TenantId("t" + std::to_string(i)), "t.toml",
                                        *config::process_environment());
      ASSERT_TRUE(loaded.ok()) << config::to_text(loaded.faults.front());
      config.tenants.push_back(std::move(loaded.tenant));
    }
    engine.reset();
    engine = std::make_unique<actors::Engine>(
        actors::EngineOptions{}, *tenant_setups(config, "t.toml", token_files, credentials),
        actors::EnginePorts{.log = log,
                            .tables = tables,
                            .hasher = hasher,
                            .clock = clock,
                            .http = actors::make_curl_client({}),
                            .token_files = token_files,
                            .report = [](std::string_view, std::string_view) {},
                            .notice = [](const TenantId&, const events::Event&) {}});
  }
  void put(const std::string& tenant, events::Event event) {
    storage::Append append;
    append.tenant = TenantId(tenant);
    append.events.push_back({events::admin_stream(), std::move(event), {}, {}});
    EXPECT_TRUE(std::holds_alternative<storage::Appended>(
        storage::append_and_wait(log, std::move(append))));
  }
  std::set<std::string> with_actors() {
    std::set<std::string> out;
    for (const auto& report : engine->reports(10s))
      if (const auto slash = report.name.find('/'); slash != std::string::npos)
        out.insert(report.name.substr(0, slash));
    return out;
  }
  /// Once something else than nobody has them.
  std::set<std::string> awake() {
    for (int tries = 0; tries < 2'000; ++tries) {
      if (auto found = with_actors(); !found.empty())
        return found;
      std::this_thread::sleep_for(5ms);
    }
    return {};
  }

  StandingClock clock;
  storage::MemoryLog log{clock, storage::MemoryLog::Mode::at_once};
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  storage::TokenFiles token_files{"/nonexistent"};
  std::shared_ptr<CredentialBook> credentials =
      *CredentialBook::open(storage::CredentialFiles(storage::SecretFiles("/nonexistent")));
  std::unique_ptr<actors::Engine> engine;
};

TEST_F(IdleTenants, OwnNoActorUntilSomethingHappensToThem) {
  open(51);
  EXPECT_THAT(with_actors(), IsEmpty());
  put("t7", events::EngineStarted{});
  put("t8", events::ConfigReloaded{});
  put("t9", events::TenantSuspended{"unpaid", "ada", ""});
  EXPECT_THAT(awake(), ElementsAre("t9"));
  open(51);
  EXPECT_THAT(awake(), ElementsAre("t9")) << "and from the start, after a restart";
}

TEST_F(IdleTenants, AreAllStartedWhereTheyAreFew) {
  open(50);
  EXPECT_EQ(with_actors().size(), 50U);
}

} // namespace
} // namespace tidemark::app::idle_tenants_test
