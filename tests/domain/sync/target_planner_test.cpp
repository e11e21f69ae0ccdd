#include "tests/domain/given.hpp"

namespace tidemark::domain::target_planner_test {
namespace {

using namespace test;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

TEST(Targets, OneThatReceivesNothingIsSkipped) {
  auto rules = rules_of({crm_rule(), hub_rule()});
  rules.systems[1].receives = false;
  EXPECT_EQ(given(rules).when(says(crm, full)).outcome(hub), "skipped(target_does_not_receive)");
}

TEST(Targets, ADialerNeedsAPhone) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  EXPECT_EQ(contact.when(says(crm, {{Field::email, "jane@example.com"}})).outcome(dialer),
            "skipped(target_needs_phone)");
  EXPECT_EQ(contact.when(says(crm, full)).outcome(dialer), "pending(create)");
}

TEST(Targets, AnUnusablePhoneIsCalledSoWithWhatIsWrong) {
  given contact(rules_of({crm_rule(), hub_rule(), dialer_rule()}));
  const auto said = [&](const std::string& phone, const std::string& email) {
    const auto decided = contact.when(says(crm, {{Field::phone, phone}, {Field::email, email}}));
    return decided.outcome(hub) + " " + decided.outcome(dialer);
  };
  EXPECT_EQ(said("555-1234", ""), "skipped(phone_too_short) skipped(phone_too_short)");
  EXPECT_EQ(said("202555014211", ""), "skipped(phone_too_long) skipped(phone_too_long)");
  EXPECT_EQ(said("ask office", ""), "skipped(phone_not_a_number) skipped(phone_not_a_number)");
  EXPECT_EQ(said("102-555-0142", ""),
            "skipped(phone_impossible_area) skipped(phone_impossible_area)");
  EXPECT_EQ(said("", ""), "skipped(no_phone_or_email) skipped(no_phone_or_email)");
  EXPECT_EQ(said("555-1234", "jane@example.com"), "pending(create) skipped(phone_too_short)")
      << "who is found by the mailbox is not called by it";
}

TEST(Targets, AChangedPhoneThatCannotBeOneIsLeftOutAndNamed) {
  auto rules = rules_of({crm_rule(), hub_rule()});
  rules.source_of_truth = crm.value; // else the number that the hub has would stand
  given contact(rules);
  auto whole = full;
  whole.set(Field::email, "jane@example.com");
  contact.settled(contact.when(says(crm, whole)));
  auto wrong = whole;
  wrong.set(Field::phone, "555-1234");
  const auto decided = contact.when(says(crm, wrong));
  EXPECT_EQ(decided.outcome(hub), "skipped(phone_too_short)");
  EXPECT_TRUE(decided.all<events::DeliveryIntended>().empty());
  EXPECT_EQ(contact.when(says(crm, wrong)).outcome(hub), "skipped(phone_too_short)")
      << "it is not equal afterwards either";
  wrong.set(Field::company, "Joinery");
  const auto more = contact.when(says(crm, wrong));
  EXPECT_EQ(more.outcome(hub), "pending(update)") << "said once, when it was news";
  EXPECT_EQ(more.intent(hub).fields, (FieldSet{{Field::company, "Joinery"}}));
  wrong.set(Field::email, "nobody");
  wrong.set(Field::phone, "+12025550142");
  EXPECT_EQ(contact.when(says(crm, wrong)).outcome(hub), "skipped(email_not_an_address)");
}

/// The seeds' own conflict: two numbers that can be none, one mailbox.
TEST(Targets, OfTwoUnusableNumbersTheSentenceSaysWhyTheSystemsStayUnequal) {
  const auto with = [](const std::string& phone) {
    return FieldSet{{Field::phone, phone}, {Field::email, "jane@example.com"}};
  };
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, with("555-1234"))));
  const auto lost = contact.when(says(hub, with("555-5678")));
  const auto conflicts = lost.all<events::ContactConflictDecided>();
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].winner, crm);
  EXPECT_EQ(lost.outcome(crm), "no_change(already_equal)") << "the CRM holds 555-1234";
  EXPECT_EQ(lost.outcome(hub), "skipped(phone_too_short)") << "and the hub cannot be given it";
  EXPECT_TRUE(lost.all<events::DeliveryIntended>().empty());

  given other(rules_of({crm_rule(), hub_rule()}));
  other.settled(other.when(says(hub, with("555-5678"))));
  const auto won = other.when(says(crm, with("555-1234")));
  EXPECT_EQ(won.changed().get(Field::phone), "555-1234");
  EXPECT_EQ(won.outcome(hub), "skipped(phone_too_short)");
}

