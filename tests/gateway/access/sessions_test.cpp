#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::sessions_test {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* own = "X-Tidemark-Request: 1\r\n";

std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string(token) + "\r\n";
}
std::string code_of(const Reply& reply) {
  return json::parse(reply.body, nullptr, false)["error"].value("code", "");
}
/// As a browser sends it back; also when it is `Secure`.
std::string cookie_of(const Reply& reply) {
  const auto& set = reply.headers.at("set-cookie");
  return "Cookie: other=1; " + set.substr(0, set.find(';')) + "\r\n";
}

/// A token made in the log, a user, and what a browser does with them.
struct Browser {
  House house;
  std::string token, token_id;
  Browser() {
    const json user{{"email", "ada@example.com"},
                    {"role", "manager"},
                    {"password", "correct horse battery"},
                    {"reason", "a test"}};
    EXPECT_EQ(house.post("/api/v1/users", user.dump(), admin_token).status, 201);
    const json wish{{"name", "desk"}, {"role", "manager"}, {"reason", "a test"}};
    const auto made =
        json::parse(house.post("/api/v1/tokens", wish.dump(), admin_token).body, nullptr, false);
    token = made.value("token", "");
    token_id = made.value("id", "");
  }
  Reply open(const std::string& headers, const std::string& body = "") const {
    return house.ask(request("POST", "/api/v1/session", headers, body));
  }
  Reply open_as_ada() const {
    return open(own, R"({"email":"ada@example.com","password":"correct horse battery"})");
  }
  Reply read(const std::string& cookie) const {
    return house.ask(request("GET", "/api/v1/contacts", cookie));
  }
  Reply admin(const std::string& path) const {
    return house.post("/api/v1" + path, R"({"reason":"x"})", admin_token);
  }
};

