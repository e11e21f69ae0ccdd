#include "tests/domain/given.hpp"

namespace tidemark::domain::decide_test {
namespace {

using namespace test;

const FieldSet full{{Field::first_name, "Jane"},
                    {Field::phone, "+12025550142"},
                    {Field::email, "jane@example.com"}};

/// A contact that crm and hub both hold, with nothing on its way and every echo consumed.
given shared_contact(SyncRules rules = rules_of({crm_rule(), hub_rule()})) {
  given contact(std::move(rules));
  contact.settled(contact.when(says(crm, full)));
  contact.after(says(hub, full));
  return contact;
}

TEST(Contact, ANewRecordIsCreatedInTheOthers) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto decided = contact.when(says(crm, full));
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.outcome(hub), "pending(create)");
  EXPECT_EQ(decided.outcome(crm), "none");
  EXPECT_EQ(decided.intent(hub).fields, full);
}

TEST(Contact, TheSameAgainChangesNothing) {
  auto contact = shared_contact();
  const auto decided = contact.when(says(crm, full));
  EXPECT_EQ(decided.outcome(), "no_change(nothing_new)");
  EXPECT_EQ(decided.outcome(hub), "no_change(already_equal)");
  EXPECT_EQ(decided.events.size(), 1U);
}

TEST(Contact, AnEditWinsOverPrecedenceAndReachesTheOthersAsADifference) {
  auto contact = shared_contact();
  const auto decided = contact.when(says(hub, {{Field::email, "new@example.com"}}));
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{Field::email, "new@example.com"}}));
  EXPECT_TRUE(decided.all<events::ContactConflictDecided>().empty());
}

TEST(Contact, AnAbsentFieldIsNoStatementAndAnEmptyOneIs) {
  auto contact = shared_contact();
  EXPECT_EQ(contact.when(says(hub, {{Field::first_name, "Jane"}})).outcome(),
            "no_change(nothing_new)");
  const auto emptied = contact.when(says(hub, {{Field::first_name, ""}}));
  EXPECT_EQ(emptied.changed(), (FieldSet{{Field::first_name, ""}}));
  EXPECT_EQ(emptied.intent(crm).fields, (FieldSet{{Field::first_name, ""}}));
}

TEST(Contact, ASystemThatMayNotWriteAFieldGetsTheValueBack) {
  auto rules = rules_of({crm_rule(), hub_rule()});
  rules.writers[Field::email] = {crm};
  auto contact = shared_contact(rules);
  const auto decided = contact.when(says(hub, {{Field::email, "new@example.com"}}));
  EXPECT_TRUE(decided.changed().empty());
  ASSERT_EQ(decided.all<events::ContactConflictDecided>().size(), 1U);
  EXPECT_EQ(decided.all<events::ContactConflictDecided>()[0].rule, "sync.fields");
  EXPECT_EQ(decided.intent(hub).fields, (FieldSet{{Field::email, "jane@example.com"}}));
  EXPECT_EQ(decided.outcome(crm), "no_change(already_equal)");
}

TEST(Contact, AnOlderVersionOfTheRecordIsSuperseded) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.after(says(crm, full, "0002"));
  const auto decided = contact.when(says(crm, {{Field::email, "old@example.com"}}, "0001"));
  EXPECT_EQ(decided.outcome(), "superseded(older_than_known)");
  EXPECT_EQ(decided.outcome(hub), "superseded(older_than_known)");
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "new@example.com"}}, "0003")).outcome(),
            "applied");
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "same@example.com"}}, "0003")).outcome(),
            "applied")
      << "equal versions are told apart by log order";
}

TEST(Contact, OurOwnWriteComingBackIsAnEchoOnce) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(created).accepted(created);
  const auto echo = contact.when(says(hub, full));
  EXPECT_EQ(echo.outcome(), "echo_of(own_write_came_back)");
  EXPECT_EQ(echo.observed().echo_of, created.delivery);
  EXPECT_EQ(contact.when(says(hub, full)).outcome(), "no_change(nothing_new)") << "used up";
}

