#include "domain/access/tokens.hpp"
#include "events/all.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::domain::test::access_test {
namespace {

using testing::ElementsAre;

const TenantId acme("acme"), globex("globex");
const Timestamp noon{std::chrono::hours(12)}, one = noon + std::chrono::hours(1);

ApiToken wish(Role role, std::optional<Timestamp> end = {}) {
  ApiToken out{"tok_1", "export", role, acme};
  out.expires_at = end;
  return out;
}

std::string code_of(const Status& status) {
  return status ? "" : status.error().code;
}

std::string given_by(const Grantor& grantor, const ApiToken& wanted) {
  return code_of(check_grant(grantor, wanted, noon));
}

AccessState after(const std::vector<std::pair<TenantId, events::Event>>& said) {
  AccessState state;
  for (const auto& [tenant, event] : said)
    evolve(state, tenant, event, noon);
  return state;
}

events::ApiTokenCreated created(const std::string& id, const std::string& name,
                                bool installation = false) {
  events::ApiTokenCreated out;
  out.id = id;
  out.token_name = name;
  out.role = Role::viewer;
  out.installation = installation;
  return out;
}

TEST(Roles, AreSetsAndNoLadder) {
  const auto may = [](Right right) { return roles_with(right); };
  EXPECT_THAT(may(Right::read),
              ElementsAre("viewer", "agent", "manager", "operator", "auditor", "admin"));
  EXPECT_THAT(may(Right::see_people), ElementsAre("agent", "manager", "auditor", "admin", "api"));
  EXPECT_THAT(may(Right::review), ElementsAre("manager", "operator", "admin"));
  EXPECT_THAT(may(Right::operate), ElementsAre("operator", "admin"));
  EXPECT_THAT(may(Right::reveal), ElementsAre("auditor", "admin"));
  EXPECT_THAT(may(Right::audit), ElementsAre("auditor", "admin"));
  EXPECT_THAT(may(Right::administer), ElementsAre("admin"));
  EXPECT_THAT(may(Right::local), ElementsAre()) << "no token of any role";
}

TEST(Roles, HaveNamesAndNoTokenHasThoseOfNobodyAndOfThisMachine) {
  for (const auto* name : {"viewer", "agent", "manager", "operator", "auditor", "admin", "api"})
    EXPECT_EQ(name_of(role_named(name)), name);
  for (const auto* name : {"none", "local", "", "Admin"})
    EXPECT_EQ(role_named(name), Role::none) << name;
}

TEST(Grants, AreNeverMoreThanOnesOwn) {
  for (const auto role : {Role::viewer, Role::agent, Role::manager, Role::operator_, Role::auditor,
                          Role::admin, Role::api}) {
    EXPECT_EQ(given_by({Role::admin}, wish(role)), "") << name_of(role);
    EXPECT_EQ(given_by({Role::viewer}, wish(role)), role == Role::viewer ? "" : "more_than_own");
  }
  EXPECT_EQ(given_by({Role::operator_}, wish(Role::manager)), "more_than_own") << "sees people";
  EXPECT_EQ(given_by({Role::auditor}, wish(Role::operator_)), "more_than_own");
  auto for_all = wish(Role::viewer);
  for_all.installation = true;
  EXPECT_EQ(given_by({Role::admin}, for_all), "more_than_own");
  EXPECT_EQ(given_by({Role::admin, true}, for_all), "");
}

TEST(Grants, LastNoLongerThanOnesOwnToken) {
  EXPECT_EQ(given_by({Role::admin}, wish(Role::viewer, noon)), "bad_expires_at");
  const Grantor ending{Role::admin, false, one};
  EXPECT_EQ(given_by(ending, wish(Role::viewer)), "more_than_own") << "without an end";
  EXPECT_EQ(given_by(ending, wish(Role::viewer, one + std::chrono::seconds(1))), "more_than_own");
  EXPECT_EQ(given_by(ending, wish(Role::viewer, one)), "");
}

TEST(Tokens, EndAtTheirTimeOrWhenTheyAreRevoked) {
  auto token = wish(Role::viewer, one);
  EXPECT_EQ(state_of(token, one - std::chrono::microseconds(1)), TokenState::active);
  EXPECT_EQ(state_of(token, one), TokenState::expired);
  token.revoked_at = noon;
  EXPECT_EQ(state_of(token, noon), TokenState::revoked);
}

TEST(Tokens, AreKnownByTheEventsAboutThem) {
  const auto state = after({{acme, created("tok_1", "export")},
                            {globex, created("tok_2", "export")},
                            {TenantId("engine"), created("tok_3", "ops", true)},
                            {acme, events::ApiTokenRevoked{"tok_1", "leaked", "ada", ""}}});
  EXPECT_EQ(state.tokens.at("tok_1").revoked_at, noon);
  EXPECT_EQ(state.tokens.at("tok_2").tenant, globex);
  EXPECT_EQ(state.tokens.at("tok_3").tenant, TenantId());
}

TEST(Tokens, HaveTheirNamesWithinATenantToThemselvesWhileTheyWork) {
  auto state = after({{acme, created("tok_1", "export")}});
  EXPECT_EQ(code_of(check_name(state, wish(Role::viewer), noon)), "name_taken");
  state.tokens.at("tok_1").revoked_at = noon;
  EXPECT_EQ(code_of(check_name(state, wish(Role::viewer), noon)), "");
  for (const auto* bad : {"", "a b", "a/b", "\n"}) {
    auto wanted = wish(Role::viewer);
    wanted.name = bad;
    EXPECT_EQ(code_of(check_name(state, wanted, noon)), "bad_name") << bad;
  }
}

TEST(Revoking, IsForOnesOwnTenantOnceAndNotForTheFile) {
  auto state = after(
      {{acme, created("tok_1", "export")}, {TenantId("engine"), created("tok_3", "ops", true)}});
  state.tokens["file:ops"].from_file = true;
  state.tokens["file:ops"].tenant = acme;
  const auto revoke = [&](const Grantor& grantor, const TenantId& tenant, const char* id) {
    return code_of(check_revoke(state, grantor, tenant, id));
  };
  EXPECT_EQ(revoke({Role::admin}, acme, "tok_1"), "");
  EXPECT_EQ(revoke({Role::admin}, globex, "tok_1"), "not_found");
  EXPECT_EQ(revoke({Role::admin}, acme, "tok_3"), "not_found");
  EXPECT_EQ(revoke({Role::admin, true}, acme, "tok_3"), "");
  EXPECT_EQ(revoke({Role::admin}, acme, "file:ops"), "stands_in_file");
  state.tokens.at("tok_1").revoked_at = noon;
  EXPECT_EQ(revoke({Role::admin}, acme, "tok_1"), "already_revoked");
}

TEST(Suspension, LastsUntilTheTenantIsResumed) {
  auto state = after({{acme, events::TenantSuspended{"unpaid", "ada", ""}}});
  ASSERT_NE(state.suspension(acme), nullptr);
  EXPECT_EQ(state.suspension(acme)->reason, "unpaid");
  EXPECT_EQ(state.suspension(globex), nullptr);
  evolve(state, acme, events::TenantResumed{"paid", "ada", ""}, one);
  EXPECT_EQ(state.suspension(acme), nullptr);
}

} // namespace
} // namespace tidemark::domain::test::access_test
