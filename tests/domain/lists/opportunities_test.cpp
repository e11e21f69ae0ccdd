#include "domain/lists/membership_planner.hpp"
#include "domain/lists/opportunities.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::opportunities_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

SyncRules house(std::vector<events::StageRule> stages, const std::string& new_list = "") {
  auto lists = dialer_rule();
  lists.capabilities.keeps_lists = true;
  lists.capabilities.keeps_sequences = true;
  lists.capabilities.opt_out_api = true;
  auto rules = rules_of({crm_rule(), lists});
  const events::TagList hot{"hot", events::TagMatch::ignore_case, dialer, "HOT"};
  rules.list_rules.emplace_back(hot);
  for (const auto& stage : stages)
    rules.stage_rules.emplace_back(stage);
  rules.placement = {{hot}, {}, "UNASSIGNED", {}, events::LeadRules{std::move(stages), new_list}};
  return rules;
}
events::StageRule stage(const std::string& id, const std::string& list,
                        const std::string& status = "", const std::string& sequence = "") {
  return {"", id, events::TagMatch::ignore_case, status, dialer, list, sequence};
}
const std::vector<events::StageRule> two{stage("S1", "NEW"), stage("S2", "FOLLOW_UP")};

ObserveOpportunity opportunity(const std::string& stage, const std::string& status = "open",
                               const std::string& at = "1", const std::string& id = "O1") {
  ObserveOpportunity out{RemoteId("r-1"), {}};
  out.opportunity.source = crm;
  out.opportunity.opportunity_id = id;
  out.opportunity.stage = stage;
  out.opportunity.status = status;
  out.opportunity.updated_at = at;
  return out;
}
ObserveOpportunity deleted(ObserveOpportunity one) {
  one.opportunity.deleted = true;
  return one;
}
ObserveRecord tagged(std::vector<std::string> tags) {
  auto out = says(crm, full);
  out.tags = std::move(tags);
  return out;
}
ObserveRecord created() {
  auto out = says(crm, full);
  out.created = true;
  return out;
}

/// What is asked of the dialer, in order; all of it is done.
std::string take(given& contact, const Command& command) {
  const auto decided = contact.when(command);
  contact.settled(decided);
  std::string out;
  for (const auto& action : decided.all<ActionIntended>()) {
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(action.action));
    if (action.placement) {
      for (const auto& list : action.placement->lists)
        out += " " + list;
      for (const auto& list : action.placement->keep)
        out += " keep " + list;
      out += action.placement->sequence.empty() ? "" : " " + action.placement->sequence;
    }
    events::ActionAccepted e;
    e.facts.delivery = action.delivery;
    e.target = action.target;
    e.action = action.action;
    contact.happened(e);
  }
  return out;
}
std::string outcome(const Decided& decided) {
  const auto& observed = std::get<events::OpportunityObserved>(decided.events.front());
  return std::string(name_of_enum(observed.outcome)) + "("
         + std::string(name_of(observed.reason_code)) + ")";
}

TEST(Stages, AnOpportunityMovesItsContactFromListToList) {
  given contact(house(two));
  take(contact, says(crm, full));
  EXPECT_EQ(take(contact, opportunity("S1")), "join_list NEW");
  EXPECT_EQ(take(contact, opportunity("S1", "open", "2")), "") << "nothing is asked twice";
  EXPECT_EQ(take(contact, opportunity("S2", "open", "3")), "leave_lists NEW, join_list FOLLOW_UP");
  EXPECT_EQ(take(contact, opportunity("S3", "open", "4")), "leave_lists FOLLOW_UP")
      << "no rule is for that stage";
}

