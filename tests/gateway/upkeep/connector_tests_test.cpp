#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::connector_tests_test {
namespace {

using nlohmann::json;

constexpr auto target = "/api/v1/connector-tests";

class ConnectorTestRoutes : public testing::Test {
protected:
  ConnectorTestRoutes() {
    house_.connector_tests = &tests_;
    house_.gateway.reset();
    house_.open();
  }
  House house_;
  SetConnectorTests tests_;
};

TEST_F(ConnectorTestRoutes, AreStartedByOperatorsAndToldAsTheyAreDone) {
  EXPECT_EQ(house_.post(target, R"({"connector":"crm"})", viewer_token).status, 403);
  EXPECT_EQ(house_.get(target, viewer_token).status, 403);
  EXPECT_TRUE(tests_.started.empty());
  const auto begun = house_.post(target, R"({"connector":"crm"})");
  ASSERT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(house_.post(target, "{}").status, 202) << "all of them";
  EXPECT_EQ(tests_.started, (std::vector<std::string>{"acme/crm", "acme/"}));
  tests_.runs = true;
  EXPECT_EQ(json::parse(house_.get(target, operator_token).body)["state"], "running");
  EXPECT_EQ(house_.post(target, "{}").status, 503) << "one at a time";
  tests_.runs = false;
  const auto told = json::parse(house_.get(target, operator_token).body);
  EXPECT_EQ(told["state"], "ended");
  const auto& item = told["items"].at(0);
  EXPECT_EQ(item["failed"], true);
  EXPECT_EQ(item["steps"][1]["reason_code"], "connection_refused");
  EXPECT_TRUE(item["steps"][0]["next_step"].is_null());
}

TEST_F(ConnectorTestRoutes, SayWhichConnectorsThereAre) {
  const auto reply = house_.post(target, R"({"connector":"nobody"})");
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, testing::HasSubstr("there are: crm"));
}

} // namespace
} // namespace tidemark::gateway::test::connector_tests_test
