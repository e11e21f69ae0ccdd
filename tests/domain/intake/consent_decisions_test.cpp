#include "base/time.hpp"
#include "domain/consent/suppression.hpp"
#include "domain/rules/address_key.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// To which of a person's addresses a statement belongs (requirements O5, E6.6).
namespace tidemark::domain::test::consent_decisions_test {
namespace {

using events::Channel;
using events::ConsentChange;
using events::Evidence;

const std::string n = "+12025550101", m = "+12025550102";

ConsentSignal sign(ConsentChange change, Evidence evidence) {
  ConsentSignal out;
  out.change = change;
  out.channels = {Channel::sms};
  out.evidence = evidence;
  return out;
}
ConsentSignal words(ConsentChange change, const std::string& from, const std::string& stated_at) {
  auto out = sign(change, Evidence::message_text);
  out.address = PiiText(from);
  out.stated_at = stated_at;
  return out;
}
const std::string early = "2026-08-14T10:00:00.000000Z", late = "2026-08-14T11:00:00.000000Z";

class ConsentDecision : public testing::Test {
protected:
  void says(ConsentChange change, const std::string& from, const std::string& stated_at) {
    auto text = record(texting, "", {{Field::phone, from}});
    text.signs = {words(change, from, stated_at)};
    house.webhook({text});
  }
  void shows(const std::string& id, ConsentSignal mark) {
    auto seen = record(crm, id, {});
    seen.signs = {std::move(mark)};
    house.webhook({seen});
  }
  Gate at(const std::string& number) const {
    const auto key = address_key(hasher, acme, Field::phone, number);
    return suppression(house.consent_of(key->hash), Channel::sms, "").gate;
  }
  Gate at(const ContactId& contact) const {
    return suppression(house.consent_of(events::contact_as_address(contact)), Channel::sms, "")
        .gate;
  }
  House house = [] {
    House out;
    out.now = *from_rfc3339("2026-08-14T10:30:00Z");
    return out;
  }();
};

TEST_F(ConsentDecision, AMarkOfOursSaysNothingAboutAnotherNumberOfTheContact) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-2", {{Field::phone, m}}));
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  shows("c-1", sign(ConsentChange::revoked, Evidence::flag));
  ASSERT_EQ(at(n), Gate::closed);
  auto ours = sign(ConsentChange::revoked, Evidence::flag);
  ours.kept_by_us = true;
  shows("c-2", ours);
  EXPECT_EQ(at(m), Gate::open) << "its record was marked for the number that it shares";
  says(ConsentChange::granted, n, late);
  shows("c-2", ours);
  EXPECT_EQ(at(m), Gate::open) << "nor does the mark that comes back late";
  shows("c-2", sign(ConsentChange::revoked, Evidence::flag));
  EXPECT_EQ(at(m), Gate::closed) << "somebody else's mark is about the person";
}

TEST_F(ConsentDecision, AnOptOutOfAChannelThatItsAddressDoesNotHaveClosesBoth) {
  const std::string mailbox = "ada@example.com";
  const auto mail = [&] {
    const auto key = address_key(hasher, acme, Field::email, mailbox);
    return suppression(house.consent_of(key->hash), Channel::email, "").gate;
  };
  house.sees(record(crm, "c-1", {{Field::phone, n}, {Field::email, mailbox}}));
  auto of_mailbox = sign(ConsentChange::revoked, Evidence::flag); // of SMS
  of_mailbox.kind = Field::email;
  of_mailbox.address = PiiText(mailbox);
  auto opened = of_mailbox;
  opened.change = ConsentChange::granted;
  shows("c-1", opened);
  EXPECT_EQ(at(n), Gate::open);
  shows("c-1", of_mailbox);
  EXPECT_EQ(at(n), Gate::closed) << "the channel is the number's";
  EXPECT_EQ(mail(), Gate::closed) << "the address is the mailbox";
}

TEST_F(ConsentDecision, AMailOptOutThatNamesANumberClosesBoth) {
  const std::string mailbox = "ada@example.com";
  house.sees(record(crm, "c-1", {{Field::phone, n}, {Field::email, mailbox}}));
  auto of_number = sign(ConsentChange::revoked, Evidence::flag);
  of_number.channels = {Channel::email};
  of_number.address = PiiText(n);
  shows("c-1", of_number);
  EXPECT_EQ(at(n), Gate::closed);
  const auto key = address_key(hasher, acme, Field::email, mailbox);
  EXPECT_EQ(suppression(house.consent_of(key->hash), Channel::email, "").gate, Gate::closed);
}

TEST_F(ConsentDecision, ANewNumberInheritsWhatWasSaidOfOneThatAnotherContactOwns) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  says(ConsentChange::revoked, n, early);
  house.sees(record(crm, "c-2", {{Field::phone, m}}));
  EXPECT_EQ(at(m), Gate::closed) << "it may have been this one who said it";
  house.sees(record(crm, "c-2", {{Field::phone, "+12025550103"}}));
  EXPECT_EQ(at("+12025550103"), Gate::closed);
  says(ConsentChange::granted, m, late);
  EXPECT_EQ(at(m), Gate::open);
}

