#include "tests/domain/given.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// Tags of one system in the others that keep tags (requirement A1.6: union, `SYS:` first).
namespace tidemark::domain::test::shared_tags_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Tags = std::vector<std::string>;

const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}};

/// `hub` keeps tags; crm and dialer only tell of theirs.
SyncRules rules() {
  auto keeping = hub_rule();
  keeping.capabilities.keeps_tags = true;
  return rules_of({crm_rule(), dialer_rule(), keeping});
}

ObserveRecord tagged(const ConnectorName& system, Tags tags, const std::string& version = "") {
  auto out = says(system, ada, version);
  out.tags = std::move(tags);
  return out;
}

/// Ada in all three systems.
given everywhere() {
  given contact(rules());
  contact.settled(contact.when(says(crm, ada, "1")));
  return contact;
}

Tags added(const Decided& decided) {
  const auto actions = decided.all<events::ActionIntended>();
  if (actions.empty())
    return {};
  EXPECT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].target, hub);
  EXPECT_EQ(actions[0].action, events::Action::add_tags);
  return actions[0].tags;
}

TEST(SharedTags, WhatARecordGainsIsAddedWhereTagsAreKept) {
  auto contact = everywhere();
  EXPECT_THAT(added(contact.when(tagged(crm, {"vip", "roof"}, "2"))), ElementsAre("vip", "roof"));
}

TEST(SharedTags, WhatIsThereAlreadyIsNotAddedInWhateverSpelling) {
  auto contact = everywhere();
  contact.after(tagged(hub, {"VIP  Roof"}));
  EXPECT_THAT(added(contact.when(tagged(crm, {"vip roof", "gutter"}, "2"))), ElementsAre("gutter"));
}

/// What an agent at the dialer made of Ada.
ObserveRecord disposed_as(const std::string& disposition) {
  auto out = says(dialer, ada);
  out.disposition = disposition;
  return out;
}

TEST(DispositionTags, TellTheCrmHowAnAgentDisposedOfThePerson) {
  auto contact = everywhere();
  EXPECT_THAT(added(contact.when(disposed_as("Qualified"))), IsEmpty()) << "not asked for";
  contact.rules().conversation.outcome_tags = events::OutcomeTags{};
  EXPECT_THAT(added(contact.when(disposed_as("Qualified"))),
              ElementsAre("Disposition: Qualified", "Contact Disposed"));
  contact.after(tagged(hub, {"disposition: qualified", "contact disposed"}));
  EXPECT_THAT(added(contact.when(disposed_as("Qualified"))), IsEmpty()) << "they stand there";
  EXPECT_THAT(added(contact.when(disposed_as("Lost"))), ElementsAre("Disposition: Lost"));
}

TEST(SharedTags, WhatIsSaidAgainIsNoGain) {
  auto contact = everywhere();
  contact.after(tagged(crm, {"vip"}, "2"));
  EXPECT_THAT(added(contact.when(tagged(crm, {"vip"}, "3"))), IsEmpty());
}

TEST(SharedTags, WhatAPersonTookOffStaysOff) {
  auto contact = everywhere();
  contact.after(tagged(crm, {"vip"}, "2"));
  contact.after(tagged(hub, {"vip"}));
  contact.after(tagged(hub, {}));
  EXPECT_THAT(added(contact.when(tagged(crm, {"vip"}, "3"))), IsEmpty());
}

TEST(SharedTags, BothOrdersGiveTheUnion) {
  auto first = everywhere();
  first.after(tagged(hub, {"mine"}));
  EXPECT_THAT(added(first.when(tagged(dialer, {"theirs"}))), ElementsAre("theirs"));
  auto second = everywhere();
  EXPECT_THAT(added(second.when(tagged(dialer, {"theirs"}))), ElementsAre("theirs"));
  EXPECT_THAT(added(second.when(tagged(hub, {"mine"}))), IsEmpty()) << "the dialer keeps none";
}

TEST(SharedTags, SystemTagsComeFirst) {
  auto contact = everywhere();
  EXPECT_THAT(added(contact.when(tagged(crm, {"vip", "SYS:origin", "roof"}, "2"))),
              ElementsAre("SYS:origin", "vip", "roof"));
}

TEST(SharedTags, ARecordThatIsSeenForTheFirstTimeGetsWhatTheOthersHave) {
  given contact(rules());
  contact.after(tagged(crm, {"vip"}, "1"));
  auto known = tagged(hub, {"mine"});
  known.remote_id = RemoteId("h-7");
  EXPECT_THAT(added(contact.when(known)), ElementsAre("vip"));
}

TEST(SharedTags, MarksOfOptOutsAreNotHandedOn) {
  given contact(rules());
  contact.after(tagged(crm, {"vip", "DNC"}, "1"));
  auto known = tagged(hub, {});
  known.remote_id = RemoteId("h-7");
  EXPECT_THAT(added(contact.when(known)), ElementsAre("vip"))
      << "it would close again what was opened since";
}

TEST(SharedTags, AFloodOfThemIsNotHandedOn) {
  auto contact = everywhere();
  Tags flood;
  for (int i = 0; i < 20'000; ++i)
    flood.push_back("t" + std::to_string(i));
  const auto decided = contact.when(tagged(crm, std::move(flood), "2"));
  EXPECT_THAT(added(decided), IsEmpty());
  EXPECT_EQ(decided.observed().targets.back().reason_code, Reason::too_many_tags);
}

TEST(SharedTags, NothingIsAddedToWhoOptedOut) {
  auto contact = everywhere();
  auto stop = tagged(crm, {"DNC"}, "2");
  stop.opt_out_seen = true;
  EXPECT_THAT(added(contact.when(stop)), IsEmpty());
}

} // namespace
} // namespace tidemark::domain::test::shared_tags_test
