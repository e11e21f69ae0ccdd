#include "base/crypto.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::tokens_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}
std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string(token) + "\r\n";
}

/// The answer of making one, as the configuration's admin.
json made(const House& house, json wish) {
  wish["reason"] = "a test";
  const auto reply = house.post("/api/v1/tokens", wish.dump(), admin_token);
  EXPECT_EQ(reply.status, 201) << reply.body;
  return body_of(reply);
}
std::string token_of(const json& answer) {
  return answer.value("token", "");
}

TEST(ApiTokens, LetSomebodyInAtOnceAndAfterARestart) {
  House house;
  const auto answer = made(house, {{"name", "export"}, {"role", "viewer"}});
  const auto token = token_of(answer);
  EXPECT_GE(token.size(), 64U);
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 200);
  EXPECT_EQ(house.get("/api/v1/tokens", token).status, 403);
  house.open();
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 200);
}

TEST(ApiTokens, AreNotInTheLog) {
  House house;
  const auto answer = made(house, {{"name", "export"}, {"role", "viewer"}});
  const auto token = token_of(answer);
  const auto stored = house.log.at(Position{answer["position"].get<std::uint64_t>()});
  ASSERT_TRUE(stored && *stored);
  EXPECT_THAT((*stored)->payload, AllOf(Not(HasSubstr(token)), HasSubstr(sha256_hex(token)),
                                        HasSubstr("\"by\":\"admin\"")));
  EXPECT_EQ((*stored)->envelope.stream, events::admin_stream());
}

TEST(ApiTokens, HaveTheirHashesShownToNobody) {
  House house;
  const auto answer = made(house, {{"name", "export"}, {"role", "viewer"}});
  const auto event = house.get("/api/v1/events/" + answer["position"].dump(), admin_token);
  EXPECT_EQ(body_of(event)["data"]["token_name"], "export");
  EXPECT_EQ(body_of(event)["data"]["token_sha256"], "***");
}

TEST(ApiTokens, EndAndSaySo) {
  House house;
  const auto end = house.clock.now() + std::chrono::hours(1);
  const auto token = token_of(
      made(house, {{"name", "export"}, {"role", "viewer"}, {"expires_at", to_rfc3339(end)}}));
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 200);
  house.clock.advance(std::chrono::hours(1));
  const auto ended = house.get("/api/v1/contacts", token);
  EXPECT_EQ(ended.status, 401);
  EXPECT_EQ(code_of(ended), "token_expired");
  EXPECT_THAT(ended.body, HasSubstr("Token expired"));
}

TEST(ApiTokens, AreRevokedAtOnceAndForGood) {
  House house;
  const auto answer = made(house, {{"name", "export"}, {"role", "viewer"}});
  const auto revoke = "/api/v1/tokens/" + answer["id"].get<std::string>() + "/revoke";
  EXPECT_EQ(house.post(revoke, "{}", admin_token).status, 400) << "why?";
  EXPECT_EQ(house.post(revoke, R"({"reason":"it leaked"})", admin_token).status, 200);
  EXPECT_EQ(house.post(revoke, R"({"reason":"it leaked"})", admin_token).status, 409);
  for (const bool restarted : {false, true}) {
    if (restarted)
      house.open();
    const auto refused = house.get("/api/v1/contacts", token_of(answer));
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(code_of(refused), "invalid_token");
    EXPECT_THAT(refused.body, HasSubstr("Invalid token"));
  }
}

TEST(ApiTokens, AreListedWithThoseOfTheFileAndNeverShown) {
  House house;
  const auto answer = made(house, {{"name", "export"}, {"role", "viewer"}});
  const auto reply = house.get("/api/v1/tokens", auditor_token);
  const auto items = body_of(reply)["items"];
  ASSERT_EQ(items.size(), 5U) << reply.body;
  EXPECT_EQ(items[0]["id"], "file:admin");
  EXPECT_EQ(items[0]["source"], "file");
  EXPECT_EQ(items[4]["source"], "log");
  EXPECT_EQ(items[4]["last_four"], token_of(answer).substr(token_of(answer).size() - 4));
  EXPECT_EQ(items[4]["created_by"], "admin");
  EXPECT_THAT(reply.body, AllOf(Not(HasSubstr(token_of(answer))), Not(HasSubstr("sha256"))));
  const auto page = body_of(house.get("/api/v1/tokens?limit=4", admin_token));
  EXPECT_EQ(page["next"], "file:viewer");
  EXPECT_EQ(body_of(house.get("/api/v1/tokens?after=file:viewer", admin_token))["items"].size(),
            1U);
  EXPECT_EQ(
      code_of(house.post("/api/v1/tokens/file:viewer/revoke", R"({"reason":"x"})", admin_token)),
      "stands_in_file");
}