TEST_F(ConsentDecision, ANewNumberInheritsWhatWasSaidBeforeItsContactHadTheOldOne) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  says(ConsentChange::revoked, n, early);
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  house.sees(record(crm, "c-2", {{Field::phone, m}}));
  EXPECT_EQ(at(m), Gate::closed);
}

TEST_F(ConsentDecision, AStopHoldsForAllNumbersOfEverybodyWhoMayHaveSaidIt) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-2", {{Field::phone, m}}));
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  says(ConsentChange::revoked, n, early);
  EXPECT_EQ(at(m), Gate::closed);
  says(ConsentChange::granted, n, late);
  EXPECT_EQ(at(n), Gate::open);
  EXPECT_EQ(at(m), Gate::closed) << "whose word that was, nobody can tell";
  says(ConsentChange::granted, m, late);
  EXPECT_EQ(at(m), Gate::open);
}

TEST_F(ConsentDecision, AStopOfAKnownRecordHoldsForItsContactOnly) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  house.sees(record(crm, "c-3", {{Field::phone, m}}));
  house.sees(record(crm, "c-3", {{Field::phone, n}}));
  ObserveMessage stop;
  stop.remote_id = RemoteId("c-2");
  stop.message.source = crm;
  stop.signs = {words(ConsentChange::revoked, n, early)};
  house.webhook({stop});
  EXPECT_EQ(at(n), Gate::closed);
  EXPECT_EQ(at(m), Gate::open);
}

TEST_F(ConsentDecision, ANewNumberInheritsAfterAnUnmergeWhatWasSaidWhileTheyWereOne) {
  const auto one = house.sees(record(crm, "c-1", {{Field::phone, n}})).contact;
  const auto other = house.sees(record(crm, "c-2", {{Field::phone, m}})).contact;
  house.asked(events::ContactsMergeRequested{one, other, "same", "ops", ""});
  says(ConsentChange::revoked, n, early);
  house.asked(events::ContactsUnmergeRequested{one, other, "not the same", "ops", ""});
  ASSERT_EQ(at(m), Gate::closed);
  house.sees(record(crm, "c-2", {{Field::phone, "+12025550103"}}));
  EXPECT_EQ(at("+12025550103"), Gate::closed);
}

TEST_F(ConsentDecision, WhatClosedAContactWithoutANumberIsLiftedByThePersonsWord) {
  const auto contact = house.sees(record(crm, "c-1", {})).contact;
  shows("c-1", sign(ConsentChange::revoked, Evidence::flag));
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  EXPECT_EQ(at(n), Gate::closed);
  EXPECT_EQ(at(contact), Gate::closed);
  says(ConsentChange::granted, n, late);
  EXPECT_EQ(at(n), Gate::open);
  EXPECT_EQ(at(contact), Gate::open);
}

TEST_F(ConsentDecision, AStartOfANumbersNewOwnerOpensNothingOfTheFormerOnes) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  says(ConsentChange::revoked, n, early);
  house.sees(record(crm, "c-1", {{Field::phone, m}}));
  ASSERT_EQ(at(m), Gate::closed);
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  says(ConsentChange::granted, n, late);
  EXPECT_EQ(at(n), Gate::open);
  EXPECT_EQ(at(m), Gate::closed);
}

