#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/oauth.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::gohighlevel::oauth_test {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 8 / 14}};

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values = {{"base_url", "https://ghl.example.com"},
                {"location_id", "LOC1"},
                {"oauth.client_id", "app-1"},
                {"oauth.redirect_uri", "https://us.example.com/back?x=1"}};
  out.secrets.emplace("oauth.client_secret", SecretText("s&cret"));
  return out;
}

HttpAnswer answer(std::uint32_t status, std::string body) {
  HttpAnswer out;
  out.status = status;
  out.body = std::move(body);
  return out;
}

std::string error_of(const HttpAnswer& got) {
  const auto grant = oauth.read(got, settings(), now);
  return grant ? "" : grant.error().code;
}

TEST(GohighlevelOauth, ACodeIsExchangedByAForm) {
  const auto request = oauth.exchange("c/1", settings());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://ghl.example.com/oauth/token");
  EXPECT_EQ(request.body, "client_id=app-1&client_secret=s%26cret&grant_type=authorization_code"
                          "&code=c%2F1&user_type=Location"
                          "&redirect_uri=https%3A%2F%2Fus.example.com%2Fback%3Fx%3D1");
}

TEST(GohighlevelOauth, ARenewalShowsTheRefreshTokenAndNoAccessToken) {
  Grant grant;
  grant.access = SecretText("access");
  grant.refresh = SecretText("refresh");
  const auto request = oauth.renew(grant, settings());
  EXPECT_NE(request.body.find("grant_type=refresh_token&refresh_token=refresh"), std::string::npos);
  EXPECT_EQ(request.body.find("access"), std::string::npos);
  for (const auto& [name, value] : request.headers)
    EXPECT_NE(name, "Authorization");
}

TEST(GohighlevelOauth, ReadsTheTokensOfALocation) {
  const auto grant =
      oauth.read(answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":86399,)"
                             R"("userType":"Location","companyId":"C","locationId":"LOC1"})"),
                 settings(), now);
  ASSERT_TRUE(grant) << grant.error().text;
  EXPECT_EQ(grant->access.reveal(), "a");
  EXPECT_EQ(grant->refresh.reveal(), "r");
  EXPECT_FALSE(grant->whole_company);
  EXPECT_EQ(grant->expires_at, now + 86399s);
}

TEST(GohighlevelOauth, ATokenOfTheCompanyMakesOneForTheLocation) {
  const auto grant =
      oauth.read(answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":86399,)"
                             R"("userType":"Company","companyId":"C"})"),
                 settings(), now);
  ASSERT_TRUE(grant) << grant.error().text;
  EXPECT_TRUE(grant->whole_company);
  const auto request = oauth.narrow(*grant, settings());
  EXPECT_EQ(request.url, "https://ghl.example.com/oauth/locationToken");
  EXPECT_EQ(request.body, "companyId=C&locationId=LOC1");
}

TEST(GohighlevelOauth, SaysWhatARefusalMeansForTheToken) {
  EXPECT_EQ(error_of(answer(400, R"({"message":"Invalid grant: refresh token is invalid"})")),
            "reconnect_needed");
  EXPECT_EQ(error_of(answer(400, R"({"message":"Location is not active"})")), "account_inactive");
  EXPECT_EQ(error_of(answer(401, R"({"error":"UnAuthorized!","error_description":)"
                                 R"("Authorization code not found"})")),
            "reconnect_needed");
  EXPECT_EQ(error_of(answer(401, R"({"error":"UnAuthorized!","error_description":)"
                                 R"("Invalid client credentials!"})")),
            "wrong_client");
  EXPECT_EQ(error_of(answer(503, "")), "vendor_failed");
  EXPECT_EQ(error_of(answer(200, "<html>")), "answer_not_understood");
  EXPECT_EQ(error_of(answer(200, R"({"access_token":"a"})")), "answer_not_understood");
  EXPECT_EQ(error_of(answer(200, R"({"access_token":"a","expires_in":9,"userType":"Location",)"
                                 R"("locationId":"LOC2"})")),
            "account_differs");
  HttpAnswer silent;
  silent.transport = Reason::timeout;
  EXPECT_EQ(error_of(silent), "no_answer");
  silent.sent = false;
  EXPECT_EQ(error_of(silent), "not_sent");
}

