#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::sending_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr auto stop = "/api/v1/stop-all";
constexpr auto resume = "/api/v1/resume-all";

json stored_by(House& house, const Reply& answer) {
  const auto stored = house.log.at(Position{json::parse(answer.body)["position"]});
  auto out = json::parse((*stored)->payload);
  out["type"] = (*stored)->envelope.type;
  out["stream"] = (*stored)->envelope.stream.value;
  return out;
}

TEST(StopAll, IsAnEventWithWhoWhyAndUntilWhen) {
  House house;
  const auto until = to_rfc3339(house.clock.now() + std::chrono::hours{2});
  const auto answer =
      house.post(stop, R"({"reason":"wrong texts go out","until":")" + until + R"("})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto event = stored_by(house, answer);
  EXPECT_EQ(event["type"], "sending.stopped.v1");
  EXPECT_EQ(event["stream"], "admin/sending");
  EXPECT_EQ(event["reason"], "wrong texts go out");
  EXPECT_EQ(event["by"], "operator");
  EXPECT_EQ(event["hold_opt_outs"], false);
  EXPECT_EQ(event["planned_end"]["at"], from_rfc3339(until)->time_since_epoch().count());
}

TEST(StopAll, GoesOnInStepsAndIsDoneOnlyOnce) {
  House house;
  EXPECT_EQ(house.post(resume, R"({"reason":"x"})").status, 409) << "nothing is stopped";
  EXPECT_EQ(house.post(stop, R"({"reason":"x","also_opt_outs":true})").status, 200);
  const auto part = house.post(resume, R"({"reason":"mended","percent":10})");
  ASSERT_EQ(part.status, 200) << part.body;
  EXPECT_EQ(stored_by(house, part)["percent"], 10);
  EXPECT_EQ(house.post(resume, R"({"reason":"well","percent":50})").status, 200);
  EXPECT_EQ(stored_by(house, house.post(resume, R"({"reason":"well"})"))["percent"], 100);
  EXPECT_EQ(house.post(resume, R"({"reason":"again"})").status, 409);
}

TEST(StopAll, ASecondStopLetsNoOptOutsLeaveThatTheFirstHolds) {
  House house;
  ASSERT_EQ(house.post(stop, R"({"reason":"x","also_opt_outs":true})").status, 200);
  const auto before = house.log.durable();
  const auto second = house.post(stop, R"({"reason":"y"})");
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(json::parse(second.body)["error"]["code"], "opt_outs_are_held") << second.body;
  EXPECT_EQ(house.log.durable(), before);
  EXPECT_EQ(house.post(stop, R"({"reason":"y","also_opt_outs":true})").status, 200);
  EXPECT_EQ(house.post(resume, R"({"reason":"mended"})").status, 200);
  EXPECT_EQ(house.post(stop, R"({"reason":"y"})").status, 200);
}

TEST(StopAll, IsForOperators) {
  House house;
  for (const auto target : {stop, resume}) {
    EXPECT_EQ(house.post(target, R"({"reason":"x"})", viewer_token).status, 403);
    EXPECT_EQ(house.post(target, R"({"reason":"x"})", auditor_token).status, 403);
    EXPECT_EQ(house.post(target, R"({"reason":"x"})", "nobody").status, 401);
  }
  EXPECT_EQ(house.log.durable().value, 0U);
}

TEST(StopAll, SaysWhatIsWrongAndStoresNothing) {
  House house;
  const auto code = [&](std::string_view target, std::string_view body) {
    return json::parse(house.post(target, body).body)["error"]["code"];
  };
  EXPECT_EQ(code(stop, "{}"), "bad_reason");
  EXPECT_EQ(code(stop, R"({"reason":"x","until":"2001-01-01T00:00:00Z"})"), "bad_until");
  EXPECT_EQ(code(stop, R"({"reason":"x","until":5})"), "bad_until");
  EXPECT_EQ(code(stop, R"({"reason":"x","also_opt_outs":"yes"})"), "bad_also_opt_outs");
  EXPECT_EQ(code(stop, R"({"reason":"x","connector":"crm"})"), "bad_body");
  for (const auto percent : {"0", "101", "-1", "\"10\"", "1.5"})
    EXPECT_EQ(code(resume, std::string(R"({"reason":"x","percent":)") + percent + "}"),
              "bad_percent")
        << percent;
  EXPECT_EQ(house.log.durable().value, 0U);
}

TEST(StopAll, IsToldOfUntilItIsOverAndLouderWhenItWasForgotten) {
  House house;
  domain::ConnectorReport report;
  report.tenant = TenantId("acme");
  report.connector = ConnectorName("crm");
  report.pause = domain::Pause{.position = Position{3},
                               .since = house.clock.now(),
                               .by = "ops",
                               .planned_end = house.clock.now() + std::chrono::hours{1},
                               .of = domain::PauseOf::all_sending};
  house.health.reports = {report};
  const auto alert = [&] { return json::parse(house.get("/api/v1/alerts").body)["items"][0]; };
  EXPECT_EQ(alert()["severity"], "warning");
  EXPECT_THAT(alert()["text"].get<std::string>(), HasSubstr("all sending"));
  const auto shown = json::parse(house.get("/api/v1/connectors").body)["items"][0]["paused"];
  EXPECT_EQ(shown["of"], "all_sending");
  EXPECT_FALSE(shown["planned_end"].is_null());
  report.pause->planned_end = house.clock.now() - std::chrono::hours{1};
  house.health.reports = {report};
  EXPECT_EQ(alert()["severity"], "critical");
  EXPECT_THAT(alert()["text"].get<std::string>(), HasSubstr("is over since"));
}

} // namespace
} // namespace tidemark::gateway::test::sending_test
