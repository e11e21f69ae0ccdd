#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// An opt-out reaches what a system has of the person, also while a create there waits (requirement
/// O5).
namespace tidemark::domain::test::unpropagated_opt_outs_test {
namespace {

using events::Action;
using events::ConsentChange;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string before = "+12025550142", now = "+12025550177", third = "+12025550199";

SystemRule opt_outs_at(SystemRule system) {
  system.capabilities.opt_out_api = true;
  return system;
}
SyncRules house() {
  auto calls = opt_outs_at(dialer_rule());
  calls.capabilities.keeps_lists = true;
  return rules_of({opt_outs_at(crm_rule()), calls, opt_outs_at(hub_rule())});
}

ApplyConsent said(ConsentChange change, const std::string& address) {
  ApplyConsent out;
  out.change.change = change;
  out.change.channels = {events::Channel::sms, events::Channel::call};
  out.change.evidence = events::Evidence::message_text;
  out.change.source = texting;
  out.change.address_hash = AddressHash(Hash16{0xaa});
  out.change.address = PiiText(address);
  return out;
}
const auto stop = said(ConsentChange::revoked, before);
const auto start = said(ConsentChange::granted, before);

/// Each as `record by number`.
std::vector<std::string> asked(const Decided& decided, Action action = Action::opt_out,
                               const ConnectorName& target = dialer) {
  std::vector<std::string> out;
  for (const auto& intent : decided.all<events::ActionIntended>())
    if (intent.action == action && intent.target == target)
      out.push_back(intent.remote_id.value + " by " + intent.context.get(Field::phone));
  return out;
}
Reason reason_at(const Decided& decided, const ConnectorName& target) {
  const auto applied = decided.all<events::ConsentApplied>();
  for (const auto& one : applied.front().targets)
    if (one.target == target)
      return one.reason_code;
  return Reason::none;
}

class UntoldOptOuts : public testing::Test {
protected:
  Decided shows(const std::string& phone) {
    return contact.when(says(crm, {{Field::phone, phone}}));
  }
  void spread() {
    const auto decided = shows(before);
    contact.accepted(decided.intent(dialer), "7").accepted(decided.intent(hub), "h");
  }
  void answered(const Decided& decided, bool yes) {
    for (const auto& intent : decided.all<events::ActionIntended>()) {
      events::ActionAccepted accepted;
      accepted.facts.delivery = intent.delivery;
      accepted.target = intent.target;
      accepted.action = intent.action;
      events::DeliveryRejected refused;
      refused.facts.delivery = intent.delivery;
      refused.facts.reason_code = Reason::no_record_there;
      yes ? contact.happened(accepted) : contact.happened(refused);
    }
  }
  given contact{house()};
};

TEST_F(UntoldOptOuts, ARecordThatIsToBeReplacedIsToldBeforeItsSuccessorIsThere) {
  spread();
  EXPECT_EQ(shows(now).intent(dialer).replaces, RemoteId("7"));
  EXPECT_THAT(asked(contact.when(stop)), ElementsAre("7 by " + before, " by " + now));
}

TEST_F(UntoldOptOuts, ASecondStopIsToldAfterAStartAlsoWhileTheRecordIsReplaced) {
  spread();
  answered(contact.when(stop), true);
  answered(contact.when(start), true);
  shows(now);
  answered(contact.when(stop), true);
  EXPECT_THAT(asked(contact.when(start), Action::opt_in),
              ElementsAre("7 by " + before, " by " + now));
}

TEST_F(UntoldOptOuts, WhereACreateWaitsTheSystemIsAskedForTheRecordItWouldHaveComeUpon) {
  shows(before);
  const auto decided = contact.when(stop);
  EXPECT_THAT(asked(decided), ElementsAre(" by " + before));
  EXPECT_EQ(reason_at(decided, hub), Reason::no_record_there) << "it cannot be looked through";
  EXPECT_THAT(asked(contact.when(stop)), IsEmpty()) << "it is being asked";
}

TEST_F(UntoldOptOuts, ASystemThatHadNoRecordIsAskedAgainByTheNextOptOutOnly) {
  shows(before);
  answered(contact.when(stop), false);
  EXPECT_THAT(asked(shows(before)), IsEmpty());
  auto ignored = stop;
  ignored.change.change = ConsentChange::ignored;
  EXPECT_THAT(asked(contact.when(ignored)), IsEmpty());
  EXPECT_THAT(asked(contact.when(stop)), ElementsAre(" by " + before));
}

TEST_F(UntoldOptOuts, AnOptInIsToldToNobodyWhereNothingWasClosed) {
  shows(before);
  answered(contact.when(stop), false);
  const auto decided = contact.when(start);
  EXPECT_THAT(asked(decided, Action::opt_in), IsEmpty());
  EXPECT_EQ(reason_at(decided, dialer), Reason::no_record_there);
}

TEST_F(UntoldOptOuts, TheNumberThatSaidItIsAskedForBesideTheContactsOwn) {
  shows(now);
  EXPECT_THAT(asked(contact.when(stop)), ElementsAre(" by " + now, " by " + before));
}

TEST_F(UntoldOptOuts, WhatWasFoundByOneOfTwoNumbersIsOpenedByAStart) {
  shows(now);
  const auto decided = contact.when(stop);
  auto found = decided, missed = decided;
  std::erase_if(found.events, [](const auto& event) {
    const auto* intent = std::get_if<events::ActionIntended>(&event);
    return intent && intent->context.get(Field::phone) == before;
  });
  std::erase_if(missed.events, [](const auto& event) {
    const auto* intent = std::get_if<events::ActionIntended>(&event);
    return intent && intent->context.get(Field::phone) == now;
  });
  answered(found, true);
  answered(missed, false);
  EXPECT_THAT(asked(contact.when(start), Action::opt_in),
              ElementsAre(" by " + now, " by " + before));
}

TEST_F(UntoldOptOuts, ANumberThatAClosedContactGetsIsAskedFor) {
  spread();
  answered(contact.when(stop), true);
  EXPECT_THAT(asked(shows(now)), ElementsAre(" by " + now));
  EXPECT_THAT(asked(shows(now)), IsEmpty());
  EXPECT_THAT(asked(shows(before)), IsEmpty()) << "a known record has it";
}

TEST_F(UntoldOptOuts, AStrangerWhoOptedOutIsLookedForWhenTheirContactTurnsUp) {
  auto by_hash = stop;
  by_hash.change.address = {};
  EXPECT_THAT(asked(contact.when(by_hash)), IsEmpty()) << "nothing to look for yet";
  EXPECT_THAT(asked(shows(third)), ElementsAre(" by " + third));
}

TEST_F(UntoldOptOuts, ADialerIsNotAskedForAPersonWithoutANumber) {
  contact.when(says(crm, {{Field::email, "ada@example.com"}}));
  EXPECT_EQ(reason_at(contact.when(said(ConsentChange::revoked, "")), dialer),
            Reason::no_record_there);
}

TEST_F(UntoldOptOuts, ARecordThatTurnsUpAfterItWasFoundByItsNumberIsNotToldTwice) {
  shows(before);
  answered(contact.when(stop), true);
  EXPECT_THAT(asked(contact.when(says(dialer, {{Field::phone, before}}))), IsEmpty());
}

} // namespace
} // namespace tidemark::domain::test::unpropagated_opt_outs_test