TEST(ApiTokens, TellACallerAboutItsOwn) {
  House house;
  const auto end = to_rfc3339(house.clock.now() + std::chrono::hours(1));
  const auto token =
      token_of(made(house, {{"name", "export"}, {"role", "agent"}, {"expires_at", end}}));
  for (const auto* path : {"/auth/token", "/api/v1/auth/token"}) {
    const auto reply = house.get(path, token);
    const auto own = body_of(reply);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(own["last_four"], token.substr(token.size() - 4));
    EXPECT_EQ(own["source"], "log");
    EXPECT_EQ(own["expires_at"], end);
    EXPECT_EQ(own["role"], "agent");
    EXPECT_EQ(own["tenant"], "acme");
    EXPECT_THAT(reply.body, Not(HasSubstr(token)));
    EXPECT_EQ(house.ask(request("GET", path)).status, 401);
  }
  EXPECT_EQ(body_of(house.get("/auth/token", viewer_token))["source"], "file");
}

TEST(ApiTokens, AreAskedForInFull) {
  House house;
  const auto refused = [&](json wish, const char* token = nullptr) {
    wish.emplace("reason", "a test");
    wish.emplace("name", "export");
    wish.emplace("role", "viewer");
    const auto reply = house.post("/api/v1/tokens", wish.dump(), token ? token : admin_token);
    return code_of(reply);
  };
  EXPECT_EQ(refused({{"reason", ""}}), "bad_reason");
  EXPECT_EQ(refused({{"role", "king"}}), "bad_role");
  EXPECT_EQ(refused({{"role", "local"}}), "bad_role");
  EXPECT_EQ(refused({{"name", "a b"}}), "bad_name");
  EXPECT_EQ(refused({{"name", "viewer"}}), "name_taken") << "by one of the file";
  EXPECT_EQ(refused({{"expires_at", "tomorrow"}}), "bad_expires_at");
  EXPECT_EQ(refused({{"expires_at", 5}}), "bad_expires_at");
  EXPECT_EQ(refused({{"expires_at", "2020-01-01T00:00:00Z"}}), "bad_expires_at");
  EXPECT_EQ(refused({{"installation", true}}), "more_than_own");
  EXPECT_EQ(refused({{"routes", {"contacts"}}}), "bad_routes");
  EXPECT_EQ(refused({{"role", "api"}}), "bad_routes");
  for (const auto* route : {"nothing", "health", "create_token", "record_reveal", "status"})
    EXPECT_EQ(refused({{"role", "api"}, {"routes", {route}}}), "bad_routes") << route;
  EXPECT_EQ(refused({{"sha256", "x"}}), "bad_body");
  EXPECT_EQ(house.log.durable(), Position{}) << "nothing was stored";
}

TEST(ApiTokens, OfTheRoleApiUseWhatTheyListAndNothingElse) {
  House house;
  const auto token = token_of(
      made(house, {{"name", "crm"}, {"role", "api"}, {"routes", {"contacts", "request_opt_out"}}}));
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 200);
  EXPECT_EQ(house.post("/api/v1/opt-outs", "{}", token).status, 400);
  EXPECT_EQ(house.get("/api/v1/contacts/c1", token).status, 403);
  EXPECT_EQ(house.get("/auth/token", token).status, 200);
}

TEST(ApiTokens, MadeByOneThatEndsEndWithIt) {
  House house;
  const auto end = to_rfc3339(house.clock.now() + std::chrono::hours(1));
  const auto admin = token_of(made(house, {{"name", "a"}, {"role", "admin"}, {"expires_at", end}}));
  json wish{{"name", "b"}, {"role", "admin"}, {"reason", "a test"}};
  EXPECT_EQ(house.post("/api/v1/tokens", wish.dump(), admin).status, 403);
  wish["expires_at"] = end;
  EXPECT_EQ(house.post("/api/v1/tokens", wish.dump(), admin).status, 201);
}

TEST(ApiTokens, OfATenantThatIsGoneLetNobodyIn) {
  House house(
      [](auto& o) { o.tenants.push_back(TenantId("globex")), o.tokens[3].tenant = o.tenants[0]; });
  const auto token = token_of(made(house, {{"name", "export"}, {"role", "admin"}}));
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 200);
  house.change = [](auto& o) { o.tenants = {TenantId("globex")}; };
  house.open();
  EXPECT_EQ(house.get("/api/v1/contacts", token).status, 401);
}

