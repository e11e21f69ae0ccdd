#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::limits_test {
namespace {

using nlohmann::json;

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}

/// Two tenants, as programs of the machine see them.
class Limits : public LocalHouse {
protected:
  House& several() {
    return house([](auto& o) {
      o.tenants.push_back(TenantId("globex"));
      for (auto& token : o.tokens)
        token.tenant = TenantId(token.role == "viewer" ? "globex" : "acme");
    });
  }
  Reply set(std::string_view body) const {
    return connect().ask(request("POST", "/api/v1/limits", "", body));
  }
};

TEST_F(Limits, HoldFromTheNextRequestOnAndOverARestart) {
  auto& house = several();
  EXPECT_EQ(house.get("/api/v1/contacts").headers.at("x-ratelimit-limit"), "600");
  const auto done = set(R"({"per_token":5,"reason":"too many"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(body_of(done)["limits"]["per_token"], 5);
  EXPECT_EQ(body_of(done)["limits"]["per_user"], 600);
  EXPECT_EQ(house.get("/api/v1/contacts").headers.at("x-ratelimit-limit"), "5");
  house.open();
  EXPECT_EQ(house.get("/api/v1/contacts").headers.at("x-ratelimit-limit"), "5");
}

TEST_F(Limits, OfATenantStopItsFloodAndNobodyElse) {
  auto& house = several();
  set(R"({"tenant":"acme","per_tenant":3,"reason":"a flood"})");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(house.get("/api/v1/contacts", i % 2 == 0 ? admin_token : operator_token).status, 200);
  const auto refused = house.get("/api/v1/contacts", auditor_token);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("x-ratelimit-limit"), "3");
  EXPECT_EQ(refused.headers.at("x-ratelimit-remaining"), "0");
  EXPECT_EQ(house.get("/api/v1/contacts", viewer_token).status, 200) << "globex";
  for (int i = 0; i < 5; ++i) {
    const auto id = "d" + std::to_string(i);
    EXPECT_EQ(house.ask(webhook("STOP", id, "/t/acme/webhooks/crm")).status, 200)
        << "webhooks are not counted";
  }
  house.clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(house.get("/api/v1/contacts", auditor_token).status, 200);
}

TEST_F(Limits, OfATokenStopItBeforeItTakesWhatIsItsTenants) {
  auto& house = several();
  set(R"({"tenant":"acme","per_token":2,"per_tenant":5,"reason":"a flood"})");
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(house.get("/api/v1/contacts", admin_token).status, i < 2 ? 200 : 429);
  EXPECT_EQ(house.get("/api/v1/contacts", operator_token).status, 200) << "of the same tenant";
}

TEST_F(Limits, ShowWhoAskedHowMuchByTheMinute) {
  auto& house = several();
  set(R"({"tenant":"acme","per_token":1,"reason":"a test"})");
  house.get("/api/v1/contacts", admin_token);
  house.get("/api/v1/contacts", admin_token);
  house.get("/api/v1/contacts", viewer_token);
  const auto shown = body_of(house.get("/api/v1/limits", auditor_token));
  EXPECT_EQ(shown["tenant"], "acme");
  EXPECT_EQ(shown["limits"]["per_token"], 1);
  json own;
  for (const auto& row : shown["usage"]) {
    EXPECT_EQ(row["tenant"], "acme") << row << " no other tenant's, and no address";
    if (row["id"] == "file:admin")
      own = row;
  }
  EXPECT_EQ(own["requests"], 2);
  EXPECT_EQ(own["refused"], 1);
  EXPECT_EQ(own["minute"], "2026-09-21T14:13:00.000000Z");
  const auto all = body_of(get("/api/v1/limits"));
  EXPECT_EQ(all["tenant"], nullptr);
  EXPECT_NE(all["usage"].dump().find("address"), std::string::npos);
}

TEST_F(Limits, AreSetByTheInstallationAndWithinReason) {
  auto& house = several();
  EXPECT_EQ(code_of(house.post("/api/v1/limits", R"({"per_token":5,"reason":"x"})", admin_token)),
            "installation_token_needed");
  EXPECT_EQ(house.get("/api/v1/limits", viewer_token).status, 403);
  const auto wrong = [&](const std::string& body) {
    const auto error = body_of(set(body))["error"];
    const auto field = error["details"].value("field", std::string());
    EXPECT_EQ(error["code"], field.empty() ? "bad_limit" : "bad_" + field) << body;
    return field;
  };
  EXPECT_EQ(wrong(R"({"reason":"x"})"), "") << "no single one";
  for (const auto* number : {"0", "-1", "\"many\"", "1000001"})
    for (const std::string name : {"per_user", "per_token", "per_tenant", "per_address"})
      EXPECT_EQ(wrong(R"({"reason":"x",")" + name + "\":" + number + "}"), name);
  EXPECT_EQ(wrong(R"({"tenant":"acme","per_address":5,"reason":"x"})"), "per_address");
  EXPECT_EQ(code_of(set(R"({"per_token":5})")), "bad_reason");
  EXPECT_EQ(code_of(set(R"({"tenant":"hooli","per_token":5,"reason":"x"})")), "not_found");
}

} // namespace
} // namespace tidemark::gateway::test::limits_test
