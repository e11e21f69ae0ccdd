// A possible opt-out that the log does not take: whoever sent it is told so, and so are we.
#include "storage/tables/memory_tables.hpp"
#include "tests/gateway/answering_log.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>

namespace tidemark::gateway::not_stored_test {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A gateway over a log that gives this answer, with what it reports.
struct Refusing {
  explicit Refusing(storage::AppendOutcome answer) : log(std::move(answer)) {
    GatewayOptions options;
    options.port = 0;
    options.tenants = {TenantId("acme")};
    WebhookSource source{TenantId("acme"), &played_connector(), {}};
    source.settings.name = ConnectorName("crm");
    options.sources = {source};
    GatewayPorts ports{log, tables, hasher, clock, health};
    ports.opt_out_not_stored = [this](const TenantId& tenant, const ConnectorName& connector,
                                      std::string_view reason_code) {
      reported.push_back(tenant.value + " " + connector.value + " " + std::string(reason_code));
    };
    gateway = std::make_unique<Gateway>(std::move(options), ports);
    EXPECT_TRUE(gateway->start());
  }
  Reply send(std::string_view body) const {
    return Client(gateway->port()).ask(webhook(body, "1"));
  }

  AnsweringLog log;
  StandingClock clock;
  SetHealth health;
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  std::vector<std::string> reported;
  std::unique_ptr<Gateway> gateway;
};

TEST(OptOutNotStored, IsReportedWithItsReason) {
  const Refusing house(storage::NotTaken{"disk_low"});
  EXPECT_EQ(house.send("STOP").status, 503);
  EXPECT_THAT(house.reported, ElementsAre("acme crm disk_low"));
}

TEST(OptOutNotStored, IsNotReportedOfOtherWebhooks) {
  const Refusing house(storage::NotTaken{"disk_low"});
  EXPECT_EQ(house.send("hello").status, 503);
  EXPECT_THAT(house.reported, IsEmpty());
}

TEST(OptOutNotStored, ButSpooledIsAcknowledgedWithoutAPosition) {
  const Refusing house{storage::Spooled{}};
  const auto reply = house.send("STOP");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"("position":null)"));
  EXPECT_THAT(house.reported, ElementsAre("acme crm spooled"));
}

} // namespace
} // namespace tidemark::gateway::not_stored_test
