#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::config::oauth_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string before = "[[tenants]]\nid = \"acme\"\n[[tenants.connectors]]\nname = \"crm\"\n"
                           "type = \"gohighlevel\"\nlocation_id = \"LOC\"\n"; // 6 lines

auto loaded(const std::string& more) {
  return load_config(before + more, "t.toml", FakeEnvironment());
}

std::vector<std::string> faults_of(const std::string& more) {
  std::vector<std::string> out;
  for (const auto& fault : loaded(more).faults)
    out.push_back(to_text(fault));
  return out;
}

TEST(OauthSection, IsReadWithItsSecret) {
  const auto config =
      loaded("oauth = { client_id = \"app-1\", client_secret = { env = \"TOKEN\" }, "
             "redirect_uri = \"https://us.example.com/back\" }\n");
  ASSERT_THAT(config.faults, IsEmpty());
  const auto& crm = config.config.tenants.front().connectors.front();
  EXPECT_TRUE(crm.uses_oauth());
  EXPECT_EQ(crm.settings.get("oauth.client_id"), "app-1");
  EXPECT_EQ(crm.settings.get("oauth.redirect_uri"), "https://us.example.com/back");
  EXPECT_TRUE(crm.settings.has_secret("oauth.client_secret"));
  EXPECT_EQ(crm.settings.get("oauth.client_secret"), "") << "a secret is no value";
}

TEST(OauthSection, ATokenIsEnoughWithoutIt) {
  const auto config = loaded("token = { env = \"TOKEN\" }\n");
  EXPECT_THAT(config.faults, IsEmpty());
  EXPECT_FALSE(config.config.tenants.front().connectors.front().uses_oauth());
}

TEST(OauthSection, OneOfTheTwoIsNeeded) {
  EXPECT_THAT(faults_of(""), ElementsAre(HasSubstr("token is missing")));
  EXPECT_THAT(faults_of("token = { env = \"TOKEN\" }\noauth = { client_id = \"app-1\", "
                        "client_secret = { env = \"TOKEN\" } }\n"),
              ElementsAre(HasSubstr("token and oauth are both given")));
}

TEST(OauthSection, IdAndSecretBelongTogether) {
  EXPECT_THAT(faults_of("oauth = { client_id = \"app-1\" }\n"),
              ElementsAre(HasSubstr("belong together")));
}

TEST(OauthSection, OneThatNamesNoAppIsAFault) {
  EXPECT_THAT(faults_of("token = { env = \"TOKEN\" }\noauth = {}\n"),
              ElementsAre("t.toml:8: tenants[acme].connectors[crm].oauth: it names no app: write "
                          "client_id and client_secret, or remove it"));
}

TEST(OauthSection, AnUnknownKeyInItIsAFault) {
  EXPECT_THAT(faults_of("oauth = { client_id = \"app-1\", client_secret = { env = \"TOKEN\" }, "
                        "client_idd = \"x\" }\n"),
              ElementsAre(HasSubstr("oauth.client_idd: there is no such key: did you mean "
                                    "client_id?")));
}

TEST(OauthSection, TheSecretDoesNotStandInTheFile) {
  EXPECT_THAT(faults_of("oauth = { client_id = \"app-1\", client_secret = \"canary-5f1d7c\" }\n"),
              testing::Contains(HasSubstr("a secret must not stand in this file")));
  for (const auto& fault :
       faults_of("oauth = { client_id = \"app-1\", client_secret = \"canary-5f1d7c\" }\n"))
    EXPECT_EQ(fault.find("canary"), std::string::npos);
}

TEST(BreakerSettings, AreCheckedAndHaveDefaults) {
  const auto config = loaded("token = { env = \"TOKEN\" }\nbreaker_failures = 7\n");
  ASSERT_THAT(config.faults, IsEmpty());
  const auto& crm = config.config.tenants.front().connectors.front();
  EXPECT_EQ(crm.breaker_failures, 7U);
  EXPECT_EQ(crm.breaker_pause_ms, 60'000U);
  EXPECT_EQ(crm.breaker_successes, 3U);
  EXPECT_THAT(faults_of("token = { env = \"TOKEN\" }\nbreaker_pause_ms = 5\n"),
              ElementsAre(HasSubstr("write a whole number from 100 to 3600000")));
}

} // namespace
} // namespace tidemark::config::oauth_test
