#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// Which systems a contact tells of an opt-out, and which record (requirements O5, O6).
namespace tidemark::domain::test::opt_out_propagation_test {
namespace {

using events::ConsentChange;
using events::Evidence;

SyncRules house() {
  auto system = crm_rule();
  system.capabilities.opt_out_api = true;
  return rules_of({system});
}

ApplyConsent said(ConsentChange change, Evidence evidence, const ConnectorName& source) {
  ApplyConsent out;
  out.change.change = change;
  out.change.channels = {events::Channel::sms};
  out.change.evidence = evidence;
  out.change.source = source;
  out.change.address_hash = AddressHash(Hash16{0xaa});
  return out;
}
const auto stop = said(ConsentChange::revoked, Evidence::message_text, texting);
const auto start = said(ConsentChange::granted, Evidence::message_text, texting);
const auto mark = said(ConsentChange::revoked, Evidence::flag, crm);

events::ActionIntended only(const std::vector<events::ActionIntended>& actions) {
  EXPECT_EQ(actions.size(), 1U);
  return actions.empty() ? events::ActionIntended{} : actions.front();
}
events::ActionAccepted yes_to(const events::ActionIntended& action) {
  events::ActionAccepted out;
  out.facts.delivery = action.delivery;
  out.target = action.target;
  out.action = action.action;
  return out;
}

class ContactConsent : public testing::Test {
protected:
  ContactConsent() { contact.when(says(crm, {{Field::phone, "+12025550142"}})); }
  events::ActionIntended tells(const ApplyConsent& command) {
    return only(contact.when(command).all<events::ActionIntended>());
  }
  given contact{house()};
};

TEST_F(ContactConsent, AMarkOnTheRecordNeedsNoTelling) {
  EXPECT_TRUE(contact.when(mark).all<events::ActionIntended>().empty());
}

TEST_F(ContactConsent, ThatItWasNoOptOutIsToldToNobody) {
  const auto decided = contact.when(said(ConsentChange::cleared, Evidence::manual, texting));
  const auto applied = decided.all<events::ConsentApplied>();
  ASSERT_EQ(applied.size(), 1U);
  EXPECT_TRUE(applied[0].targets.empty());
  EXPECT_TRUE(decided.all<events::ActionIntended>().empty());
}

/// A dialer: there an opt-out is to leave lists and sequences.
class ContactAtADialer : public testing::Test {
protected:
  static SyncRules house() {
    auto system = crm_rule();
    system.capabilities.opt_out_api = true;
    system.capabilities.keeps_lists = true;
    return rules_of({system});
  }
  ContactAtADialer() { contact.when(says(crm, {{Field::phone, "+12025550142"}})); }
  auto told(const ApplyConsent& command) {
    return contact.when(command).all<events::ActionIntended>();
  }
  given contact{house()};
};

TEST_F(ContactAtADialer, AMarkThereHasTakenThePersonOffNoList) {
  contact.happened(yes_to(only(told(mark))));
  EXPECT_TRUE(told(mark).empty()) << "told once";
  EXPECT_TRUE(told(stop).empty());
}

TEST_F(ContactAtADialer, AnOptOutIsToldAlthoughAMarkCameBefore) {
  events::ConsentApplied as_before{mark.change.change,
                                   mark.change.channels,
                                   mark.change.address_hash,
                                   crm,
                                   mark.change.evidence,
                                   {},
                                   {}};
  as_before.targets = {{crm, events::Outcome::no_change, Reason::said_there, {}}};
  contact.happened(as_before);
  EXPECT_EQ(only(told(stop)).action, events::Action::opt_out);
}

TEST_F(ContactConsent, AMarkThatAnOptInOnItsWayWouldTakeAwayIsSetAgain) {
  contact.happened(yes_to(tells(stop)));
  const auto opening = tells(start);
  EXPECT_EQ(opening.action, events::Action::opt_in);
  EXPECT_EQ(tells(mark).action, events::Action::opt_out);
}

TEST_F(ContactConsent, AfterTheOptInWasConfirmedAMarkIsTheSystemsOwn) {
  contact.happened(yes_to(tells(stop)));
  contact.happened(yes_to(tells(start)));
  EXPECT_TRUE(contact.when(mark).all<events::ActionIntended>().empty());
}

TEST_F(ContactConsent, AnOptInThatIsAppliedAfterALaterOptOutOpensNothing) {
  auto early = start, late = mark;
  early.change.input = Position{10};
  late.change.input = Position{20};
  contact.happened(yes_to(tells(stop)));
  contact.when(late);
  auto decided = contact.when(early);
  EXPECT_TRUE(decided.all<events::ActionIntended>().empty());
  EXPECT_EQ(decided.all<events::ConsentApplied>().front().change, ConsentChange::ignored);
  early.change.input = Position{30};
  EXPECT_EQ(tells(early).action, events::Action::opt_in) << "one that was said later does";
}

TEST_F(ContactConsent, AMarkOnARecordOfAnotherContactIsToldToThisOne) {
  auto elsewhere = mark;
  elsewhere.change.record = RemoteId("somebody-elses");
  EXPECT_EQ(tells(elsewhere).action, events::Action::opt_out);
}

TEST_F(ContactConsent, AMarkThatIsCarriedOverWasSeenOnAnotherRecord) {
  auto carried = mark;
  carried.change.reason_code = Reason::carried_over;
  EXPECT_EQ(tells(carried).action, events::Action::opt_out);
}

TEST_F(ContactConsent, ARecordThatIsMadeAgainIsToldAgain) {
  contact.happened(yes_to(tells(stop)));
  auto gone = says(crm, {});
  gone.removed = true;
  contact.when(gone);
  auto again = says(crm, {{Field::phone, "+12025550142"}});
  again.remote_id = RemoteId("another");
  EXPECT_EQ(only(contact.when(again).all<events::ActionIntended>()).remote_id, again.remote_id);
}

TEST(Propagation, OfWhatARunFoundSystemsAreToldAsOfAList) {
  given contact(house());
  contact.settled(contact.when(says(crm, {{Field::phone, "+12025550142"}})));
  auto found = stop;
  found.change.found = events::FoundByRun{"reconcile:41"};
  const auto told = contact.when(found).all<events::ActionIntended>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().purpose, "reconcile:41");
  EXPECT_TRUE(events::is_of_list(told.front().purpose));
  EXPECT_FALSE(events::is_of_list(""));
}

} // namespace
} // namespace tidemark::domain::test::opt_out_propagation_test
