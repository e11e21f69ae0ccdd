#include "tests/sandbox/harness.hpp"

#include <gtest/gtest.h>

namespace tidemark::sandbox::test::gohighlevel_oauth_test {
namespace {

void expect_exactly(const Answer& answer, const std::string& file) {
  EXPECT_EQ(sorted(answer.json()), sorted(parse_json(fixture("gohighlevel/" + file)))) << file;
}
void expect_members(const Answer& answer, const std::string& file) {
  EXPECT_EQ(member_paths(answer.json()), member_paths(parse_json(fixture("gohighlevel/" + file))));
}

std::string code_for(const Running& run, const std::string& user_type) {
  return text_of(
      run.control("POST", "/play/gohighlevel/install", {{"user_type", user_type}}).json(), "code");
}

/// Reads a contact that is not there: 400 with a good token, 401 with a bad one.
long read_with(const Running& run, const std::string& token) {
  return call("GET", run.url("gohighlevel") + "/contacts/x",
              {"Version: 2021-07-28", "Authorization: Bearer " + token})
      .status;
}

TEST(GohighlevelOauth, ACodeIsGoodOnce) {
  const Running run;
  const auto form = "grant_type=authorization_code&code=" + code_for(run, "Location");
  const auto first = run.oauth(form);
  EXPECT_EQ(first.status, 200);
  expect_members(first, "api-oauth-token-200-location.json");
  EXPECT_EQ(read_with(run, text_of(first.json(), "access_token")), 400);
  EXPECT_EQ(read_with(run, Settings{}.ghl_token), 400) << "the static one still works";
  const auto second = run.oauth(form);
  EXPECT_EQ(second.status, 401);
  expect_exactly(second, "api-oauth-token-401-bad-code.json");
}

TEST(GohighlevelOauth, ARefreshSpendsTheRefreshToken) {
  const Running run;
  const auto refresh = [&](const std::string& token) {
    return run.oauth("grant_type=refresh_token&refresh_token=" + token);
  };
  const auto first = refresh(Settings{}.ghl_refresh_token);
  EXPECT_EQ(first.status, 200);
  expect_members(first, "api-oauth-token-200-location.json");
  const auto spent = refresh(Settings{}.ghl_refresh_token);
  EXPECT_EQ(spent.status, 400);
  expect_exactly(spent, "api-oauth-token-400-invalid-refresh.json");
  EXPECT_EQ(refresh(text_of(first.json(), "refresh_token")).status, 200);
}

TEST(GohighlevelOauth, APausedLocationKeepsTheRefreshTokenGood) {
  const Running run;
  run.set({{"ghl_location_active", false}});
  const auto form = "grant_type=refresh_token&refresh_token=" + Settings{}.ghl_refresh_token;
  const auto paused = run.oauth(form);
  EXPECT_EQ(paused.status, 400);
  expect_exactly(paused, "api-oauth-token-400-location-not-active.json");
  run.set({{"ghl_location_active", true}});
  EXPECT_EQ(run.oauth(form).status, 200);
}

TEST(GohighlevelOauth, OnlyFormsWithTheClientsKeysAreTaken) {
  const Running run;
  const auto url = run.url("gohighlevel") + "/oauth/token";
  const Json body{{"grant_type", "refresh_token"}, {"refresh_token", Settings{}.ghl_refresh_token}};
  EXPECT_EQ(call("POST", url, {"Content-Type: application/json"}, to_text(body)).status, 422);
  EXPECT_EQ(call("POST", url, {"Content-Type: application/x-www-form-urlencoded"},
                 "grant_type=refresh_token&refresh_token=" + Settings{}.ghl_refresh_token)
                .status,
            401);
  EXPECT_EQ(
      run.oauth("grant_type=refresh_token&refresh_token=" + Settings{}.ghl_refresh_token).status,
      200)
      << "a refused request spends nothing";
}

TEST(GohighlevelOauth, AnEndedAccessTokenIsAnInvalidJwt) {
  const Running run;
  run.set({{"ghl_access_token_s", 0}});
  auto token = run.oauth("grant_type=authorization_code&code=" + code_for(run, "Location")).json();
  EXPECT_EQ(token["expires_in"], 0);
  EXPECT_EQ(read_with(run, text_of(token, "access_token")), 401);
  run.set({{"ghl_access_token_s", 86'399}});
  token =
      run.oauth("grant_type=refresh_token&refresh_token=" + text_of(token, "refresh_token")).json();
  EXPECT_EQ(read_with(run, text_of(token, "access_token")), 400);
  run.control("POST", "/play/gohighlevel/end-tokens");
  const auto ended =
      call("GET", run.url("gohighlevel") + "/contacts/x",
           {"Version: 2021-07-28", "Authorization: Bearer " + text_of(token, "access_token")});
  EXPECT_EQ(ended.status, 401);
  expect_exactly(ended, "api-error-401-bad-token.json");
}

TEST(GohighlevelOauth, ACompanyTokenMintsLocationTokensAndNothingElse) {
  const Running run;
  const auto answer = run.oauth("grant_type=authorization_code&code=" + code_for(run, "Company"));
  expect_members(answer, "api-oauth-token-200-company.json");
  const auto company = text_of(answer.json(), "access_token");
  EXPECT_EQ(read_with(run, company), 401);
  const auto mint = [&](const std::string& bearer, const std::string& location) {
    return call("POST", run.url("gohighlevel") + "/oauth/locationToken",
                {"Version: 2021-07-28", "Authorization: Bearer " + bearer,
                 "Content-Type: application/x-www-form-urlencoded"},
                "companyId=CMPexample0000000001&locationId=" + location);
  };
  const auto minted = mint(company, Settings{}.ghl_location);
  EXPECT_EQ(minted.status, 201);
  expect_members(minted, "api-location-token-201.json");
  EXPECT_EQ(read_with(run, text_of(minted.json(), "access_token")), 400);
  EXPECT_EQ(mint(company, "LOCelse").status, 403);
  EXPECT_EQ(mint(Settings{}.ghl_token, Settings{}.ghl_location).status, 401);
}

TEST(GohighlevelOauth, EachFamilyOfCallsWantsItsVersion) {
  const Running run;
  const auto get = [&](const std::string& path, const std::string& version) {
    return call("GET", run.url("gohighlevel") + path,
                {"Version: " + version, "Authorization: Bearer " + Settings{}.ghl_token})
        .status;
  };
  EXPECT_EQ(get("/contacts/x", "2021-07-28"), 400);
  EXPECT_EQ(get("/contacts/x", "2021-04-15"), 401);
  EXPECT_EQ(get("/contacts/x", "july"), 400);
  const std::string search = "/conversations/search?locationId=" + Settings{}.ghl_location;
  EXPECT_EQ(get(search, "2021-04-15"), 200);
  EXPECT_EQ(get(search, "2021-07-28"), 401);
  EXPECT_EQ(get(search, "2023-02-21"), 200);
}

} // namespace
} // namespace tidemark::sandbox::test::gohighlevel_oauth_test