TEST(Stages, WhatIsOlderByTheVendorsTimeGoesNotBack) {
  given contact(house(two));
  take(contact, says(crm, full));
  EXPECT_EQ(take(contact, opportunity("S2", "open", "2")), "join_list FOLLOW_UP");
  const auto late = contact.when(opportunity("S1", "open", "1"));
  EXPECT_EQ(outcome(late), "superseded(older_than_known)");
  EXPECT_TRUE(late.all<ActionIntended>().empty());
  EXPECT_EQ(outcome(contact.when(opportunity("S2", "open", "2"))), "no_change(nothing_new)");
}

TEST(Stages, WonLostAndAbandonedTakeOffEveryCallList) {
  for (const auto* status : {"won", "Lost", "abandoned"}) {
    given contact(house(two));
    take(contact, tagged({"hot"}));
    take(contact, opportunity("S1"));
    EXPECT_EQ(take(contact, opportunity("S1", status, "2")), "leave_lists HOT NEW") << status;
    EXPECT_EQ(take(contact, tagged({"hot", "other"})), "") << "the tag is from before";
  }
}

TEST(Stages, ATagThatComesAfterTheCloseCounts) {
  given contact(house(two));
  take(contact, tagged({"other"}));
  take(contact, opportunity("S1"));
  EXPECT_EQ(take(contact, opportunity("S1", "lost", "2")), "leave_lists NEW");
  EXPECT_EQ(take(contact, tagged({"other", "hot"})), "join_list HOT");
}

TEST(Stages, ATagThatWasTakenOffAndPutOnAgainCountsToo) {
  given contact(house(two));
  take(contact, tagged({"hot"}));
  take(contact, opportunity("S1"));
  take(contact, opportunity("S1", "lost", "2"));
  EXPECT_EQ(take(contact, tagged({})), "");
  EXPECT_EQ(take(contact, tagged({"hot"})), "join_list HOT");
}

TEST(Stages, AnotherOpenOpportunityKeepsTheContactOnItsLists) {
  given contact(house(two));
  take(contact, tagged({"hot"}));
  take(contact, opportunity("S1"));
  EXPECT_EQ(take(contact, opportunity("S2", "open", "1", "O2")), "join_list FOLLOW_UP");
  EXPECT_EQ(take(contact, opportunity("S1", "won", "2")),
            "leave_lists NEW keep HOT keep FOLLOW_UP");
  EXPECT_EQ(take(contact, opportunity("S2", "lost", "3", "O2")), "leave_lists HOT FOLLOW_UP");
  EXPECT_EQ(take(contact, opportunity("S1", "open", "4", "O3")), "join_list HOT, join_list NEW")
      << "a new one opens the contact again";
}

TEST(Stages, ADeletedOpportunityCallsForNothingAndClosesNobody) {
  given contact(house(two));
  take(contact, tagged({"hot"}));
  take(contact, opportunity("S1"));
  EXPECT_EQ(take(contact, deleted(opportunity("S1", "open", "2"))), "leave_lists NEW keep HOT");
}

TEST(Stages, ARuleMayNameAClosedStatus) {
  given contact(house({stage("S1", "NEW"), stage("", "WIN_BACK", "lost")}));
  take(contact, says(crm, full));
  take(contact, opportunity("S1"));
  EXPECT_EQ(take(contact, opportunity("S1", "lost", "2")), "leave_lists NEW, join_list WIN_BACK");
}

TEST(Stages, AStageBeginsItsSequenceAndTheNextOneEndsIt) {
  given contact(house({stage("S1", "", "", "7001"), stage("S2", "FOLLOW_UP")}));
  take(contact, says(crm, full));
  EXPECT_EQ(take(contact, opportunity("S1")), "join_sequence 7001");
  EXPECT_EQ(take(contact, opportunity("S2", "open", "2")), "leave_sequences, join_list FOLLOW_UP");
}

TEST(Stages, WhoOptedOutJoinsNothing) {
  given contact(house(two));
  take(contact, says(crm, full));
  ApplyConsent opt_out;
  opt_out.change.change = events::ConsentChange::revoked;
  opt_out.change.channels = {events::Channel::call};
  take(contact, opt_out);
  const auto decided = contact.when(opportunity("S1"));
  EXPECT_EQ(outcome(decided), "applied(recorded)");
  EXPECT_TRUE(decided.all<ActionIntended>().empty());
}

