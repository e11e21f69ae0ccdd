#include "events/codec.hpp"
#include "events/reveal.hpp"
#include "tests/gateway/house.hpp"
#include "tests/projections/sample_log.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// That somebody had a body shown is an event.
namespace tidemark::gateway::test::reveals_test {
namespace {

using json = nlohmann::json;

std::string code_of(const Reply& reply) {
  return json::parse(reply.body)["error"]["code"];
}

TEST(Reveals, AreRecordedWithWhoAndWhy) {
  House house;
  const auto at = sample::write(house.log, house.hasher);
  const auto reply = house.post("/api/v1/events/" + std::to_string(at.webhook.value) + "/reveals",
                                R"({"reason":"a complaint"})", admin_token);
  ASSERT_EQ(reply.status, 202) << reply.body;
  const auto stored = house.log.at(house.log.durable()).value().value();
  EXPECT_EQ(json::parse(reply.body)["position"], stored.envelope.position.value);
  const auto event = events::decode(stored.envelope.type, stored.payload).value();
  const auto& revealed = std::get<events::BodyRevealed>(event);
  EXPECT_EQ(revealed.event, at.webhook);
  EXPECT_EQ(revealed.reason, "a complaint");
  EXPECT_EQ(revealed.by, "admin");
}

TEST(Reveals, NeedAReasonAndABody) {
  House house;
  const auto at = sample::write(house.log, house.hasher);
  const auto end = house.log.durable();
  const auto path = [](Position event) {
    return "/api/v1/events/" + std::to_string(event.value) + "/reveals";
  };
  EXPECT_EQ(code_of(house.post(path(at.webhook), "{}", admin_token)), "bad_reason");
  const auto bodyless = house.post(path(at.observed), R"({"reason":"x"})", admin_token);
  EXPECT_EQ(bodyless.status, 409);
  EXPECT_EQ(code_of(bodyless), "no_body");
  EXPECT_EQ(house.post(path(Position{end.value + 9}), R"({"reason":"x"})", admin_token).status,
            404);
  EXPECT_EQ(house.log.durable(), end) << "nothing was recorded";
}

} // namespace
} // namespace tidemark::gateway::test::reveals_test