TEST(Contact, AnEchoMayComeBeforeTheAnswerAndTeachesTheRecord) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(created);
  const auto echo = contact.when(says(hub, full));
  EXPECT_EQ(echo.outcome(), "echo_of(own_write_came_back)");
  contact.accepted(created);
  EXPECT_EQ(contact.contact().records.size(), 2U);
  // A, B, A: going back to what we wrote is an edit once the echo was seen.
  contact.settled(contact.when(says(hub, {{Field::email, "b@example.com"}})));
  EXPECT_EQ(contact.when(says(hub, {{Field::email, "jane@example.com"}})).outcome(), "applied");
}

TEST(Contact, ANewRecordsFirstWordIsItsCreateAlsoWhenANewerWriteIsAlreadyThere) {
  given contact(rules_of({crm_rule(), hub_rule()})); // whether hub tells of our writes is not known
  const auto created = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(created).accepted(created);
  contact.settled(contact.when(says(crm, {{Field::email, "b@example.com"}})));
  const auto echo = contact.when(says(hub, full));
  EXPECT_EQ(echo.outcome(), "echo_of(own_write_came_back)");
  EXPECT_TRUE(echo.changed().empty());
  EXPECT_EQ(contact.contact().merged.get(Field::email), "b@example.com");
}

TEST(Contact, AKeyThatIsCorrectedThereAndBackIsNoEcho) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(created).accepted(created);
  auto wrong = full;
  wrong.set(Field::email, "typo@example.com");
  contact.settled(contact.when(says(hub, wrong)));
  const auto back = contact.when(says(hub, full));
  EXPECT_EQ(back.outcome(), "applied");
  EXPECT_EQ(contact.contact().merged.get(Field::email), "jane@example.com");
}

TEST(Contact, APartlyEqualEchoIsAnEditOfTheRest) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(created).accepted(created);
  auto edited = full;
  edited.set(Field::first_name, "Janet");
  const auto decided = contact.when(says(hub, edited));
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.changed(), (FieldSet{{Field::first_name, "Janet"}}));
}

TEST(Contact, WhatTheSystemShowedBeforeTheAnswerIsNewerThanTheAnswer) {
  auto contact = shared_contact();
  contact.wait(std::chrono::minutes{1});
  const auto intent = contact.when(says(crm, {{Field::email, "a@example.com"}})).intent(hub);
  contact.dispatched(intent);
  contact.after(says(hub, {{Field::email, "a@example.com"}})); // echo
  const auto edit = contact.when(says(hub, {{Field::email, "b@example.com"}}));
  EXPECT_EQ(edit.outcome(), "applied");
  contact.accepted(intent);
  const auto& held = contact.contact().records.back(); // hub's
  EXPECT_EQ(held.connector, hub);
  EXPECT_EQ(held.held.get(Field::email), "b@example.com");
}

FieldSet company(const std::string& name) {
  return {{Field::company, name}};
}

SyncRules echoing_rules() {
  return rules_of({echoing(crm_rule()), echoing(hub_rule())});
}

TEST(Contact, TheEchoOfAWriteThatAnotherOvertookIsNoEdit) {
  auto contact = shared_contact(echoing_rules());
  contact.settled(contact.when(says(crm, company("One"))));
  contact.settled(contact.when(says(crm, company("Two"))));
  const auto late = contact.when(says(hub, company("One")));
  EXPECT_EQ(late.outcome(), "echo_of(own_write_came_back)");
  EXPECT_TRUE(late.changed().empty());
  EXPECT_TRUE(late.all<events::DeliveryIntended>().empty());
  EXPECT_EQ(contact.when(says(hub, company("Two"))).outcome(), "echo_of(own_write_came_back)");
  EXPECT_EQ(contact.when(says(hub, company("One"))).outcome(), "applied") << "an echo counts once";
}

