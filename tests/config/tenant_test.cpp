#include "config/check_config.hpp"
#include "config/load.hpp"
#include "tests/config/fake_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace tidemark::config::tenant_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const TenantId acme("acme");
const std::string table =
    "connectors = [{ name = 'aloware', type = 'aloware', webhook_password = { env "
    "= 'PASSWORD' }, token = { env = 'TOKEN' } }]\n";

LoadedTenant load(const std::string& toml) {
  return load_tenant(toml, acme, "conf/t.toml", FakeEnvironment());
}
std::vector<std::string> faults_of(const std::string& toml) {
  std::vector<std::string> out;
  for (const auto& fault : load(toml).faults)
    out.push_back(to_text(fault));
  return out;
}

TEST(Tenant, IsTheSameTableWhetherInTheFileOrByItself) {
  const auto bare = load("name = 'Acme Ltd.'\npublic_page = false\n" + table);
  ASSERT_TRUE(bare.ok()) << to_text(bare.faults.front());
  EXPECT_EQ(bare.tenant.id, acme);
  EXPECT_EQ(bare.tenant.name, "Acme Ltd.");
  EXPECT_FALSE(bare.tenant.public_page);
  ASSERT_EQ(bare.tenant.connectors.size(), 1U);
  EXPECT_EQ(bare.tenant.connectors[0].settings.name, ConnectorName("aloware"));
  const auto named =
      load("[[tenants]]\nid = 'acme'\nname = 'Acme Ltd.'\npublic_page = false\n" + table);
  ASSERT_TRUE(named.ok()) << to_text(named.faults.front());
  EXPECT_EQ(named.tenant.recorded, bare.tenant.recorded);
}

TEST(Tenant, IsRecordedWithoutCommentsAndReadsTheSameAgain) {
  const auto first = load("# the password is hunter2\n" + table);
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(first.tenant.recorded, Not(HasSubstr("hunter2")));
  EXPECT_THAT(first.tenant.recorded, HasSubstr("PASSWORD"));
  const auto again = load(first.tenant.recorded);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.tenant.recorded, first.tenant.recorded);
}

TEST(Tenant, IsNamedAsARiskWhenItDropsWebhooks) {
  const std::string name = testing::TempDir() + "/dropping.toml";
  std::ofstream(name) << "[server]\ntenant_subdomains = 'example.org'\n[[tenants]]\nid = 'acme'\n"
                         "drop_when_suspended = true\n"
                      << table;
  std::ostringstream out;
  EXPECT_EQ(run_check_config({.file = name}, FakeEnvironment(), out), 0) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("tenants[acme].drop_when_suspended is set"));
}

TEST(Tenant, HasTheFaultsOfTheFile) {
  EXPECT_THAT(faults_of("colour = 'red'\n" + table),
              ElementsAre(HasSubstr("tenant acme:1: tenants[acme].colour: ")));
  EXPECT_THAT(faults_of("connectors = [{ name = 'a', type = 'aloware', token = 'canary-5f1d7c', "
                        "webhook_password = { env = 'PASSWORD' } }]"),
              ElementsAre(testing::AllOf(HasSubstr("a secret must not stand in this file"),
                                         Not(HasSubstr("canary")))));
  EXPECT_THAT(faults_of("id = 'globex'\n" + table),
              ElementsAre(HasSubstr("another than the one given")));
  EXPECT_THAT(faults_of("[[tenants]]\n" + table + "[[tenants]]\n"),
              ElementsAre(HasSubstr("more than one table")));
  EXPECT_THAT(faults_of("a = = 1"), ElementsAre(HasSubstr("TOML")));
  EXPECT_THAT(faults_of(""), Not(ElementsAre()));
}

} // namespace
} // namespace tidemark::config::tenant_test