TEST(GohighlevelOauth, ThePageForPeopleHoldsNoSecret) {
  const auto page = oauth.authorization_url(settings());
  EXPECT_NE(page.find("client_id=app-1"), std::string::npos);
  EXPECT_EQ(page.find("cret"), std::string::npos);
}

TEST(StoredTokens, AreReadAsTheyWereWritten) {
  StoredTokens tokens{"LOC1",
                      {SecretText("a\"b"), SecretText("r"), now, now + 1h, true, "C"},
                      Grant{SecretText("n"), {}, now, now + 30min, false, ""},
                      true};
  const auto read = read_tokens(to_text(tokens).reveal());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(to_text(*read).reveal(), to_text(tokens).reveal());
  EXPECT_EQ(read->grant.access.reveal(), "a\"b");
  EXPECT_TRUE(read->renewing);
  EXPECT_EQ(read->in_use()->access.reveal(), "n");
}

TEST(StoredTokens, ADamagedFileIsNamedWithoutItsContents) {
  for (const auto* text : {"", "{", R"({"grant":{"access_token":"a"}})",
                           R"({"grant":{"access_token":"sesame","issued_at":"x"}})"}) {
    const auto read = read_tokens(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "tokens_damaged");
    EXPECT_EQ(read.error().text.find("sesame"), std::string::npos);
  }
}

TEST(StoredTokens, AreDueBeforeTheyEndButNotInTheFirstHalfOfTheirLife) {
  Grant day{SecretText("a"), {}, now, now + 24h, false, ""};
  EXPECT_EQ(renewal_due(day, 300s), now + 24h - 300s);
  Grant moment{SecretText("a"), {}, now, now + 4s, false, ""};
  EXPECT_EQ(renewal_due(moment, 300s), now + 2s);
}

TEST(GohighlevelLimits, AreReadFromTheHeaders) {
  HttpAnswer got;
  got.limits = {{"x-ratelimit-max", "100"},
                {"x-ratelimit-remaining", "98"},
                {"x-ratelimit-interval-milliseconds", "10000"},
                {"x-ratelimit-limit-daily", "200000"},
                {"x-ratelimit-daily-remaining", "199998"}};
  auto limits = stated_limits(got, now);
  EXPECT_EQ(limits.limit, 100U);
  EXPECT_EQ(limits.remaining, 98U);
  EXPECT_EQ(limits.window, 10s);
  EXPECT_EQ(limits.day_limit, 200'000U);
  EXPECT_EQ(limits.day_remaining, 199'998U);
  EXPECT_FALSE(limits.day_resets);
  got.limits.emplace_back("x-ratelimit-daily-reset", "3600000");
  EXPECT_EQ(stated_limits(got, now).day_resets, now + 1h);
  got.limits.back().second = "1786752000000";
  EXPECT_EQ(stated_limits(got, now).day_resets, Timestamp{1'786'752'000s});
}

TEST(GohighlevelLimits, WhatIsNoNumberIsNotBelieved) {
  HttpAnswer got;
  got.limits = {{"x-ratelimit-max", "many"},
                {"x-ratelimit-remaining", "-1"},
                {"x-ratelimit-interval-milliseconds", "99999999999999999999"},
                {"x-ratelimit-daily-remaining", "5"},
                {"x-ratelimit-daily-remaining", "6"}};
  EXPECT_EQ(stated_limits(got, now), domain::StatedLimits{});
}

} // namespace
} // namespace tidemark::connectors::gohighlevel::oauth_test
