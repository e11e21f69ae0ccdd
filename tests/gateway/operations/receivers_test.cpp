#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::receivers_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

struct Receivers final : ReceiverPort {
  std::vector<ReceiverReport> receivers() const override { return reports; }
  Result<std::string> test(const std::string& name) override {
    tested = name;
    return answer;
  }
  std::vector<ReceiverReport> reports;
  std::string tested, answer;
};

ReceiverReport named(const std::string& name) {
  ReceiverReport out;
  out.name = name;
  out.kind = "webhook";
  return out;
}

struct ReceiversTest : testing::Test {
  ReceiversTest() {
    house.gateway.reset();
    house.receivers = &receivers;
    receivers.reports = {named("ops"), named("mail"), named("theirs")};
    receivers.reports[2].tenants = {TenantId("other")};
    house.open();
  }
  json alerts() const { return json::parse(house.get("/api/v1/alerts").body)["items"]; }
  Receivers receivers;
  House house;
};

TEST_F(ReceiversTest, AreListedAndTested) {
  const auto items = json::parse(house.get("/api/v1/alerts/receivers").body)["items"];
  ASSERT_EQ(items.size(), 2U) << "another tenant's is not shown";
  EXPECT_EQ(items[0]["name"], "mail");
  EXPECT_TRUE(items[0]["last_told_at"].is_null() && items[0]["error"].is_null());
  EXPECT_EQ(house.post("/api/v1/alerts/receivers/ops/test", "", viewer_token).status, 403);
  auto taken = json::parse(house.post("/api/v1/alerts/receivers/ops/test", "").body);
  EXPECT_EQ(receivers.tested, "ops");
  EXPECT_EQ(taken["taken"], true);
  receivers.answer = "HTTP 500";
  taken = json::parse(house.post("/api/v1/alerts/receivers/ops/test", "").body);
  EXPECT_EQ(taken["taken"], false);
  EXPECT_EQ(taken["error"], "HTTP 500");
  EXPECT_EQ(house.post("/api/v1/alerts/receivers/theirs/test", "").status, 404);
}

TEST_F(ReceiversTest, OneThatTakesNothingForFiveMinutesIsAnAlertItself) {
  receivers.reports[0].failing_since = house.clock.now();
  receivers.reports[0].last_error = "HTTP 500";
  house.clock.advance(299s);
  EXPECT_EQ(alerts(), json::array());
  house.clock.advance(1s);
  ASSERT_EQ(alerts().size(), 1U);
  const auto alert = alerts()[0];
  EXPECT_EQ(alert["rule"], "alert_receiver_failing");
  EXPECT_EQ(alert["severity"], "warning");
  EXPECT_EQ(alert["subject"], "ops");
  EXPECT_THAT(alert["text"].get<std::string>(), HasSubstr("HTTP 500"));
  receivers.reports[1].failing_since = receivers.reports[0].failing_since;
  EXPECT_EQ(alerts()[0]["severity"], "critical") << "nobody is told";
  const auto metrics = house.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("tidemark_alert_receiver_failing{receiver=\"ops\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("tidemark_alert_receiver_pending{receiver=\"mail\"} 0"));
}

} // namespace
} // namespace tidemark::gateway::test::receivers_test
