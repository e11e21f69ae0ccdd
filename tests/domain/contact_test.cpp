#include "tests/domain/given.hpp"

namespace tidemark::domain {
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

TEST(Contact, AFieldThatFlipsTooOftenIsParkedAndCalmsDown) {
  auto contact = shared_contact();
  const auto edit = [&](int i) {
    return contact.when(says(crm, {{Field::company, "Acme " + std::to_string(i)}}));
  };
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(edit(i).outcome(), "applied") << i;
  const auto parked = edit(5);
  EXPECT_EQ(parked.outcome(), "parked(flapping)");
  EXPECT_EQ(parked.outcome(hub), "parked(flapping)");
  EXPECT_TRUE(parked.changed().empty());
  contact.wait(std::chrono::minutes{10});
  EXPECT_EQ(edit(6).outcome(), "applied");
}

TEST(Contact, AnOptOutSignBlocksEveryTargetFromThenOn) {
  auto contact = shared_contact();
  auto command = says(crm, {{Field::company, "Acme"}});
  command.opt_out_seen = true;
  EXPECT_EQ(contact.when(command).outcome(hub), "blocked(opt_out_seen_at_source)");
  const auto later = contact.when(says(crm, {{Field::company, "Beta"}}));
  EXPECT_EQ(later.outcome(), "blocked(opt_out_seen_at_source)");
  EXPECT_EQ(later.outcome(hub), "blocked(opt_out_seen_at_source)");
  EXPECT_TRUE(later.all<events::DeliveryIntended>().empty());
  EXPECT_EQ(contact.contact().merged.get(Field::company), "Beta") << "what is known is still known";
}

TEST(Contact, WithoutPhoneOrEmailNothingIsDelivered) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  EXPECT_EQ(contact.when(says(crm, {{Field::first_name, "Jane"}})).outcome(hub),
            "skipped(no_phone_or_email)");
  EXPECT_EQ(contact.when(says(crm, {{Field::phone, "12"}})).outcome(hub),
            "skipped(no_phone_or_email)");
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
} // namespace tidemark::domain
