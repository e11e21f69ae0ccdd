#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"
#include "tests/gateway/house.hpp"
#include "tests/gateway/set_secrets.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class CredentialRoutes : public testing::Test {
protected:
  CredentialRoutes() {
    house_.secrets = &secrets_;
    house_.gateway.reset();
    house_.open();
  }
  Reply post(std::string_view target, std::string_view body,
             std::string_view token = admin_token) const {
    return house_.post(target, body, token);
  }
  template <class Event>
  Event event_at(const Reply& reply) const {
    const Position at{json::parse(reply.body).at("position").get<std::uint64_t>()};
    return std::get<Event>(storage::recorded_event(house_.log, at).value().event);
  }
  House house_;
  SetSecrets secrets_;
};

TEST_F(CredentialRoutes, SetASecretThatNoAnswerAndNoEventHolds) {
  const auto reply = post("/api/v1/credentials/crm/token",
                          R"({"value":"canary-of-the-value","reason":"it left the house"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  ASSERT_EQ(secrets_.set.size(), 1U);
  EXPECT_EQ(secrets_.set[0].value.reveal(), "canary-of-the-value");
  EXPECT_FALSE(secrets_.set[0].overlap_until);
  const auto event = event_at<events::CredentialSet>(reply);
  EXPECT_EQ(event.connector.value + "/" + event.setting, "crm/token");
  EXPECT_EQ(event.last_four + " " + event.by + " " + event.reason, "last admin it left the house");
  EXPECT_EQ(reply.body.find("canary"), std::string::npos);
  const auto stored = house_.log.at(house_.log.durable());
  ASSERT_TRUE(stored && *stored);
  EXPECT_EQ((*stored)->payload.find("canary"), std::string::npos);
}

TEST_F(CredentialRoutes, RotateWithAnOverlapThatEnds) {
  const auto reply =
      post("/api/v1/credentials/crm/token/rotate", R"({"value":"next","overlap_seconds":3600})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(secrets_.set.at(0).overlap_until, house_.clock.now() + 1h);
  EXPECT_EQ(event_at<events::CredentialSet>(reply).previous_until, house_.clock.now() + 1h);
  for (const auto* wrong : {R"({"value":"next"})", R"({"value":"next","overlap_seconds":0})",
                            R"({"value":"next","overlap_seconds":7776001})"})
    EXPECT_EQ(post("/api/v1/credentials/crm/token/rotate", wrong).status, 400) << wrong;
}

TEST_F(CredentialRoutes, ChangeNothingThatTheyRefuse) {
  const auto refused = [&](const Error& fault, std::uint16_t status) {
    secrets_.fault = fault;
    EXPECT_EQ(post("/api/v1/credentials/crm/token", R"({"value":"x"})").status, status)
        << fault.code;
  };
  const auto at = house_.log.durable();
  refused({"store_key_missing", "without a store key"}, 409);
  refused({"not_configured", "no such secret"}, 409);
  refused({"bad_value", "too short"}, 400);
  secrets_.fault = {"", ""};
  EXPECT_EQ(post("/api/v1/credentials/crn/token", R"({"value":"x"})").status, 404);
  EXPECT_EQ(post("/api/v1/credentials/crm/token", R"({"value":""})").status, 400);
  EXPECT_EQ(post("/api/v1/credentials/crm/token/remove", "{}").status, 404) << "none was set";
  EXPECT_EQ(post("/api/v1/credentials/crm/token", R"({"value":"x"})", operator_token).status, 403);
  EXPECT_TRUE(secrets_.set.empty());
  EXPECT_EQ(house_.log.durable(), at);
}

TEST_F(CredentialRoutes, RemoveOneSoThatTheConfigurationsIsUsed) {
  ASSERT_EQ(post("/api/v1/credentials/crm/token", R"({"value":"x"})").status, 200);
  const auto reply = post("/api/v1/credentials/crm/token/remove", R"({"reason":"done"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(event_at<events::CredentialRemoved>(reply).by, "admin");
  EXPECT_TRUE(secrets_.set.empty());
}

TEST_F(CredentialRoutes, ListThoseOfTheTenantAlone) {
  const auto items = json::parse(house_.get("/api/v1/credentials", admin_token).body).at("items");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(secrets_.asked_for, TenantId("acme"));
  EXPECT_EQ(items[0].at("last_four"), "last");
  EXPECT_TRUE(items[0].at("age_seconds").is_null());
  EXPECT_EQ(items[1].at("age_seconds"), 60);
  EXPECT_EQ(house_.get("/api/v1/credentials", operator_token).status, 403);
}

TEST_F(CredentialRoutes, WebhooksUnderTheSecretBeforeAreTakenUntilTheOverlapEnds) {
  const auto with = [](const std::string& secret) {
    connectors::Settings out;
    out.name = ConnectorName("crm");
    out.secrets.emplace("run_time", SecretText(secret));
    return out;
  };
  secrets_.taken = {{with("new"), {}}, {with("before"), house_.clock.now() + 1h}};
  const auto sent = [&](const std::string& secret) {
    const auto headers =
        "X-Secret: " + secret + "\r\nX-Id: " + secret + "\r\nContent-Type: application/json\r\n";
    return house_.ask(request("POST", "/webhooks/crm", headers, "{}")).status;
  };
  EXPECT_EQ(sent("new"), 200);
  EXPECT_EQ(sent("before"), 200);
  EXPECT_EQ(sent("neither"), 401);
  house_.clock.advance(1h);
  EXPECT_EQ(sent("before"), 401);
  EXPECT_EQ(sent("new"), 200);
}

TEST_F(CredentialRoutes, ShowTheTokenThatASystemIsAskedWith) {
  const auto shown = [&](std::string_view target, std::string_view token) {
    return house_.get(target, token);
  };
  const auto reply = shown("/auth/token?connector=crm", viewer_token);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto told = json::parse(reply.body);
  EXPECT_EQ(told.at("last_four"), "last");
  EXPECT_EQ(told.at("source"), "environment TOKEN");
  EXPECT_TRUE(told.at("expires_at").is_null());
  EXPECT_EQ(told.at("refreshed"), false);
  EXPECT_EQ(shown("/auth/token?connector=crn", viewer_token).status, 404);
  EXPECT_EQ(shown("/auth/token?refresh=true", admin_token).status, 400) << "of which connector?";
}

TEST_F(CredentialRoutes, HaveATokenRenewedForOperatorsOnly) {
  std::vector<std::string> renewed;
  house_.renew_account = [&](const TenantId& tenant, const ConnectorName& connector,
                             const std::string& by, const std::string& request_id) -> Status {
    EXPECT_FALSE(request_id.empty());
    renewed.push_back(tenant.value + "/" + connector.value + " for " + by);
    return renewed.size() < 2 ? Status(Done{}) : Error{"not_renewed", "connect it"};
  };
  house_.gateway.reset();
  house_.open();
  const std::string_view target = "/api/v1/auth/token?connector=crm&refresh=true";
  EXPECT_EQ(house_.get(target, viewer_token).status, 403);
  EXPECT_TRUE(renewed.empty());
  const auto reply = house_.get(target, operator_token);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(json::parse(reply.body).at("refreshed"), true);
  EXPECT_EQ(renewed, std::vector<std::string>{"acme/crm for operator"});
  EXPECT_EQ(house_.get(target, operator_token).status, 409) << "told why not";
  EXPECT_EQ(house_.get("/auth/token?connector=crm&refresh=maybe", operator_token).status, 400);
}

} // namespace
} // namespace tidemark::gateway::test
