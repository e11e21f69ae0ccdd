#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::agent_flags_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Flags : public testing::Test {
protected:
  Flags()
      : house_([](GatewayOptions& options) {
          auto& placement = options.rules[TenantId("acme")].placement;
          placement.agents.push_back({"jane", {"USR1"}, {}, {}, "7"});
        }) {}
  Reply set(const json& more, std::string_view token = operator_token) const {
    json body{{"agent", "jane"}, {"channel", "sms"}, {"on", false}, {"reason", "wrong list"}};
    body.update(more);
    return house_.post("/api/v1/flags", body.dump(), token);
  }
  static std::string field_of(const Reply& reply) {
    return json::parse(reply.body)["error"]["details"].value("field", "");
  }
  json items() const { return json::parse(house_.get("/api/v1/flags").body)["items"]; }
  House house_;
};

TEST_F(Flags, AreEventsUnderTheAgentsKeyWithWhoWhyAndUntilWhen) {
  const auto until = to_rfc3339(house_.clock.now() + std::chrono::hours{2});
  const auto reply = set({{"agent", "USR1"}, {"until", until}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto said = json::parse(reply.body);
  EXPECT_EQ(said["agent"], "jane") << "the user's id means the agent";
  const Position at{said["position"].get<std::uint64_t>()};
  const auto recorded = storage::recorded_event(house_.log, at).value();
  EXPECT_EQ(recorded.envelope.stream.value, "admin/flags");
  const auto& event = std::get<events::AgentFlagSet>(recorded.event);
  EXPECT_EQ(event.agent + " " + event.by + " " + event.reason, "jane operator wrong list");
  EXPECT_FALSE(event.on);
  EXPECT_EQ(to_rfc3339(event.planned_end->at), until);
  EXPECT_EQ(
      house_.log.newest_tagged(TenantId("acme"), events::agent_flag_tag("jane", "sms")).value(), at)
      << "decisions find it there";
}

TEST_F(Flags, AreListedWithWhatWasSaidLast) {
  EXPECT_TRUE(items().empty());
  ASSERT_EQ(set({{"until", to_rfc3339(house_.clock.now() + std::chrono::hours{2})}}).status, 200);
  ASSERT_EQ(set({{"agent", "USR2"}, {"unlisted", true}}).status, 200);
  auto all = items();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0]["agent"], "USR2");
  EXPECT_EQ(all[0]["configured"], false);
  EXPECT_EQ(all[1]["on"], false);
  EXPECT_EQ(all[1]["is_over"], false);
  house_.clock.advance(std::chrono::hours{2});
  all = items();
  EXPECT_EQ(all[1]["is_over"], true);
  EXPECT_EQ(all[1]["on"], false) << "nothing goes on by itself";
  ASSERT_EQ(set({{"on", true}}).status, 200);
  EXPECT_EQ(items()[1]["on"], true);
  EXPECT_EQ(set({{"on", true}}).status, 409) << "already so";
}

TEST_F(Flags, OfNobodyOrWhereNothingIsSentAreRefused) {
  const auto before = house_.log.durable();
  const auto stranger = set({{"agent", "jnae"}});
  EXPECT_EQ(field_of(stranger), "agent");
  EXPECT_THAT(stranger.body, HasSubstr("it has: jane"));
  EXPECT_EQ(field_of(set({{"channel", "call"}})), "channel");
  EXPECT_EQ(field_of(set({{"channel", "smoke"}})), "channel");
  EXPECT_EQ(field_of(set({{"on", "off"}})), "on");
  EXPECT_EQ(field_of(set({{"on", true}, {"until", "2099-01-01T00:00:00Z"}})), "until");
  EXPECT_EQ(field_of(set({{"reason", ""}})), "reason");
  EXPECT_EQ(
      field_of(house_.post("/api/v1/flags", R"({"agent":"jane","channel":"sms","reason":"x"})")),
      "on");
  EXPECT_EQ(set(json::object(), viewer_token).status, 403);
  EXPECT_EQ(house_.log.durable(), before);
}

} // namespace
} // namespace tidemark::gateway::test::agent_flags_test