TEST(Targets, ACustomFieldGoesWhereItIsMappedInTheFormThatItHasThere) {
  const auto lead = *events::custom_field("lead_source"), budget = *events::custom_field("budget");
  auto rules = rules_of({crm_rule(), hub_rule(), dialer_rule()});
  auto& there = rules.systems[1];
  there.capabilities.writable.add(lead);
  there.custom_fields = {{lead, "", "lead", CustomType::choice, {"Web form", "Phone"}}};
  given contact(rules);
  auto told = says(crm, full);
  told.fields.set(lead, "WEB FORM");
  told.fields.set(budget, "12");
  const auto first = contact.when(told);
  EXPECT_EQ(first.intent(hub).fields.get(lead), "Web form");
  EXPECT_FALSE(first.intent(hub).fields.find(budget)) << "it is mapped to none there";
  EXPECT_FALSE(first.intent(dialer).fields.find(lead));
  contact.settled(first);
  EXPECT_EQ(contact.when(told).outcome(hub), "no_change(already_equal)") << "it holds its own form";
  told.fields.set(lead, "Fax");
  told.fields.set(Field::company, "Joinery");
  const auto unfit = contact.when(told);
  EXPECT_EQ(unfit.outcome(hub), "skipped(custom_field_unfit)");
  EXPECT_FALSE(unfit.intent(hub).fields.find(lead));
  EXPECT_EQ(unfit.intent(hub).fields.get(Field::company), "Joinery") << "the rest goes on";
}

TEST(Targets, CustomFieldsAreMergedByPrecedence) {
  const auto lead = *events::custom_field("lead_source");
  auto rules = rules_of({crm_rule(), hub_rule()});
  for (auto& system : rules.systems)
    system.capabilities.writable.add(lead);
  given contact(rules);
  auto first = says(hub, full), second = says(crm, full);
  first.fields.set(lead, "from the hub");
  second.fields.set(lead, "from the CRM");
  contact.after(first);
  const auto decided = contact.when(second);
  EXPECT_EQ(decided.changed().get(lead), "from the CRM");
  const auto conflicts = decided.all<events::ContactConflictDecided>();
  ASSERT_EQ(conflicts.size(), 1U);
  EXPECT_EQ(conflicts[0].field, lead);
  EXPECT_EQ(conflicts[0].rule, "A1.6.precedence");
}

TEST(Targets, AChangedPhoneIsANewRecordInTheDialerThatReplacesTheOld) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, full)));
  const auto intent = contact.when(says(crm, {{Field::phone, "+12025550143"}})).intent(dialer);
  EXPECT_EQ(intent.operation, events::Operation::create);
  EXPECT_EQ(intent.replaces, RemoteId("r-1"));
  EXPECT_EQ(intent.fields.get(Field::first_name), "Jane");
  // What the old record still says is outdated.
  EXPECT_EQ(contact.when(says(dialer, full)).outcome(), "superseded(record_replaced)");
  EXPECT_EQ(contact.contact().merged.get(Field::phone), "+12025550143");
}

TEST(Targets, ANumberThatThePersonHasInTheDialerIsNotMadeAnewThere) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, full)));
  contact.wait(std::chrono::seconds{5}); // our create and its webhook may have crossed
  const auto decided = contact.when(says(dialer, {{Field::phone, "+12025550143"}}));
  EXPECT_EQ(decided.intent(crm).fields.get(Field::phone), "+12025550143");
  EXPECT_EQ(decided.all<events::DeliveryIntended>().size(), 1U);
}

TEST(Targets, ARefusedReplacementLeavesTheOldRecordStanding) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, full)));
  const auto intent = contact.when(says(crm, {{Field::phone, "+12025550143"}})).intent(dialer);
  events::DeliveryRejected refused;
  refused.facts.delivery = intent.delivery;
  contact.dispatched(intent).happened(refused);
  EXPECT_EQ(contact.when(says(dialer, {{Field::first_name, "Janet"}})).outcome(), "applied");
}