TEST_F(ConsentDecision, AStopOfANumbersNewOwnerClosesTheFormerOnesNumbersToo) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-1", {{Field::phone, m}}));
  const auto now = house.sees(record(crm, "c-2", {{Field::phone, n}})).contact;
  ObserveMessage stop;
  stop.message.source = hub;
  stop.fields = {{Field::phone, n}};
  stop.signs = {words(ConsentChange::revoked, n, early)};
  std::set<ContactId> told;
  for (const auto& command : house.webhook({stop}).commands) {
    if (command.kind == events::CommandKind::apply_consent)
      told.insert(command.contact);
    else
      EXPECT_EQ(command.contact, now);
  }
  EXPECT_EQ(told.size(), 2U);
  EXPECT_EQ(at(n), Gate::closed);
  EXPECT_EQ(at(m), Gate::closed) << "whose word it was, nobody can tell";
  EXPECT_EQ(at(now), Gate::closed);
}

TEST_F(ConsentDecision, AStartOfANumbersNewOwnerOpensThatNumberOnly) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  house.sees(record(crm, "c-1", {{Field::phone, m}}));
  const std::string own = "+12025550103";
  house.sees(record(crm, "c-2", {{Field::phone, own}}));
  house.sees(record(crm, "c-2", {{Field::phone, n}}));
  says(ConsentChange::revoked, own, early);
  ObserveMessage start;
  start.message.source = hub;
  start.fields = {{Field::phone, n}};
  start.signs = {words(ConsentChange::granted, n, late)};
  house.webhook({start});
  EXPECT_EQ(at(own), Gate::closed);
}

TEST_F(ConsentDecision, AStopThatWasGivenToSomebodyElseHoldsForItsOwnRecordToo) {
  const auto ada = house.sees(record(crm, "c-1", {{Field::phone, n}})).contact;
  ObserveMessage stop;
  stop.remote_id = RemoteId("c-9");
  stop.message.source = crm;
  stop.signs = {sign(ConsentChange::revoked, Evidence::message_text)};
  house.webhook({stop});
  const auto parked = house.last_of<events::CommandParked>().at(0);
  house.asked(
      events::ParkedReleaseRequested{parked.input, parked.keys.at(0), ada, "hers", "ops", ""});
  EXPECT_EQ(at(n), Gate::closed);
  house.sees(record(crm, "c-9", {{Field::phone, m}}));
  EXPECT_EQ(at(m), Gate::closed);
  says(ConsentChange::granted, m, late);
  house.sees(record(crm, "c-9", {{Field::phone, m}, {Field::first_name, "Ana"}}));
  house.sees(record(crm, "c-9", {{Field::phone, m}, {Field::email, "ana@example.com"}}));
  EXPECT_EQ(at(m), Gate::open) << "it is carried over once";
}

TEST_F(ConsentDecision, ARefusalOfASendStandsOnTheRecordAndGoesWithItsFlag) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  ObserveMessage held_back;
  held_back.message.source = crm;
  held_back.remote_id = RemoteId("c-1");
  auto refusal = sign(ConsentChange::revoked, Evidence::vendor_refusal);
  refusal.address = PiiText(n);
  refusal.kept_by_us = true;
  held_back.signs = {refusal};
  house.webhook({held_back});
  EXPECT_EQ(at(n), Gate::closed);
  shows("c-1", sign(ConsentChange::granted, Evidence::flag));
  EXPECT_EQ(at(n), Gate::open);
  house.webhook({held_back});
  EXPECT_EQ(at(n), Gate::open) << "told late, it is from before";
}

TEST_F(ConsentDecision, ARefusalBecauseOfOurOwnMarkSaysNothingNew) {
  house.sees(record(crm, "c-1", {{Field::phone, n}}));
  says(ConsentChange::revoked, n, early);
  ObserveMessage held_back;
  held_back.message.source = crm;
  held_back.remote_id = RemoteId("c-1");
  auto refusal = sign(ConsentChange::revoked, Evidence::vendor_refusal);
  refusal.kept_by_us = true;
  held_back.signs = {refusal};
  house.webhook({held_back});
  EXPECT_TRUE(house.last_of<events::ConsentChanged>().empty());
  says(ConsentChange::granted, n, late);
  house.webhook({held_back});
  EXPECT_EQ(at(n), Gate::open) << "our mark may not be taken away yet";
}

} // namespace
} // namespace tidemark::domain::test::consent_decisions_test
