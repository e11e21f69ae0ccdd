#include "base/contains.hpp"
#include "events/format/tags.hpp"
#include "gateway/intake/webhook_limits.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::tenant_settings_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}

/// A tenant that was made beside the file's.
class TenantSettings : public LocalHouse {
protected:
  House& with_initech() {
    auto& opened = house();
    opened.tenants = &port;
    port.followed = [&opened] {
      auto options = *opened.live->now();
      const TenantId fresh("initech");
      if (!contains(options.tenants, fresh))
        options.tenants.push_back(fresh);
      options.recorded.insert(fresh);
      opened.live->set(std::move(options));
    };
    opened.open();
    const auto made = connect().ask(request(
        "POST", "/api/v1/tenants", "", R"({"id":"initech","name":"Initech Ltd.","settings":"a"})"));
    EXPECT_EQ(made.status, 201) << made.body;
    return opened;
  }
  Reply set(std::string_view body, std::string_view id = "initech") const {
    return connect().ask(
        request("POST", "/api/v1/tenants/" + std::string(id) + "/settings", "", body));
  }
  Reply show(std::string_view id = "initech") const {
    return get("/api/v1/tenants/" + std::string(id));
  }
  SetTenants port;
};

TEST_F(TenantSettings, AreOthersFromThenOnAndShown) {
  auto& house = with_initech();
  EXPECT_EQ(body_of(show())["settings_version"], 1);
  EXPECT_EQ(body_of(show("acme"))["settings_version"], nullptr);
  const auto seen = body_of(set(R"({"settings":{"burst":3},"dry_run":true})"));
  EXPECT_EQ(seen["status"], "dry_run");
  EXPECT_EQ(seen["position"], nullptr);
  EXPECT_EQ(seen["differences"][0]["to"], "\"burst\" = 3\n");
  EXPECT_EQ(seen["differences"][0]["takes"], "nothing");
  EXPECT_EQ(body_of(show())["settings_version"], 1) << "nothing was stored";
  const auto done = body_of(set(R"({"settings":{"burst":3},"settings_version":1,"reason":"x"})"));
  EXPECT_EQ(done["status"], "changed");
  EXPECT_EQ(done["settings_version"], 2);
  const auto stored = house.log.at(Position{done["position"].get<std::uint64_t>()});
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->envelope.tenant, events::installation_tenant());
  EXPECT_THAT((*stored)->payload, AllOf(HasSubstr("burst"), HasSubstr("uid "), HasSubstr("\"x\"")));
  EXPECT_EQ(body_of(show())["settings"], "\"burst\" = 3\n");
  EXPECT_EQ(body_of(show())["settings_version"], 2);
  port.waiting = {"k"};
  EXPECT_EQ(body_of(show())["needs_restart"], json::parse(R"(["k"])"));
}

TEST_F(TenantSettings, AreRefusedWhenTheyAreFaultyOrTakeARestartThatNobodySpokeOf) {
  with_initech();
  const auto code = [&](std::string_view body, std::string_view id = "initech") {
    return code_of(set(body, id));
  };
  EXPECT_EQ(code(R"({"settings":"x","reason":"x"})", "acme"), "stands_in_file");
  EXPECT_EQ(code(R"({"settings":"x","reason":"x"})", "hooli"), "not_found");
  EXPECT_EQ(code(R"({"settings":"bad","reason":"x"})"), "bad_settings");
  EXPECT_EQ(code(R"({"settings":" ","reason":"x"})"), "bad_settings");
  EXPECT_EQ(code(R"({"reason":"x"})"), "bad_settings");
  EXPECT_EQ(code(R"({"settings":"x"})"), "bad_reason");
  EXPECT_EQ(code(R"({"settings":"x","reason":"x","dry_run":1})"), "bad_dry_run");
  EXPECT_EQ(code(R"({"settings":"x","reason":"x","settings_version":7})"), "settings_changed");
  EXPECT_EQ(code(R"({"settings":"x","reason":"x","settings_version":0})"), "bad_settings_version");
  const auto refused = set(R"({"settings":"fixed","reason":"x"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(code_of(refused), "needs_restart");
  EXPECT_THAT(refused.body, AllOf(HasSubstr("at_next_start"), HasSubstr("-> fixed")));
  port.named = "Hooli";
  EXPECT_EQ(code(R"({"settings":"x","reason":"x"})"), "bad_name");
  port.named = "Initech Ltd.";
  EXPECT_EQ(body_of(show())["settings_version"], 1) << "nothing was stored";
  const auto done = set(R"({"settings":"fixed","reason":"x","at_next_start":true})");
  EXPECT_EQ(body_of(done)["differences"][0]["takes"], "restart") << done.body;
  EXPECT_EQ(code(R"({"settings":"fixed","reason":"x"})"), "already_so");
}

TEST(WebhookLimits, AreCountedAnewOnceTheyAreOthers) {
  const Timestamp now{std::chrono::hours{400'000}};
  WebhookLimits limits{GatewayOptions{}};
  WebhookSource source;
  source.per_minute = 1;
  EXPECT_EQ(limits.take(0, source, now)->retry_after, 0U);
  EXPECT_GT(limits.take(0, source, now)->retry_after, 0U);
  source.per_minute = 2;
  EXPECT_EQ(limits.take(0, source, now)->retry_after, 0U);
  EXPECT_EQ(limits.take(0, source, now)->retry_after, 0U);
  EXPECT_GT(limits.take(0, source, now)->retry_after, 0U);
}

} // namespace
} // namespace tidemark::gateway::test::tenant_settings_test
