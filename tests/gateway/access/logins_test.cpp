#include "gateway/credentials/login_attempts.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::logins_test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* right = "correct horse battery";

json body_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false);
}
std::string code_of(const Reply& reply) {
  return body_of(reply)["error"].value("code", "");
}
std::string text_of(const json& answer, const char* name) {
  return answer.value(name, "");
}

/// Ada may log in.
struct Ada {
  House house;
  Ada() {
    const json wish{{"email", "Ada@example.com"},
                    {"role", "manager"},
                    {"password", right},
                    {"reason", "a test"}};
    EXPECT_EQ(house.post("/api/v1/users", wish.dump(), admin_token).status, 201);
  }
  Reply log_in(const char* password = right, const char* email = "ada@example.com",
               const char* headers = "") const {
    const json wish{{"email", email}, {"password", password}};
    return house.ask(request("POST", "/api/v1/auth/login", headers, wish.dump()));
  }
  Reply refresh(const std::string& token) const {
    return house.ask(
        request("POST", "/api/v1/auth/refresh", "", json{{"refresh_token", token}}.dump()));
  }
  Reply user(const char* what) const {
    return house.post("/api/v1/users/ada@example.com/" + std::string(what), R"({"reason":"x"})",
                      admin_token);
  }
  int may_read(const json& session) const {
    return house.get("/api/v1/contacts", text_of(session, "access_token")).status;
  }
};

TEST(Logins, LetInForAQuarterOfAnHourAtATime) {
  Ada ada;
  const auto session = body_of(ada.log_in());
  EXPECT_EQ(session["role"], "manager");
  EXPECT_EQ(ada.may_read(session), 200);
  const auto own = body_of(ada.house.get("/auth/token", text_of(session, "access_token")));
  EXPECT_EQ(own["source"], "login");
  EXPECT_EQ(own["expires_at"], session["expires_at"]);
  ada.house.clock.advance(std::chrono::minutes(15));
  const auto ended = ada.house.get("/api/v1/contacts", text_of(session, "access_token"));
  EXPECT_EQ(code_of(ended), "token_expired");
  const auto renewed = body_of(ada.refresh(text_of(session, "refresh_token")));
  EXPECT_EQ(ada.may_read(renewed), 200);
}

TEST(Logins, LastOverARestart) {
  Ada ada;
  const auto session = body_of(ada.log_in());
  ada.house.open();
  EXPECT_EQ(ada.may_read(session), 200);
  EXPECT_EQ(ada.refresh(text_of(session, "refresh_token")).status, 200);
}

TEST(Logins, EndWhenARefreshTokenIsUsedTwice) {
  Ada ada;
  const auto first = body_of(ada.log_in());
  const auto second = body_of(ada.refresh(text_of(first, "refresh_token")));
  EXPECT_EQ(ada.may_read(first), 401) << "the old one went with it";
  EXPECT_EQ(code_of(ada.refresh(text_of(first, "refresh_token"))), "invalid_token");
  EXPECT_EQ(ada.may_read(second), 401) << "somebody else may have it";
  EXPECT_EQ(code_of(ada.refresh(text_of(second, "refresh_token"))), "invalid_token");
}

TEST(Logins, EndAtALogout) {
  Ada ada;
  const auto session = body_of(ada.log_in());
  EXPECT_EQ(ada.house.post("/api/v1/auth/logout", "", text_of(session, "access_token")).status,
            200);
  EXPECT_EQ(ada.may_read(session), 401);
  EXPECT_EQ(ada.refresh(text_of(session, "refresh_token")).status, 401);
  EXPECT_EQ(code_of(ada.house.post("/api/v1/auth/logout", "", admin_token)), "no_session");
}

