#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::connectors_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr auto pause = "/api/v1/connectors/crm/pause";
constexpr auto resume = "/api/v1/connectors/crm/resume";

domain::ConnectorReport report(const House& house, const std::string& tenant = "acme") {
  domain::ConnectorReport out;
  out.tenant = TenantId(tenant);
  out.connector = ConnectorName("crm");
  out.open = 7;
  out.open_opt_outs = 2;
  out.oldest = house.clock.now() - std::chrono::seconds{90};
  return out;
}

json item(const House& house) {
  return json::parse(house.get("/api/v1/connectors").body)["items"][0];
}

/// Of deliveries.
json queues(const House& house) {
  json out = json::array();
  const auto answer = json::parse(house.get("/api/v1/queues").body);
  for (const auto& each : answer["items"])
    if (each["name"].get<std::string>().starts_with("delivery/"))
      out.push_back(each);
  return out;
}

json alerts(const House& house) {
  const auto answer = json::parse(house.get("/api/v1/alerts").body);
  json rules = json::array();
  for (const auto& each : answer["items"])
    rules.push_back(each["rule"]);
  return rules;
}

TEST(Connectors, AreShownWithWhatHoldsThemBack) {
  House house;
  auto one = report(house);
  one.circuit = domain::CircuitState::open;
  one.circuit_since = house.clock.now();
  one.probe_at = house.clock.now() + std::chrono::seconds{60};
  one.budget.stated.limit = 100;
  one.budget.left = 40;
  one.connection.last_success = house.clock.now() - std::chrono::hours{1};
  one.connection.last_error = {house.clock.now(), Reason::timeout, 0};
  one.operations.note("create", false, std::chrono::milliseconds{30});
  one.operations.note("create", true, std::chrono::milliseconds{50});
  one.operations.note("list", false, std::chrono::milliseconds{900});
  one.operations.note("list", false, std::chrono::milliseconds{1100});
  house.health.reports = {report(house, "other"), one};
  const auto shown = item(house);
  ASSERT_EQ(shown["operations"].size(), 2U);
  EXPECT_EQ(shown["operations"][0]["over_1_s"], 0);
  EXPECT_EQ(shown["operations"][1]["over_1_s"], 1);
  EXPECT_EQ(shown["operations"][0]["name"], "create");
  EXPECT_EQ(shown["operations"][0]["requests"], 2);
  EXPECT_EQ(shown["operations"][0]["failed"], 1);
  EXPECT_EQ(shown["operations"][0]["average_ms"], 40);
  EXPECT_GE(shown["operations"][0]["p95_ms"], 46);
  EXPECT_EQ(shown["last_success"], to_rfc3339(house.clock.now() - std::chrono::hours{1}));
  EXPECT_EQ(shown["last_error"]["at"], to_rfc3339(house.clock.now()));
  EXPECT_EQ(shown["last_error"]["reason_code"], "timeout");
  EXPECT_EQ(shown["last_error"]["http_status"], 0);
  EXPECT_EQ(shown["circuit"]["state"], "open");
  EXPECT_EQ(shown["limits"]["window"]["remaining"], 40);
  EXPECT_EQ(shown["deliveries"]["open"], 7);
  EXPECT_EQ(shown["deliveries"]["opt_outs_open"], 2);
  EXPECT_EQ(shown["deliveries"]["oldest_age_seconds"], 90.0);
  EXPECT_EQ(shown["paused"], nullptr);
  EXPECT_EQ(shown["account"], nullptr) << "its token is a fixed one";
  EXPECT_EQ(shown["settings"]["webhook_secret"], "***");
}

TEST(Connectors, HaveAQueueEach) {
  House house;
  house.health.reports = {report(house), report(house, "other")};
  const auto items = queues(house);
  ASSERT_EQ(items.size(), 1U) << "another tenant's is not shown";
  EXPECT_EQ(items[0]["name"], "delivery/crm");
  EXPECT_EQ(items[0]["connector"], "crm");
  EXPECT_EQ(items[0]["depth"], 7);
  EXPECT_EQ(items[0]["oldest_age_seconds"], 90.0);
}

TEST(Connectors, HaveQueuesThatGrowOrDrain) {
  House house;
  const auto queue = [&](std::uint64_t depth, double in, double out) {
    auto one = report(house);
    one.open = depth;
    one.rate_in = in;
    one.rate_out = out;
    house.health.reports = {one};
    const auto shown = queues(house)[0];
    return std::pair(shown["trend"], shown["seconds_to_drain"]);
  };
  EXPECT_EQ(queue(90, 2, 5), std::pair(json("shrinking"), json(30)));
  EXPECT_EQ(queue(90, 5, 2), std::pair(json("growing"), json()));
  EXPECT_EQ(queue(90, 5, 5.2), std::pair(json("steady"), json())) << "it would take hours, or not";
  EXPECT_EQ(queue(90, 0, 0), std::pair(json(), json())) << "nothing moves: nobody knows";
  EXPECT_EQ(queue(0, 5, 5), std::pair(json("steady"), json(0)));
}

