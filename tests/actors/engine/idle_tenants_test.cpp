#include "actors/engine/idle_tenants.hpp"
#include "actors/ports/log_port.hpp"
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"

#include <gtest/gtest.h>

namespace tidemark::actors::idle_tenants_test {
namespace {

class NoTime final : public WallClock {
public:
  Timestamp now() const override { return {}; }
};

class NoHttp final : public HttpClient {
public:
  void send(HttpCall, std::function<void(HttpResult)>) override {}
};

/// More tenants than are started at once, over a log in memory.
class Resting : public testing::Test {
protected:
  Resting() {
    std::vector<IdleTenants::Context> tenants;
    for (std::size_t i = 0; i <= IdleTenants::above; ++i) {
      auto one = std::make_shared<TenantContext>(TenantContext{port_,
                                                               tables_,
                                                               http_,
                                                               hasher_,
                                                               storage::TokenFiles("/nonexistent"),
                                                               "1",
                                                               TenantId("t" + std::to_string(i)),
                                                               {},
                                                               {},
                                                               50'000,
                                                               std::chrono::seconds{300},
                                                               {}});
      one->destinations[crm_].configured = {connectors::find("generic"), {}};
      tenants.push_back(std::move(one));
    }
    idle_.take(tenants);
    EXPECT_TRUE(tenants.empty());
  }
  /// The only one that wakes.
  IdleTenants::Context wake(const std::string& tenant) {
    storage::Append append;
    append.tenant = TenantId(tenant);
    append.events.push_back({events::admin_stream(), events::TenantSuspended{}, {}, {}});
    storage::append_and_wait(log_, std::move(append));
    auto woken = idle_.woken();
    EXPECT_EQ(woken.size(), 1U);
    return woken.front();
  }

  const ConnectorName crm_{"crm"};
  NoTime clock_;
  storage::MemoryLog log_{clock_, storage::MemoryLog::Mode::at_once};
  storage::MemoryTables tables_;
  KeyedHasher hasher_{SecretText("pepper")};
  LogPort port_{log_};
  NoHttp http_;
  IdleTenants idle_;
};

TEST_F(Resting, WakeWithTheSecretsThatWereSetMeanwhile) {
  connectors::Settings settings;
  settings.secrets.emplace("token", SecretText("newer"));
  idle_.set_settings({TenantId("t7"), crm_, settings});
  idle_.set_settings({TenantId("t7"), ConnectorName("other"), {}});
  idle_.set_settings({TenantId("nobody"), crm_, {}});
  EXPECT_EQ(wake("t7")->destinations.at(crm_).configured.settings.secret("token"), "newer");
  EXPECT_TRUE(wake("t8")->destinations.at(crm_).configured.settings.secrets.empty());
}

TEST_F(Resting, WakeWithThePaceThatWasSetMeanwhile) {
  Pace pace;
  pace.requests_per_second = 3;
  idle_.set_pace({TenantId("t7"), crm_, pace});
  EXPECT_EQ(wake("t7")->destinations.at(crm_).pace(), pace);
}

} // namespace
} // namespace tidemark::actors::idle_tenants_test