/// Two tenants, and a token for both.
class Installation : public LocalHouse {
protected:
  House& several() {
    return house([](auto& o) {
      o.tenants.push_back(TenantId("globex"));
      o.tokens[3].tenant = TenantId("acme");
    });
  }
  std::string token() const {
    const auto reply = connect().ask(
        request("POST", "/api/v1/tokens", "X-Tidemark-Tenant: acme\r\n",
                R"({"name":"all","role":"admin","installation":true,"reason":"a test"})"));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return token_of(body_of(reply));
  }
};

TEST_F(Installation, TokensNameTheTenantTheyAskFor) {
  auto& house = several();
  const auto all = token();
  const auto ask = [&](std::string_view token, const std::string& tenant) {
    return house.ask(
        request("GET", "/api/v1/auth/token",
                bearer(token) + (tenant.empty() ? "" : "X-Tenant-ID: " + tenant + "\r\n")));
  };
  EXPECT_EQ(body_of(ask(all, "globex"))["tenant"], "globex");
  EXPECT_EQ(body_of(ask(all, "acme"))["tenant"], "acme");
  EXPECT_EQ(code_of(ask(all, "")), "tenant_required");
  EXPECT_EQ(code_of(ask(all, "initech")), "tenant_not_found");
  EXPECT_EQ(ask(admin_token, "acme").status, 200) << "its own";
  EXPECT_EQ(ask(admin_token, "globex").status, 404);
  EXPECT_EQ(ask(admin_token, "initech").body.substr(0, 60),
            ask(admin_token, "globex").body.substr(0, 60))
      << "whether there is another tells nobody";
}

TEST_F(Installation, TokensAreListedOfTheTenantThatIsNamedElseOfAll) {
  auto& house = several();
  const auto all = token();
  const auto made = [&](const std::string& tenant) {
    const auto reply = connect().ask(
        request("POST", "/api/v1/tokens", "X-Tidemark-Tenant: " + tenant + "\r\n",
                R"({"name":"of-)" + tenant + R"(","role":"viewer","reason":"a test"})"));
    EXPECT_EQ(reply.status, 201) << reply.body;
  };
  made("acme");
  made("globex");
  const auto listed = [&](const std::string& tenant) {
    const auto reply =
        house.ask(request("GET", "/api/v1/tokens",
                          bearer(all) + (tenant.empty() ? "" : "X-Tenant-ID: " + tenant + "\r\n")));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.body;
  };
  EXPECT_THAT(listed("globex"), AllOf(HasSubstr("of-globex"), Not(HasSubstr("of-acme"))));
  EXPECT_THAT(listed("acme"), AllOf(HasSubstr("of-acme"), Not(HasSubstr("of-globex"))));
  EXPECT_THAT(listed(""), AllOf(HasSubstr("of-acme"), HasSubstr("of-globex")));
  const auto local = connect().ask(request("GET", "/api/v1/tokens", "")).body;
  EXPECT_THAT(local, AllOf(HasSubstr("of-acme"), HasSubstr("of-globex"))) << "tidemark token list";
}

TEST_F(Installation, TokensAreSeenByThoseOfTheInstallationOnly) {
  auto& house = several();
  const auto all = token();
  EXPECT_THAT(house.get("/api/v1/tokens", admin_token).body, Not(HasSubstr("\"all\"")));
  const auto listed =
      house.ask(request("GET", "/api/v1/tokens", bearer(all) + "X-Tenant-ID: globex\r\n"));
  EXPECT_THAT(listed.body, AllOf(HasSubstr("\"all\""), Not(HasSubstr("file:admin"))));
  house.open();
  EXPECT_EQ(
      house.ask(request("GET", "/api/v1/contacts", bearer(all) + "X-Tenant-ID: globex\r\n")).status,
      200);
}

TEST(Refusals, NameTheRoleThatOneHasAndThoseThatMay) {
  House house;
  const auto error = body_of(house.post("/api/v1/opt-outs", "{}", viewer_token))["error"];
  EXPECT_EQ(error["code"], "forbidden");
  EXPECT_EQ(error["details"]["role"], "viewer");
  EXPECT_EQ(error["details"]["roles"], (json{"manager", "operator", "admin"}));
  EXPECT_THAT(error["message"].get<std::string>(),
              AllOf(HasSubstr("the role viewer may not"), HasSubstr("manager, operator, admin")));
}

} // namespace
} // namespace tidemark::gateway::test::tokens_test
