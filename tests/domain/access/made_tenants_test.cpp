#include "domain/access/tenants.hpp"
#include "domain/access/tokens.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::test::made_tenants_test {
namespace {

using namespace std::chrono_literals;

const TenantId initech("initech");
const Timestamp noon{std::chrono::hours{400'000}};

AccessState made() {
  AccessState state;
  evolve(state, TenantId("engine"),
         events::TenantCreated{initech, "Initech", "id = 'initech'", "new", "ada", ""}, noon);
  return state;
}
std::string code_of(const Result<const MadeTenant*>& found) {
  return found ? "" : found.error().code;
}

TEST(MadeTenants, AreThereUntilTheyHaveEnded) {
  auto state = made();
  EXPECT_EQ(code_of(still_there(state.made, initech)), "");
  EXPECT_EQ(code_of(still_there(state.made, TenantId("hooli"))), "not_found");
  evolve(state.made, events::TenantRenamed{initech, "Initrode", "", "ada", ""}, noon);
  EXPECT_EQ(state.made.at(initech).name, "Initrode");
  evolve(state.made,
         events::TenantDeleteRequested{initech, noon + 24h, 0, "", "they left", "ada", ""}, noon);
  EXPECT_FALSE(state.made.at(initech).deletion->is_signed);
  EXPECT_EQ(code_of(still_there(state.made, initech)), "") << "in the time of grace";
  evolve(state.made, events::TenantEnded{initech, 0}, noon + 25h);
  const auto ended = still_there(state.made, initech);
  EXPECT_EQ(code_of(ended), "tenant_deleted");
  EXPECT_NE(ended.error().text.find("never used again"), std::string::npos);
}

TEST(MadeTenants, CountTheSettingsThatTheyHaveHad) {
  auto state = made();
  EXPECT_EQ(state.made.at(initech).settings_version, 1U);
  const events::TenantSettingsSet set{initech, "public_page = false", {}, {}, "", "ada", ""};
  evolve(state.made, set, noon);
  EXPECT_EQ(state.made.at(initech).settings, "public_page = false");
  EXPECT_EQ(state.made.at(initech).settings_version, 2U);
  EXPECT_EQ(state.made.at(initech).name, "Initech");
}

TEST(MadeTenants, AreKeptByAnUndelete) {
  auto state = made();
  evolve(state.made,
         events::TenantDeleteRequested{initech, noon, 2, "signed", "they left", "ada", ""}, noon);
  EXPECT_TRUE(state.made.at(initech).deletion->is_signed);
  evolve(state.made, events::TenantDeleteCancelled{initech, "they stay", "ada", ""}, noon);
  EXPECT_FALSE(state.made.at(initech).deletion);
}

} // namespace
} // namespace tidemark::domain::test::made_tenants_test