TEST(Logins, OfOneThatIsDisabledSayThatItIs) {
  Ada ada;
  const auto session = body_of(ada.log_in());
  EXPECT_EQ(ada.user("disable").status, 200);
  EXPECT_EQ(code_of(ada.user("disable")), "already_so");
  for (const auto& refused :
       {ada.log_in(), ada.refresh(text_of(session, "refresh_token")),
        ada.house.get("/api/v1/contacts", text_of(session, "access_token"))}) {
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("Account is disabled"));
  }
  EXPECT_EQ(code_of(ada.log_in("a wrong password")), "invalid_credentials") << "tells nobody else";
  EXPECT_EQ(ada.user("enable").status, 200);
  EXPECT_EQ(ada.may_read(session), 401) << "what was open then stays closed";
  EXPECT_EQ(ada.log_in().status, 200);
}

TEST(Logins, AreRefusedAlikeForAWrongPasswordAndAnUnknownUser) {
  Ada ada;
  const auto shape = [](const Reply& reply) {
    auto error = body_of(reply)["error"];
    error.erase("request_id");
    return std::to_string(reply.status) + error.dump();
  };
  const auto wrong = shape(ada.log_in("a wrong password"));
  EXPECT_THAT(wrong, HasSubstr("Invalid credentials"));
  EXPECT_EQ(shape(ada.log_in(right, "bob@example.com")), wrong);
  EXPECT_EQ(shape(ada.log_in(right, "ada@example.com", "X-Tenant-ID: initech\r\n")), wrong);
  EXPECT_EQ(code_of(ada.log_in(right, "nobody")), "bad_email");
}

TEST(Logins, AreLockedAfterFiveFailuresWithTheEndOfIt) {
  Ada ada;
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(ada.log_in("a wrong password").status, 401);
  const auto locked = ada.log_in();
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(code_of(locked), "account_locked");
  EXPECT_EQ(locked.headers.at("retry-after"), "900");
  const auto end = to_rfc3339(ada.house.clock.now() + std::chrono::minutes(15));
  EXPECT_EQ(body_of(locked)["error"]["details"]["locked_until"], end);
  const auto listed = body_of(ada.house.get("/api/v1/users", auditor_token));
  EXPECT_EQ(listed["items"][0]["locked_until"], end);
  ada.house.clock.advance(std::chrono::minutes(15));
  EXPECT_EQ(ada.log_in().status, 200);
}

TEST(Logins, ThatAreTooManyAtOnceAreSentAwayAndHoldUpNothing) {
  Ada ada;
  const json wish{{"email", "ada@example.com"}, {"password", right}};
  const auto bytes = request("POST", "/api/v1/auth/login", "", wish.dump());
  std::vector<Client> clients;
  for (int i = 0; i < 40; ++i)
    ASSERT_TRUE(clients.emplace_back(ada.house.connect()).send(bytes));
  EXPECT_EQ(ada.house.get("/api/v1/contacts", admin_token).status, 200);
  std::map<int, int> statuses;
  for (auto& client : clients) {
    const auto reply = client.read();
    ASSERT_TRUE(reply);
    ++statuses[reply->status];
    EXPECT_EQ(reply->headers.contains("retry-after"), reply->status == 429);
  }
  EXPECT_GE(statuses[200], 17) << "one under way and 16 that wait";
  EXPECT_GE(statuses[429], 1);
}

TEST(Logins, AreCountedByBlocksOfAddresses) {
  EXPECT_EQ(address_block("192.0.2.1"), address_block("192.0.2.254"));
  EXPECT_NE(address_block("192.0.2.1"), address_block("192.0.3.1"));
  EXPECT_EQ(address_block("2001:db8::1"), address_block("2001:db8::2:0:0:1"));
  EXPECT_NE(address_block("2001:db8::1"), address_block("2001:db8:0:1::1"));
}

