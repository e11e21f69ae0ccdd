#include "config/differences.hpp"

#include <gtest/gtest.h>

namespace tidemark::config::differences_test {
namespace {

std::string text_of(const std::vector<Difference>& all) {
  std::string out;
  for (const auto& one : all)
    out += one.key + ":" + one.from.value_or("-") + ">" + one.to.value_or("-") + " ";
  return out;
}

TEST(Differences, NameWhatIsAnotherNewOrGone) {
  EXPECT_EQ(text_of(differences({{"a", "1", "default"}, {"b", "2", "f:1"}, {"c", "3", "f:2"}},
                                {{"a", "1", "f:9"}, {"b", "5", "f:1"}, {"d", "4", "f:3"}})),
            "b:2>5 d:->4 c:3>- ");
  EXPECT_EQ(text_of(differences({{"a", "1", "default"}}, {{"a", "1", "f:2"}})), "")
      << "where a value stands is no difference";
}

TEST(Differences, OfSecretsTellOnlyWhereTheyAre) {
  EXPECT_EQ(text_of(differences({{"token", "***", "environment A"}},
                                {{"token", "***", "environment B"}})),
            "token:*** from environment A>*** from environment B ");
  EXPECT_EQ(text_of(differences({{"token", "***", "environment A"}},
                                {{"token", "***", "environment A"}})),
            "");
}

TEST(Differences, OnlySomeKeysCanBeAnotherWhileTheServiceRuns) {
  for (const auto* key :
       {"alerts.many", "alerts.answer_ms", "log.level",
        "tenants[acme].connectors[crm].requests_per_second", "tenants[a].connectors[b].burst",
        "tenants[acme].connectors[crm].concurrency", "tenants[a].connectors[b].silence_minutes"})
    EXPECT_TRUE(is_reloadable(key)) << key;
  for (const auto* key :
       {"server.listen", "log.dir", "alerts.receivers[ops].url", "tenants[acme].id",
        "sync.precedence", "tenants[acme].connectors[crm].token",
        "tenants[acme].connectors[crm].map.burst", "tenants[acme].connectors[crm].timeout_ms",
        "api.tokens[x].role", "burst", ""})
    EXPECT_FALSE(is_reloadable(key)) << key;
}

} // namespace
} // namespace tidemark::config::differences_test