TEST(Connectors, RaiseAnAlertForWhatSomebodyHasToLookAt) {
  House house;
  EXPECT_EQ(alerts(house), json::array());
  auto one = report(house);
  one.circuit = domain::CircuitState::half_open;
  one.account.emplace();
  one.account->state = domain::AccountState::reconnect_needed;
  one.budget.day_used_up = true;
  one.budget.until = house.clock.now() + std::chrono::hours{3};
  one.pause = domain::Pause{Position{9}, house.clock.now(), false, "maintenance", "ops"};
  house.health.reports = {one};
  EXPECT_EQ(alerts(house),
            json({"reconnect_needed", "circuit_open", "daily_limit_reached", "connector_paused"}));
  EXPECT_THAT(house.ask(request("GET", "/metrics", "")).body,
              HasSubstr("tidemark_alert_active{rule=\"circuit_open\"} 1\n"));
}

TEST(Connectors, RaiseAnAlertWhileTheKeyIsRefusedOrLacksARight) {
  House house;
  auto one = report(house);
  one.circuit = domain::CircuitState::closed;
  one.account.reset();
  one.budget = {};
  one.connection.take({.http_status = 403, .reason_code = Reason::forbidden}, house.clock.now());
  house.health.reports = {one};
  EXPECT_EQ(alerts(house), json({"credential_refused"}));
  one.connection.take({.http_status = 401, .reason_code = Reason::unauthorized}, house.clock.now());
  house.health.reports = {one};
  const auto item = json::parse(house.get("/api/v1/alerts").body)["items"][0];
  EXPECT_EQ(item["severity"], "critical");
  EXPECT_THAT(item["text"].get<std::string>(), HasSubstr("unauthorized"));
}

TEST(Connectors, WhoseOldestDeliveryWaitsTooLongAreAnAlert) {
  House house;
  auto one = report(house);
  one.circuit = domain::CircuitState::closed;
  one.account.reset();
  one.budget = {};
  one.oldest = house.clock.now() - std::chrono::minutes(16);
  house.health.reports = {one};
  EXPECT_EQ(alerts(house), json({"delivery_overdue"}));
  house.health.reports[0].oldest = house.clock.now() - std::chrono::minutes(14);
  EXPECT_EQ(alerts(house), json::array());
  EXPECT_EQ(house.get("/api/v1/alerts?state=odd").status, 400);
  EXPECT_EQ(json::parse(house.get("/api/v1/alerts?state=resolved").body)["items"], json::array());
}

TEST(Connectors, OfWhichNothingIsReceivedHaveNoQueue) {
  House house;
  house.health.reports = {report(house)};
  house.health.reports[0].receives = false;
  EXPECT_EQ(queues(house), json::array());
  EXPECT_EQ(item(house)["deliveries"]["open"], 7);
}

TEST(Connectors, RaiseTheAlertOfADayWhenTheDayRanOut) {
  House house;
  auto one = report(house);
  one.budget.day_used_up = true;
  one.budget.until = house.clock.now() + std::chrono::hours{3};
  one.budget.day_since = house.clock.now() - std::chrono::hours{1};
  house.health.reports = {one};
  const auto shown = json::parse(house.get("/api/v1/alerts").body)["items"][0];
  EXPECT_EQ(shown["rule"], "daily_limit_reached");
  EXPECT_EQ(shown["since"], to_rfc3339(*one.budget.day_since));
}

TEST(Accounts, WithoutATokenThatMayBeUsedAreAnAlertAlsoWhileTheRenewalIsTriedAgain) {
  House house;
  auto one = report(house);
  auto& account = one.account.emplace();
  const auto now = house.clock.now();
  account.state = domain::AccountState::failing;
  account.reason_code = "vendor_failed";
  account.since = now - std::chrono::minutes{4};
  account.expires_at = now + std::chrono::seconds{1};
  account.usable = true;
  const auto shown = [&] {
    house.health.reports = {one};
    return json::parse(house.get("/api/v1/alerts").body)["items"];
  };
  EXPECT_EQ(shown(), json::array()) << "what it has is good for a second";
  account.usable = false;
  account.expires_at = now - std::chrono::seconds{2};
  const auto items = shown();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "reconnect_needed");
  EXPECT_EQ(items[0]["severity"], "critical");
  EXPECT_EQ(items[0]["since"], to_rfc3339(*account.expires_at));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("vendor_failed"));
}

TEST(Accounts, WhoseTokenWasRefusedHaveAMinuteToGetAnother) {
  House house;
  auto one = report(house);
  auto& account = one.account.emplace();
  account.state = domain::AccountState::failing;
  account.since = house.clock.now() - std::chrono::seconds{59};
  account.expires_at = house.clock.now() + std::chrono::hours{1};
  house.health.reports = {one};
  EXPECT_EQ(alerts(house), json::array());
  house.clock.advance(std::chrono::seconds{1});
  EXPECT_EQ(alerts(house), json({"reconnect_needed"}));
}