TEST(Sessions, StandForATokenInACookieThatNoScriptReads) {
  const Browser browser;
  const auto opened = browser.open(own + bearer(browser.token));
  ASSERT_EQ(opened.status, 200) << opened.body;
  const auto& set = opened.headers.at("set-cookie");
  EXPECT_THAT(set, StartsWith("tidemark=tdc_"));
  EXPECT_THAT(set, EndsWith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(set, Not(HasSubstr(browser.token)));
  EXPECT_THAT(opened.body, Not(HasSubstr(browser.token)));
  EXPECT_EQ(browser.read(cookie_of(opened)).status, 200);
  EXPECT_EQ(browser.read("").status, 401);
  EXPECT_EQ(browser.read("Cookie: tidemark=tdc_guess\r\n").status, 401);
  EXPECT_EQ(browser.read(bearer("guess") + cookie_of(opened)).status, 401);
}

TEST(Sessions, AreSecureWhereTheBrowserIsElsewhere) {
  const Browser browser;
  const auto proxy = std::string("X-Forwarded-For: 192.0.2.1\r\n");
  const auto opened = browser.open(own + proxy + bearer(browser.token));
  ASSERT_EQ(opened.status, 200);
  EXPECT_THAT(opened.headers.at("set-cookie"), StartsWith("__Host-tidemark=tdc_"));
  EXPECT_THAT(opened.headers.at("set-cookie"), EndsWith("; SameSite=Strict; Secure"));
  EXPECT_EQ(browser.read(proxy + cookie_of(opened)).status, 200);
  EXPECT_EQ(browser.read(cookie_of(opened)).status, 401) << "its name is of the other way in";
}

TEST(Sessions, ChangeNothingForPagesOfOthers) {
  const Browser browser;
  const auto opened = browser.open(own + bearer(browser.token));
  const auto cookie = cookie_of(opened);
  const auto pause = [&](const std::string& headers) {
    return browser.house.ask(request("POST", "/api/v1/session/end", headers, R"({"reason":"x"})"));
  };
  EXPECT_EQ(code_of(pause(cookie)), "request_header_needed");
  for (const auto* site : {"cross-site", "same-site", "none"}) {
    const auto from = "Sec-Fetch-Site: " + std::string(site) + "\r\n";
    EXPECT_EQ(code_of(pause(cookie + own + from)), "foreign_page") << site;
    EXPECT_EQ(code_of(browser.open(own + from + bearer(browser.token))), "foreign_page") << site;
  }
  EXPECT_EQ(code_of(browser.open(bearer(browser.token))), "request_header_needed");
  const auto renew = [&](const std::string& headers) {
    return browser.house.ask(
        request("GET", "/api/v1/auth/token?connector=crm&refresh=true", headers));
  };
  EXPECT_EQ(code_of(renew(cookie)), "request_header_needed") << "it is a change";
  EXPECT_EQ(code_of(renew(cookie + own + "Sec-Fetch-Site: cross-site\r\n")), "foreign_page");
  EXPECT_EQ(browser.open(own + bearer(browser.token) + "Sec-Fetch-Site: same-origin\r\n").status,
            200);
}

TEST(Sessions, EndWithTheirToken) {
  const Browser browser;
  const auto cookie = cookie_of(browser.open(own + bearer(browser.token)));
  ASSERT_EQ(browser.read(cookie).status, 200);
  ASSERT_LT(browser.admin("/tokens/" + browser.token_id + "/revoke").status, 300);
  EXPECT_EQ(code_of(browser.read(cookie)), "invalid_token");
  EXPECT_EQ(code_of(browser.open(own + bearer(browser.token))), "invalid_token");
}

TEST(Sessions, EndAfterEightHours) {
  Browser browser;
  const auto of_token = cookie_of(browser.open(own + bearer(browser.token)));
  const auto of_user = cookie_of(browser.open_as_ada());
  browser.house.clock.advance(std::chrono::hours(8) - std::chrono::seconds(1));
  EXPECT_EQ(browser.read(of_token).status, 200);
  EXPECT_EQ(browser.read(of_user).status, 200);
  browser.house.clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(browser.read(of_token).status, 401);
  EXPECT_EQ(browser.read(of_user).status, 401);
}

TEST(Sessions, OfAUserEndWhenTheUserIsDisabled) {
  const Browser browser;
  const auto opened = browser.open_as_ada();
  ASSERT_EQ(opened.status, 200) << opened.body;
  const auto cookie = cookie_of(opened);
  ASSERT_EQ(browser.read(cookie).status, 200);
  ASSERT_LT(browser.admin("/users/ada@example.com/disable").status, 300);
  EXPECT_NE(browser.read(cookie).status, 200);
  EXPECT_EQ(browser.open(own, R"({"email":"ada@example.com","password":"wrong"})").status, 401);
}

TEST(Sessions, EndWhenTheirOwnerSaysSo) {
  const Browser browser;
  for (const auto& opened : {browser.open(own + bearer(browser.token)), browser.open_as_ada()}) {
    const auto cookie = cookie_of(opened);
    const auto ended = browser.house.ask(request("POST", "/api/v1/session/end", own + cookie, ""));
    EXPECT_EQ(ended.status, 200) << ended.body;
    EXPECT_THAT(ended.headers.at("set-cookie"), HasSubstr("Max-Age=0"));
    EXPECT_EQ(browser.read(cookie).status, 401);
  }
  EXPECT_EQ(browser.house.get("/api/v1/contacts", browser.token).status, 200) << "the token stays";
}

class SuspendedTenants : public LocalHouse {};

TEST_F(SuspendedTenants, EndTheirSessions) {
  auto& known = house([](auto& o) {
    for (auto& token : o.tokens)
      token.tenant = TenantId("acme");
  });
  const auto opening = request("POST", "/api/v1/session", own + bearer(admin_token), "");
  const auto reading = request("GET", "/api/v1/contacts", cookie_of(known.ask(opening)));
  ASSERT_EQ(known.ask(reading).status, 200);
  const auto suspend = request("POST", "/api/v1/tenants/acme/suspend", "", R"({"reason":"x"})");
  ASSERT_EQ(connect().ask(suspend).status, 200);
  EXPECT_EQ(code_of(known.ask(reading)), "tenant_suspended");
  EXPECT_EQ(code_of(known.ask(opening)), "tenant_suspended");
}

} // namespace
} // namespace tidemark::gateway::test::sessions_test
