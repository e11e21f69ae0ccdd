#include "domain/identity/existing_record.hpp"
#include "tests/domain/given.hpp"
#include "tests/domain/identity/identity_house.hpp"

/// A record that was to be made is there already (requirements C6, C15; rule 8).
namespace tidemark::domain::test::found_record_test {
namespace {

using events::Field;
using events::Operation;

const std::string number = "+12025550142";

events::DeliveryAccepted found(const ContactId& contact, const ConnectorName& target,
                               const std::string& id, FieldSet shows) {
  events::DeliveryAccepted e;
  e.contact = contact;
  e.target = target;
  e.remote_id = RemoteId(id);
  e.fields = std::move(shows);
  e.learned_id = true;
  e.facts.reason_code = Reason::found_there;
  return e;
}

PendingDelivery create_of(const ContactId& contact) {
  PendingDelivery out;
  out.intent.contact = contact;
  out.intent.target = hub;
  out.intent.operation = Operation::create;
  return out;
}

DeliveryResult there(const std::string& id) {
  DeliveryResult out{DeliveryVerdict::accepted, Reason::found_there, RemoteId(id), FieldSet{}};
  out.found = true;
  return out;
}

TEST(FoundRecord, OneOfAnotherContactIsNotTaken) {
  House house;
  const auto anna = house.sees(record(hub, "h-1", {{Field::phone, number}})).contact;
  const ContactId emil("c-emil");
  const auto judged = [&](const DeliveryResult& delivery_result, const ContactId& contact) {
    return unless_of_another(delivery_result, create_of(contact), acme, hasher, house);
  };
  EXPECT_EQ(judged(there("h-1"), emil).verdict, DeliveryVerdict::rejected);
  EXPECT_EQ(judged(there("h-1"), emil).reason_code, Reason::address_belongs_to_other_person);
  EXPECT_EQ(judged(there("h-1"), anna), there("h-1")) << "her own";
  EXPECT_EQ(judged(there("h-2"), emil), there("h-2")) << "nobody's so far";
  const DeliveryResult written{DeliveryVerdict::accepted, Reason::accepted, RemoteId("h-1"), {}};
  EXPECT_EQ(judged(written, emil), written) << "it was written to already";
  EXPECT_EQ(tag_of_found(written, hub, acme, hasher), std::nullopt);
  house.forgets(anna, hub, "h-1");
  EXPECT_EQ(judged(there("h-1"), emil), there("h-1")) << "she has it no more";
}

TEST(FoundRecord, WhatItShowsIsTakenForItsWord) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, number}}));
  const auto accepted =
      found(known.contact, hub, "h-1", {{Field::phone, number}, {Field::email, "ada@example.com"}});
  const Cause cause{Position{9}, 0, {}, "test"};
  const auto decision = interpret(accepted, nullptr, {acme, hasher, house, cause, house.rules});
  const auto* interpreted = interpreted_in(decision);
  ASSERT_TRUE(interpreted);
  ASSERT_EQ(interpreted->commands.size(), 1U);
  EXPECT_EQ(interpreted->commands[0].contact, known.contact);
  EXPECT_FALSE(interpreted->commands[0].new_contact);
  DecisionParts parts;
  parts.add(events::Event(accepted));
  const auto command = command_of(interpreted->commands[0], {}, parts);
  ASSERT_TRUE(command);
  EXPECT_EQ(std::get<ObserveRecord>(*command), observed_in(accepted));
  const auto mail = events::email_hash(hasher, acme, "ada@example.com");
  const auto& card = std::get<IdentityCard>(decision.back().event);
  EXPECT_EQ(card.emails, std::vector{mail}) << "its addresses are the person's";
}

TEST(FoundRecord, NobodysWordIsHeardFromOneThatBecameAnothersMeanwhile) {
  House house;
  house.sees(record(hub, "h-1", {{Field::phone, number}}));
  const auto other = house.sees(record(crm, "r-2", {{Field::phone, "+12025550188"}}));
  const Cause cause{Position{9}, 0, {}, "test"};
  const auto decision = interpret(found(other.contact, hub, "h-1", {{Field::phone, number}}),
                                  nullptr, {acme, hasher, house, cause, house.rules});
  EXPECT_FALSE(interpreted_in(decision));
  ASSERT_EQ(decision.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<events::IdentityReviewRequested>(decision[0].event));
}

/// A dialer's first word about a person whom the CRM had all along.
given met_in_the_crm() {
  given house(rules_of({crm_rule(), hub_rule()}));
  const auto heard = house.when(says(hub, {{Field::first_name, "Marisol"},
                                           {Field::last_name, "T"},
                                           {Field::phone, number},
                                           {Field::company, "Typo"}}));
  const auto create = heard.intent(crm);
  EXPECT_EQ(create.operation, Operation::create);
  house.dispatched(create);
  auto answer = found(jane, crm, "c-1",
                      {{Field::first_name, "Marisol"},
                       {Field::last_name, "Tennerby"},
                       {Field::phone, number},
                       {Field::company, "Right Corp"},
                       {Field::address_city, "Ashby"}});
  answer.facts.delivery = create.delivery;
  house.happened(answer);
  return house;
}

