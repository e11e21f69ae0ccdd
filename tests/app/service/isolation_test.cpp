#include "app/service/wiring.hpp"
#include "config/load.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/ports/stumbling_log.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tidemark::app::isolation_test {
namespace {

using gateway::test::StandingClock;
using namespace std::chrono_literals;

const TenantId ill("ill"), well("well");

/// The engine with two tenants, of which the log of one has trouble.
class Isolation : public testing::Test {
protected:
  Isolation() {
    ::setenv("ISOLATION_TEST_SECRET", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", 1);
    config::Config config;
    for (const auto& id : {ill, well})
      config.tenants.push_back(
          config::load_tenant("connectors = [{ name = 'crm', type = 'generic', receives = false, "
                              "webhook_secret = { env = 'ISOLATION_TEST_SECRET' } }]",
                              id, "t.toml", *config::process_environment())
              .tenant);
    log.fails_for = ill;
    engine = std::make_unique<actors::Engine>(
        actors::EngineOptions{}, *tenant_setups(config, "t.toml", token_files, credentials),
        actors::EnginePorts{.log = log,
                            .tables = tables,
                            .hasher = hasher,
                            .clock = clock,
                            .http = actors::make_curl_client({}),
                            .token_files = token_files,
                            .report = [this](std::string_view, std::string_view) { ++failures; },
                            .notice = [](const TenantId&, const events::Event&) {}});
  }
  void receive(const TenantId& tenant) {
    events::WebhookReceived event;
    event.connector = ConnectorName("crm");
    storage::Append append;
    append.tenant = tenant;
    append.events.push_back({events::webhook_stream(event.connector), event, {}, {}});
    append.events[0].attachment = "{}";
    EXPECT_TRUE(std::holds_alternative<storage::Appended>(
        storage::append_and_wait(memory, std::move(append))));
  }
  std::size_t interpreted_of(const TenantId& tenant) const {
    std::size_t count = 0;
    const auto read = memory.read(Position{}, SIZE_MAX, [&](std::string_view record) {
      const auto header = events::read_header(record);
      count += header->tenant == tenant.value && header->type == events::WebhookInterpreted::name;
      return true;
    });
    EXPECT_TRUE(read.ok());
    return count;
  }
  bool wait_for_interpreted(const TenantId& tenant, std::size_t count) {
    for (int tries = 0; tries < 4'000 && interpreted_of(tenant) < count; ++tries) {
      std::this_thread::sleep_for(5ms);
      clock.advance(1s);
    }
    return interpreted_of(tenant) == count;
  }

  StandingClock clock;
  storage::MemoryLog memory{clock, storage::MemoryLog::Mode::at_once};
  tests::StumblingLog log{memory};
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  storage::TokenFiles token_files{"/nonexistent"};
  std::shared_ptr<CredentialBook> credentials =
      *CredentialBook::open(storage::CredentialFiles(storage::SecretFiles("/nonexistent")));
  std::atomic<int> failures{0};
  std::unique_ptr<actors::Engine> engine;
};

TEST_F(Isolation, OfOneWhoseFollowersFallAgainAndAgainTheOtherNoticesNothing) {
  for (int i = 0; i < 20; ++i) {
    receive(ill);
    receive(well);
  }
  EXPECT_TRUE(wait_for_interpreted(well, 20));
  for (int tries = 0; tries < 4'000 && failures < 2; ++tries) {
    std::this_thread::sleep_for(5ms);
    clock.advance(1s);
  }
  EXPECT_GE(failures, 2) << "it is started again and falls again";
  receive(well);
  EXPECT_TRUE(wait_for_interpreted(well, 21)) << "while the other falls";
  {
    const std::lock_guard lock(log.fails_guard);
    log.fails_for = {};
  }
  EXPECT_TRUE(wait_for_interpreted(ill, 20)) << "nothing of it is lost";
}

} // namespace
} // namespace tidemark::app::isolation_test