TEST(Contact, WhatTheRecordSaidBeforeOurWriteIsNoEdit) {
  auto contact = shared_contact(); // hub shows by an echo that it sends them
  contact.settled(contact.when(says(crm, company("One"))));
  contact.after(says(hub, company("One"))); // the echo
  contact.settled(contact.when(says(crm, company("Two"))));
  // Sent from hub for another reason before "Two" arrived there.
  auto crossing = company("One");
  const auto late = contact.when(says(hub, crossing));
  EXPECT_EQ(late.outcome(), "superseded(from_before_our_write)");
  EXPECT_EQ(late.outcome(crm), "superseded(from_before_our_write)");
  crossing.set(Field::timezone, "UTC");
  const auto mixed = contact.when(says(hub, crossing));
  EXPECT_EQ(mixed.outcome(), "applied");
  EXPECT_EQ(mixed.changed(), (FieldSet{{Field::timezone, "UTC"}}));
  EXPECT_TRUE(mixed.intent(hub).fields.empty()) << "hub holds Two already";
  // Once it showed "Two", whatever it says is newer.
  contact.after(says(hub, company("Two")));
  EXPECT_EQ(contact.when(says(hub, company("One"))).outcome(), "applied");
}

TEST(Contact, AnEchoThatIsPartlyOldConfirmsOnlyWhatItShows) {
  auto contact = shared_contact(echoing_rules());
  const auto write = [&](const char* first, const char* firm) {
    contact.settled(contact.when(says(crm, {{Field::first_name, first}, {Field::company, firm}})));
  };
  write("Ann", "One");
  contact.after(says(hub, {{Field::first_name, "Ann"}, {Field::company, "One"}}));
  write("Ann", "Two");
  write("Joanna", "Two again");
  write("Johanna", "Two");
  // The echo of the second write: "Two" is what stands there again, "Ann" is long overwritten.
  const FieldSet late{{Field::first_name, "Ann"}, {Field::company, "Two"}};
  EXPECT_TRUE(contact.when(says(hub, late)).changed().empty());
  EXPECT_TRUE(contact.when(says(hub, late)).changed().empty()) << "nor when it is told twice";
}

TEST(Contact, WhereNoEchoesComeAnOldValueIsAnEditAtOnce) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, full)));
  contact.settled(contact.when(says(crm, company("One"))));
  contact.settled(contact.when(says(crm, company("Two"))));
  EXPECT_EQ(contact.when(says(hub, company("One"))).changed(), company("One"));
}

TEST(Contact, WhereNoEchoesComeAnOldValueBesideAnotherEditOnlyCameAlong) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  auto person = full;
  person.set(Field::company, "One");
  contact.settled(contact.when(says(crm, person)));
  contact.settled(contact.when(says(crm, company("Two"))));
  person.set(Field::timezone, "UTC");
  const auto decided = contact.when(says(hub, person));
  EXPECT_EQ(decided.changed(), (FieldSet{{Field::timezone, "UTC"}}));
  EXPECT_EQ(decided.intent(hub).fields, company("Two")) << "in doubt, it is written once more";
}

TEST(Contact, AnEditThatMayHaveCrossedOurWriteIsWrittenToItsOwnSystemToo) {
  auto contact = shared_contact();
  contact.settled(contact.when(says(crm, company("One"))));
  const auto edit = contact.when(says(hub, company("Two")));
  EXPECT_EQ(edit.changed(), company("Two"));
  EXPECT_EQ(edit.intent(hub).fields, company("Two"));
  contact.settled(edit);
  const FieldSet zone{{Field::timezone, "UTC"}};
  const auto zoned = contact.when(says(crm, zone));
  EXPECT_EQ(zoned.intent(hub).fields, zone) << "once more, not for ever";
  contact.settled(zoned);
  contact.settled(contact.when(says(crm, company("One"))));
  contact.after(says(hub, company("One")));
  const auto again = contact.when(says(hub, company("Two")));
  EXPECT_EQ(again.outcome(), "applied")
      << "what was written once more changed nothing there, so no echo of it is to come";
  contact.settled(again).wait(std::chrono::minutes{1});
  EXPECT_EQ(contact.when(says(hub, company("Three"))).outcome(hub), "none");
}

TEST(Contact, AMinuteAfterOurWriteAnOldValueIsAnEdit) {
  auto contact = shared_contact(echoing_rules());
  contact.settled(contact.when(says(crm, company("One"))));
  contact.settled(contact.when(says(crm, company("Two"))));
  contact.wait(std::chrono::minutes{1});
  EXPECT_EQ(contact.when(says(hub, company("One"))).changed(), company("One"));
}

