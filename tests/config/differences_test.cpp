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

TEST(Differences, OfATenantThatWasMadeAreTakenAtOnceForSomeKeys) {
  for (const auto* key :
       {"tenants[acme].public_page", "tenants[acme].drop_when_suspended",
        "tenants[acme].connectors[crm].burst", "tenants[acme].connectors[crm].webhooks_per_minute"})
    EXPECT_TRUE(is_settable(key)) << key;
  for (const auto* key :
       {"tenants[acme].quiet_hours", "tenants[acme].connectors", "alerts.many", "log.level",
        "tenants[acme].connectors[crm].public_page", "tenants[acme].connectors[crm].timeout_ms",
        "tenants[acme].connectors[crm].map.webhooks_per_minute", "public_page", ""})
    EXPECT_FALSE(is_settable(key)) << key;
  EXPECT_EQ(restart_keys({{"tenants[a].public_page", "true", "false"},
                          {"tenants[a].quiet_hours", "table", "off"},
                          {"tenants[a].connectors[b].burst", std::nullopt, "20"}}),
            (std::vector<std::string>{"tenants[a].quiet_hours", "tenants[a].connectors[b].burst"}))
      << "what begins with a connector begins with a restart";
}

TEST(Differences, OfATenantNameTheOrderOfItsConnectorsToo) {
  const auto tenant = [](const std::vector<const char*>& names) {
    LoadedTenant out;
    out.tenant.id = TenantId("acme");
    for (const auto* name : names)
      out.tenant.connectors.emplace_back().settings.name = ConnectorName(name);
    out.effective = {{"tenants[acme].name", names.front(), "f:1"}};
    return out;
  };
  EXPECT_EQ(text_of(tenant_differences(tenant({"crm", "dialer"}), tenant({"dialer", "crm"}))),
            "tenants[acme].connectors:crm, dialer>dialer, crm ");
  EXPECT_EQ(text_of(tenant_differences(tenant({"crm"}), tenant({"crm"}))), "");
}

} // namespace
} // namespace tidemark::config::differences_test