TEST(FoundRecord, ConflictsAreDecidedAsIfItHadSpokenFirst) {
  auto house = met_in_the_crm();
  EXPECT_TRUE(house.contact().open.empty());
  auto word = says(crm, {{Field::first_name, "Marisol"},
                         {Field::last_name, "Tennerby"},
                         {Field::phone, number},
                         {Field::company, "Right Corp"},
                         {Field::address_city, "Ashby"}});
  word.remote_id = RemoteId("c-1");
  const auto decided = house.when(word);
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(house.contact().merged.get(Field::company), "Right Corp") << "the CRM ranks first";
  EXPECT_EQ(house.contact().merged.get(Field::last_name), "Tennerby");
  EXPECT_EQ(decided.intent(hub).fields.get(Field::company), "Right Corp");
  EXPECT_EQ(decided.intent(crm).fields, FieldSet{}) << "nothing to write there";
  EXPECT_FALSE(decided.all<events::ContactConflictDecided>().empty()) << "and it is on record";
}

/// A create without an answer had made it; what was said since is not turned back.
TEST(FoundRecord, OneThatACreateOfOursMayHaveMadeSaysNothingNew) {
  for (const bool killed : {false, true}) {
    given house(rules_of({crm_rule(), hub_rule()}));
    const auto create = house
                            .when(says(hub, {{Field::first_name, "Marisol"},
                                             {Field::phone, number},
                                             {Field::company, "First Corp"}}))
                            .intent(crm);
    house.dispatched(create);
    if (killed) {
      house.dispatched(create);
    } else {
      events::DeliveryUnknown lost;
      lost.facts.delivery = create.delivery;
      house.happened(lost);
    }
    house.after(says(hub, {{Field::phone, number}, {Field::company, "Second Corp"}}));
    auto answer = found(jane, crm, "c-1", {{Field::company, "First Corp"}});
    answer.facts.delivery = create.delivery;
    house.happened(answer);
    auto shown = says(crm, {{Field::first_name, "Marisol"},
                            {Field::phone, number},
                            {Field::company, "First Corp"},
                            {Field::address_city, "Ashby"}});
    shown.remote_id = RemoteId("c-1");
    shown.listed = ObservationSource::by_look_up;
    const auto decided = house.when(shown);
    EXPECT_EQ(house.contact().merged.get(Field::company), "Second Corp") << killed;
    EXPECT_EQ(house.contact().merged.get(Field::address_city), "Ashby") << "what it alone says";
    EXPECT_EQ(decided.intent(crm).fields.get(Field::company), "Second Corp");
    EXPECT_TRUE(house.contact().unsure_creates.empty());
  }
}

TEST(FoundRecord, ItsOwnWebhookThatCameBeforeIsNotUndone) {
  auto house = met_in_the_crm();
  auto word = says(crm, {{Field::phone, number}, {Field::company, "New Corp"}});
  word.remote_id = RemoteId("c-1");
  house.after(word);
  EXPECT_EQ(house.contact().merged.get(Field::company), "New Corp");
  word.fields.set(Field::company, "Right Corp"); // what the look-up had shown before that edit
  word.listed = ObservationSource::by_look_up;
  const auto decided = house.when(word);
  EXPECT_TRUE(decided.changed().empty());
  EXPECT_EQ(house.contact().merged.get(Field::company), "New Corp");
}

TEST(FoundRecord, WhatItLacksIsWrittenAfterItsWord) {
  auto house = met_in_the_crm();
  auto word = says(crm, {{Field::phone, number}});
  word.remote_id = RemoteId("c-1");
  const auto intent = house.when(word).intent(crm);
  EXPECT_EQ(intent.operation, Operation::update);
  EXPECT_EQ(intent.remote_id.value, "c-1");
  EXPECT_EQ(intent.fields.get(Field::company), "Typo");
}

TEST(FoundRecord, OneThatWasGivenUpIsInUseAgain) {
  given house(rules_of({crm_rule(), hub_rule()}));
  house.settled(house.when(says(crm, {{Field::phone, number}})));
  events::DeliveryLookedUp gone;
  gone.contact = jane;
  gone.target = hub;
  gone.gone = RemoteId("r-1");
  house.happened(gone);
  house.happened(found(jane, hub, "r-1", {{Field::phone, number}}));
  const auto& records = house.contact().records;
  const auto at = std::find_if(records.begin(), records.end(),
                               [](const auto& each) { return each.connector == hub; });
  ASSERT_NE(at, records.end());
  EXPECT_TRUE(at->live);
}

} // namespace
} // namespace tidemark::domain::test::found_record_test