TEST(Targets, AnEmptiedPhoneStaysInTheDialer) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  auto with_email = full;
  with_email.set(Field::email, "jane@example.com");
  contact.settled(contact.when(says(crm, with_email)));
  EXPECT_EQ(contact.when(says(crm, {{Field::phone, ""}})).outcome(dialer),
            "no_change(already_equal)");
}

TEST(Targets, APhoneThatChangesWhileTheCreateIsOutIsNotAnUpdate) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.dispatched(contact.when(says(crm, full)).intent(dialer));
  const auto intent = contact.when(says(crm, {{Field::phone, "+12025550143"}})).intent(dialer);
  EXPECT_EQ(intent.operation, events::Operation::create);
}

TEST(Targets, ACreateThatMayHaveTakenEffectIsNotStatedAnewAfterALaterRefusal) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  events::DeliveryUnknown lost;
  lost.facts.delivery = created.delivery;
  contact.dispatched(created).happened(lost);
  EXPECT_EQ(contact.when(says(crm, {{Field::company, "Acme"}})).outcome(hub), "pending(update)");
  events::DeliveryRetryScheduled busy;
  busy.facts.delivery = created.delivery;
  contact.dispatched(created).happened(busy);
  const auto next = contact.when(says(crm, {{Field::company, "Beta"}}));
  EXPECT_EQ(next.outcome(hub), "pending(update)") << "hub may hold the contact already";
  EXPECT_EQ(next.intent(hub).fields, (FieldSet{{Field::company, "Beta"}}));
}

TEST(Targets, ACreateThatOnlyMetABusySystemIsStatedAnewWithTheNewestValues) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto created = contact.when(says(crm, full)).intent(hub);
  events::DeliveryRetryScheduled busy;
  busy.facts.delivery = created.delivery;
  contact.dispatched(created).happened(busy);
  EXPECT_EQ(contact.when(says(crm, {{Field::company, "Acme"}})).outcome(hub), "pending(create)");
}

TEST(Targets, AnIntentThatWaitsIsNotMadeTwice) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  const auto first = contact.when(says(crm, full)).intent(hub);
  const auto again = contact.when(says(crm, full));
  EXPECT_EQ(again.outcome(hub), "pending(already_intended)");
  EXPECT_EQ(again.observed().targets[0].delivery, first.delivery);
}

TEST(Targets, AnEditThatIsTakenBackCancelsWhatWaits) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, full)));
  const auto a = contact.when(says(crm, {{Field::first_name, "Janet"}})).intent(hub);
  const auto back = contact.when(says(crm, {{Field::first_name, "Jane"}}));
  EXPECT_EQ(back.outcome(hub), "pending(update)");
  EXPECT_TRUE(back.intent(hub).fields.empty());
  // And made again: the first intent lies behind the empty one, so a new one is needed.
  const auto again = contact.when(says(crm, {{Field::first_name, "Janet"}}));
  EXPECT_EQ(again.outcome(hub), "pending(update)");
  EXPECT_EQ(again.intent(hub).fields, a.fields);
  EXPECT_NE(again.intent(hub).delivery, a.delivery);
}

TEST(Targets, WhatIsInFlightIsNotSentTwice) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.dispatched(contact.when(says(crm, full)).intent(hub));
  EXPECT_EQ(contact.when(says(crm, full)).outcome(hub), "no_change(already_equal)");
  const auto more = contact.when(says(crm, {{Field::company, "Acme"}})).intent(hub);
  EXPECT_EQ(more.operation, events::Operation::update);
  EXPECT_EQ(more.fields, (FieldSet{{Field::company, "Acme"}}));
}

TEST(Targets, ASystemHoldsWhatItsOwnFormOfTheValueIs) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  auto fields = full;
  fields.set(Field::company, "Acme Corporation");
  contact.settled(contact.when(says(crm, fields)));
  fields.set(Field::company, "Acme Cor");
  EXPECT_EQ(contact.when(says(hub, fields)).outcome(), "echo_of(own_write_came_back)");
  EXPECT_EQ(contact.when(says(hub, fields)).outcome(crm), "no_change(already_equal)");
  EXPECT_EQ(contact.contact().merged.get(Field::company), "Acme Corporation");
}

} // namespace
} // namespace tidemark::domain::target_planner_test