TEST(Pauses, AreRecordedWithReasonAndName) {
  House house;
  const auto answer = house.post(pause, R"({"reason":"the CRM is moved"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto stored = house.log.at(Position{json::parse(answer.body)["position"]});
  EXPECT_EQ((*stored)->envelope.type, "connector.paused.v1");
  EXPECT_EQ((*stored)->envelope.stream.value, "connector/crm");
  const auto paused = json::parse((*stored)->payload);
  EXPECT_EQ(paused["reason"], "the CRM is moved");
  EXPECT_EQ(paused["by"], "operator");
  EXPECT_EQ(paused["hold_opt_outs"], false);
  EXPECT_EQ(house.post(resume, R"({"reason":"it was moved"})").status, 200);
  EXPECT_EQ(house.post(resume, R"({"reason":"again"})").status, 409);
}

TEST(Pauses, AreTheSameByPut) {
  House house;
  const auto put = [&](std::string_view target, std::string_view token) {
    return house.ask(request("PUT", target,
                             "Authorization: Bearer " + std::string(token)
                                 + "\r\nContent-Type: application/json\r\n",
                             R"({"reason":"x"})"));
  };
  EXPECT_EQ(put(pause, viewer_token).status, 403);
  const auto answer = put(pause, operator_token);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto stored = house.log.at(Position{json::parse(answer.body)["position"]});
  EXPECT_EQ((*stored)->envelope.type, "connector.paused.v1");
  EXPECT_EQ(put(resume, operator_token).status, 200);
  EXPECT_EQ(put(resume, operator_token).status, 409);
  const auto other = house.ask(
      request("DELETE", pause, "Authorization: Bearer " + std::string(operator_token) + "\r\n"));
  EXPECT_EQ(other.status, 405);
  EXPECT_EQ(other.headers.at("allow"), "POST, PUT, OPTIONS");
}

TEST(Pauses, ASecondOneLetsNoOptOutsLeaveThatTheFirstHolds) {
  House house;
  ASSERT_EQ(house.post(pause, R"({"reason":"x","hold_opt_outs":true})").status, 200);
  const auto second = house.post(pause, R"({"reason":"y"})");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(json::parse(second.body)["error"]["code"], "opt_outs_are_held") << second.body;
  EXPECT_EQ(house.post(resume, R"({"reason":"mended"})").status, 200);
  EXPECT_EQ(house.post(pause, R"({"reason":"y"})").status, 200);
}

TEST(Pauses, OfAWholeTenantAreCalledASuspension) {
  House house;
  auto one = report(house);
  one.pause = domain::Pause{.position = Position{9},
                            .since = house.clock.now(),
                            .by = "ops",
                            .of = domain::PauseOf::tenant};
  house.health.reports = {one};
  const auto said = house.get("/api/v1/alerts").body;
  EXPECT_THAT(said, HasSubstr("the tenant is suspended, and so what goes to crm, by ops"));
}

TEST(Pauses, AreForOperators) {
  House house;
  EXPECT_EQ(house.post(pause, R"({"reason":"x"})", viewer_token).status, 403);
  EXPECT_EQ(house.post(pause, R"({"reason":"x"})", auditor_token).status, 403);
  EXPECT_EQ(house.post(pause, R"({"reason":"x"})", "nobody").status, 401);
  EXPECT_EQ(house.log.durable().value, 0U);
}

TEST(Pauses, SayWhatIsWrongAndStoreNothing) {
  House house;
  const auto code = [&](std::string_view target, std::string_view body) {
    return json::parse(house.post(target, body).body)["error"]["code"];
  };
  EXPECT_EQ(code(pause, "[]"), "bad_body");
  EXPECT_EQ(code(pause, R"({"reason":"  "})"), "bad_reason");
  EXPECT_EQ(code(pause, R"({"reason":"x","hold_opt_outs":"yes"})"), "bad_hold_opt_outs");
  EXPECT_EQ(code(pause, R"({"reason":"x","until":"noon"})"), "bad_until");
  EXPECT_EQ(code(pause, R"({"reason":"x","until":"2001-01-01T00:00:00Z"})"), "bad_until");
  EXPECT_EQ(code(pause, R"({"reason":"x","till":"noon"})"), "bad_body");
  EXPECT_EQ(code(resume, R"({"reason":"x","hold_opt_outs":true})"), "bad_body");
  EXPECT_EQ(code("/api/v1/connectors/none/pause", R"({"reason":"x"})"), "not_found");
  EXPECT_EQ(house.log.durable().value, 0U);
}

} // namespace
} // namespace tidemark::gateway::test::connectors_test