TEST(Contact, ManyEditsOfOnePersonAreNoFlapping) {
  auto contact = shared_contact();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(contact.when(says(crm, company("Acme " + std::to_string(i)))).outcome(), "applied");
}

TEST(Contact, PeopleWhoDisagreeMinutesApartAreNoFlapping) {
  auto contact = shared_contact();
  for (int i = 0; i < 20; ++i) {
    contact.wait(std::chrono::minutes{1});
    const auto edit =
        contact.when(says(i % 2 == 0 ? crm : hub, company("Acme " + std::to_string(i))));
    EXPECT_EQ(edit.outcome(), "applied") << i;
    contact.settled(edit);
  }
}

/// Both systems turn whatever we write: each write's echo is followed by a value of their own.
Decided turns(given& contact, const ConnectorName& system, int i) {
  auto decided = contact.when(says(system, company("Turn " + std::to_string(i))));
  contact.settled(decided);
  const auto& other = system == crm ? hub : crm;
  contact.after(says(other, company("Turn " + std::to_string(i))));
  return decided;
}

TEST(Contact, AFieldThatIsTurnedTooOftenIsParkedAndCalmsDown) {
  auto contact = shared_contact();
  for (int i = 0; i < 6; ++i) // the first is a person's edit
    EXPECT_EQ(turns(contact, i % 2 == 0 ? crm : hub, i).outcome(), "applied") << i;
  const auto parked = turns(contact, crm, 6);
  EXPECT_EQ(parked.outcome(), "parked(flapping)");
  EXPECT_EQ(parked.outcome(hub), "parked(flapping)");
  EXPECT_TRUE(parked.changed().empty());
  EXPECT_TRUE(parked.all<events::ContactConflictDecided>().empty());
  // Left as it is over there, also when something else about the contact changes.
  const auto other = contact.when(says(hub, {{Field::timezone, "UTC"}}));
  EXPECT_EQ(other.intent(crm).fields, (FieldSet{{Field::timezone, "UTC"}}));
  contact.wait(std::chrono::minutes{10});
  const auto calm = contact.when(says(crm, company("Calm")));
  EXPECT_EQ(calm.changed(), company("Calm"));
  for (const auto& conflict : calm.all<events::ContactConflictDecided>())
    EXPECT_EQ(conflict.values.size(), 2U) << "crm is in no conflict with itself";
}

TEST(Contact, AtFirstSightASystemsOwnFormOfTheValueIsNoEdit) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  auto person = full;
  person.set(Field::company, "Tennerby Joinery");
  contact.after(says(crm, person));
  person.set(Field::company, "Tennerby"); // hub keeps eight bytes
  const auto seen = contact.when(says(hub, person));
  EXPECT_TRUE(seen.changed().empty());
  EXPECT_TRUE(seen.all<events::ContactConflictDecided>().empty());
}

events::DeliveryRejected refused(const events::DeliveryIntended& intent, Reason why) {
  events::DeliveryRejected e;
  e.facts.delivery = intent.delivery;
  e.facts.reason_code = why;
  return e;
}

TEST(Contact, WhatASystemRefusedForItsContentIsNotAskedAgainUnchanged) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto first = contact.when(says(crm, full)).intent(hub);
  contact.dispatched(first).happened(refused(first, Reason::validation_failed));
  EXPECT_EQ(contact.when(says(crm, full)).outcome(hub), "skipped(refused_before)");
  const auto mended = contact.when(says(crm, {{Field::email, "new@example.com"}}));
  EXPECT_EQ(mended.outcome(hub), "pending(create)");
  // What an operator mends at the vendor is asked again.
  contact.dispatched(mended.intent(hub)).happened(refused(mended.intent(hub), Reason::forbidden));
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "new@example.com"}})).outcome(hub),
            "pending(create)");
}

