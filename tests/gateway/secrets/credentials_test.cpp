#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

/// Keeps one secret of `crm`.
class SetSecrets final : public SecretsPort {
public:
  Result<StoreKeyChange> rotate_store_key(const std::string& from, const SecretText&,
                                          const std::string&) override {
    if (from != "k1")
      return Error{"store_key_wrong", "the service's secrets are sealed under the store key k1"};
    return StoreKeyChange{from, "k2", 3};
  }
  Status check_credential(const CredentialChange& change) const override {
    if (!fault.code.empty())
      return fault;
    return change.connector.value == "crm" ? Status(Done{}) : Error{"not_found", "no connector"};
  }
  Told told_of(const CredentialChange&) const override { return {"0123456789ab", "last"}; }
  Status set_credential(const CredentialChange& change) override {
    set.push_back(change);
    return Done{};
  }
  bool has_credential(const TenantId&, const ConnectorName&, const std::string&) const override {
    return !set.empty();
  }
  Status remove_credential(const TenantId&, const ConnectorName&, const std::string&) override {
    set.clear();
    return Done{};
  }
  std::vector<SecretFact> secrets_of(const std::optional<TenantId>& tenant) const override {
    asked_for = tenant;
    SecretFact token{.kind = "connector",
                     .tenant = TenantId("acme"),
                     .connector = ConnectorName("crm"),
                     .name = "token",
                     .source = "environment TOKEN",
                     .state = "in_use",
                     .last_four = "last",
                     .key_id = "0123456789ab"};
    auto older = token;
    older.state = "overlap";
    older.set_at = Timestamp{1'790'000'000'000'000us} - 60s;
    return {token, older};
  }
  std::vector<AcceptedSettings> accepted(const TenantId&,
                                         const connectors::Settings&) const override {
    return taken;
  }
  Error fault{"", ""};
  std::vector<CredentialChange> set;
  std::vector<AcceptedSettings> taken;
  mutable std::optional<TenantId> asked_for;
};

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

} // namespace
} // namespace tidemark::gateway::test