TEST(Stages, NamesAreComparedWhereABodyHasThem) {
  events::OpportunityFacts told;
  told.pipeline = "P1";
  told.pipeline_name = "Kitchens";
  told.stage = "S1";
  told.stage_name = "Needs follow up";
  const auto matches = [&](const std::string& pipeline, const std::string& name,
                           events::TagMatch match) {
    return ReadyStage({pipeline, name, match, "", dialer, "L", ""}).matches(told);
  };
  using events::TagMatch;
  EXPECT_TRUE(matches("", "S1", TagMatch::exact)) << "its id";
  EXPECT_TRUE(matches("P1", "", TagMatch::exact));
  EXPECT_TRUE(matches("kitchens", "needs FOLLOW up", TagMatch::ignore_case));
  EXPECT_TRUE(matches("", ".*follow up.*", TagMatch::regex));
  EXPECT_FALSE(matches("", "follow up", TagMatch::ignore_case));
  EXPECT_FALSE(matches("P2", "S1", TagMatch::exact));
}

TEST(NewContacts, WaitOnAListOfTheirOwnUntilAnotherTakesThem) {
  given contact(house(two, "NEW_LEADS"));
  EXPECT_EQ(take(contact, created()), "join_list NEW_LEADS");
  EXPECT_EQ(take(contact, says(crm, full)), "");
  EXPECT_EQ(take(contact, tagged({"hot"})), "leave_lists NEW_LEADS, join_list HOT");
  EXPECT_EQ(take(contact, tagged({})), "leave_lists HOT") << "new no more";
}

TEST(NewContacts, AreThoseAloneThatACrmTellsToBeNew) {
  given contact(house(two, "NEW_LEADS"));
  EXPECT_EQ(take(contact, says(crm, full)), "");
  EXPECT_EQ(take(contact, created()), "") << "it was known before";
  given closed(house(two, "NEW_LEADS"));
  take(closed, created());
  EXPECT_EQ(take(closed, opportunity("S3", "lost")), "leave_lists NEW_LEADS");
  given off(house(two));
  EXPECT_EQ(take(off, created()), "");
}

TEST(Stages, TheBookIsBounded) {
  given contact(house(two));
  take(contact, says(crm, full));
  for (std::size_t i = 0; i < opportunities_kept_max + 5; ++i)
    contact.when(opportunity("S1", i == 0 ? "open" : "lost", "1", "O" + std::to_string(i)));
  const auto& known = contact.contact().placement.leads->opportunities;
  ASSERT_EQ(known.size(), opportunities_kept_max);
  EXPECT_EQ(known.front().facts.opportunity_id, "O0") << "closed ones are forgotten first";
}

TEST(Stages, OpportunitiesChangeHandsWithTheirRecord) {
  given contact(house(two));
  take(contact, says(crm, full));
  take(contact, opportunity("S1"));
  const auto released = contact.when(ReleaseRecords{ContactId("c9999999999999999999"), true, {}});
  const auto given_away = released.all<events::MembershipsReleased>();
  ASSERT_EQ(given_away.size(), 1U);
  ASSERT_TRUE(given_away[0].memberships.places.leads);
  EXPECT_EQ(given_away[0].memberships.places.leads->opportunities.size(), 1U);
  EXPECT_TRUE(contact.contact().placement.leads->opportunities.empty());
  given other(house(two));
  events::MembershipsAdopted adopted;
  adopted.memberships = given_away[0].memberships;
  other.happened(adopted);
  ASSERT_TRUE(other.contact().placement.leads);
  EXPECT_EQ(other.contact().placement.leads->opportunities.front().facts.stage, "S1");
}

} // namespace
} // namespace tidemark::domain::opportunities_test