TEST(Users, AreMadeWithAPasswordThatIsShownOnce) {
  House house;
  const auto answer =
      house.post("/api/v1/users",
                 R"({"email":"bob@example.com","role":"viewer","reason":"new here"})", admin_token);
  const auto password = text_of(body_of(answer), "password");
  EXPECT_GE(password.size(), 20U);
  const json wish{{"email", "bob@example.com"}, {"password", password}};
  EXPECT_EQ(house.ask(request("POST", "/api/v1/auth/login", "", wish.dump())).status, 200);
  const auto stored = house.log.at(Position{body_of(answer)["position"].get<std::uint64_t>()});
  ASSERT_TRUE(stored && *stored);
  EXPECT_THAT((*stored)->payload, AllOf(HasSubstr("$argon2id$"), Not(HasSubstr(password))));
  const auto event = house.get("/api/v1/events/" + body_of(answer)["position"].dump(), admin_token);
  EXPECT_THAT(event.body, Not(HasSubstr("argon2id"))) << "nobody may try guesses against it";
}

TEST(Users, GetAnotherPasswordAndTheOldOneIsOver) {
  Ada ada;
  const auto session = body_of(ada.log_in());
  const auto changed = body_of(ada.user("password"));
  EXPECT_EQ(ada.may_read(session), 401);
  EXPECT_EQ(code_of(ada.log_in()), "invalid_credentials");
  EXPECT_EQ(ada.log_in(text_of(changed, "password").c_str()).status, 200);
}

TEST(Users, AreAskedForInFull) {
  Ada ada;
  const auto refused = [&](json wish) {
    wish.emplace("reason", "a test");
    wish.emplace("email", "bob@example.com");
    wish.emplace("role", "viewer");
    return code_of(ada.house.post("/api/v1/users", wish.dump(), admin_token));
  };
  EXPECT_EQ(refused({{"email", "ADA@example.com"}}), "user_exists");
  EXPECT_EQ(refused({{"email", "bob"}}), "bad_email");
  EXPECT_EQ(refused({{"role", "api"}}), "bad_role");
  EXPECT_EQ(refused({{"password", "short"}}), "bad_password");
  EXPECT_EQ(refused({{"reason", ""}}), "bad_reason");
  EXPECT_EQ(code_of(ada.house.post("/api/v1/users/bob@example.com/disable", R"({"reason":"x"})",
                                   admin_token)),
            "not_found");
}

TEST(Users, WhoAdministerGiveTokensThatOutlastTheirSession) {
  House house;
  const json wish{
      {"email", "eve@example.com"}, {"role", "admin"}, {"password", right}, {"reason", "a test"}};
  house.post("/api/v1/users", wish.dump(), admin_token);
  const json login{{"email", "eve@example.com"}, {"password", right}};
  const auto session = body_of(house.ask(request("POST", "/api/v1/auth/login", "", login.dump())));
  const auto made = house.post("/api/v1/tokens", R"({"name":"x","role":"admin","reason":"a test"})",
                               text_of(session, "access_token"));
  EXPECT_EQ(made.status, 201) << made.body;
}

/// A tenant that is suspended from the machine itself.
class SuspendedLogins : public LocalHouse {};

TEST_F(SuspendedLogins, AreRefusedWithTheReasonOnceThePasswordWasRight) {
  auto& here = house();
  const json wish{
      {"email", "ada@example.com"}, {"role", "viewer"}, {"password", right}, {"reason", "a test"}};
  here.post("/api/v1/users", wish.dump(), admin_token);
  connect().ask(request("POST", "/api/v1/tenants/acme/suspend", "", R"({"reason":"unpaid"})"));
  const auto log_in = [&](const char* password) {
    const json login{{"email", "ada@example.com"}, {"password", password}};
    return here.ask(request("POST", "/api/v1/auth/login", "", login.dump()));
  };
  EXPECT_EQ(code_of(log_in(right)), "tenant_suspended");
  EXPECT_THAT(log_in(right).body, HasSubstr("unpaid"));
  EXPECT_EQ(code_of(log_in("a wrong password")), "invalid_credentials");
}

} // namespace
} // namespace tidemark::gateway::test::logins_test