TEST(Contact, AValueThatASystemRefusesKeepsNoOtherBack) {
  auto contact = shared_contact();
  const auto taken = contact.when(says(crm, {{Field::email, "taken@example.com"}})).intent(hub);
  contact.dispatched(taken).happened(refused(taken, Reason::validation_failed));
  for (const auto* name : {"Acme", "Beta"}) {
    const auto next = contact.when(says(crm, company(name)));
    EXPECT_EQ(next.intent(hub).fields, company(name));
    contact.settled(next);
  }
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "taken@example.com"}})).outcome(hub),
            "skipped(refused_before)");
  const auto mended = contact.when(says(crm, {{Field::email, "free@example.com"}}));
  EXPECT_EQ(mended.intent(hub).fields, (FieldSet{{Field::email, "free@example.com"}}));
}

TEST(Contact, ARecordThatIsGoneIsNotUpdatedAnyMore) {
  auto contact = shared_contact();
  const auto update = contact.when(says(crm, company("Acme"))).intent(hub);
  events::DeliveryLookedUp gone;
  gone.facts.delivery = update.delivery;
  gone.contact = jane;
  gone.target = hub;
  gone.gone = RemoteId("r-1");
  contact.dispatched(update).happened(gone);
  EXPECT_FALSE(contact.contact().records.back().live) << "hub's, already before the answer";
  auto taken = update;
  taken.replaces = RemoteId("r-1");
  contact.accepted(taken, "r-2");
  const auto decided = contact.when(says(crm, company("Beta")));
  EXPECT_EQ(decided.intent(hub).remote_id, RemoteId("r-2"));
  EXPECT_EQ(contact.when(says(hub, company("Gamma"))).outcome(), "superseded(record_replaced)");
}

TEST(Contact, AnOptOutBlocksEveryTargetUntilItIsLifted) {
  auto contact = shared_contact();
  ApplyConsent consent;
  consent.change.change = events::ConsentChange::revoked;
  consent.change.channels = {events::Channel::sms};
  consent.change.address_hash = AddressHash(Hash16{0xaa});
  contact.when(consent);
  const auto later = contact.when(says(crm, {{Field::company, "Beta"}}));
  EXPECT_EQ(later.outcome(), "blocked(opted_out)");
  EXPECT_EQ(later.outcome(hub), "blocked(opted_out)");
  EXPECT_TRUE(later.all<events::DeliveryIntended>().empty());
  EXPECT_EQ(contact.contact().merged.get(Field::company), "Beta") << "what is known is still known";
  consent.change.change = events::ConsentChange::granted;
  contact.when(consent);
  EXPECT_EQ(
      contact.when(says(crm, {{Field::company, "Gamma"}})).intent(hub).fields.get(Field::company),
      "Gamma");
}

TEST(Contact, WithoutPhoneOrEmailNothingIsDelivered) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  EXPECT_EQ(contact.when(says(crm, {{Field::first_name, "Jane"}})).outcome(hub),
            "skipped(no_phone_or_email)");
  EXPECT_EQ(contact.when(says(crm, {{Field::phone, "12"}})).outcome(hub),
            "skipped(phone_too_short)");
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "jane@example.com"}})).outcome(hub),
            "pending(create)");
}

TEST(Contact, AnImpossiblePhoneStaysHereWhileTheRestTravels) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto decided =
      contact.when(says(crm, {{Field::phone, "call me"}, {Field::email, "jane@example.com"}}));
  EXPECT_EQ(decided.intent(hub).fields, (FieldSet{{Field::email, "jane@example.com"}}));
}

TEST(Contact, ADeletionStaysWhereItHappened) {
  auto contact = shared_contact();
  auto removed = says(crm, {});
  removed.removed = true;
  const auto decided = contact.when(removed);
  EXPECT_EQ(decided.outcome(), "applied(record_removed)");
  EXPECT_EQ(decided.outcome(hub), "skipped(deletion_stays_at_source)");
  EXPECT_EQ(contact.when(removed).outcome(), "no_change(record_not_known)");
}

TEST(Contact, AnUnknownEventInItsStreamParksEverything) {
  auto contact = shared_contact();
  contact.happened(events::Unknown{"contact.teleported.v9"});
  const auto decided = contact.when(says(crm, {{Field::company, "Acme"}}));
  EXPECT_EQ(decided.outcome(), "parked(unknown_event_in_stream)");
  EXPECT_EQ(decided.events.size(), 1U);
}

} // namespace
} // namespace tidemark::domain::decide_test
