#include "domain/contacts/records.hpp"
#include "tests/domain/given.hpp"

/// A record that another took the place of is in use again: its number was changed there and back.
namespace tidemark::domain::test::record_again_test {
namespace {

const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}};
const FieldSet moved{{Field::first_name, "Ada"}, {Field::phone, "+12025550199"}};

ObserveRecord dialed(const std::string& id, FieldSet fields) {
  return {dialer, RemoteId(id), std::move(fields), "", false, false};
}

/// The dialer's record is d-1, then d-2, then d-1 again; everything was answered an hour ago.
given there_and_back() {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  const auto make = [&](const Decided& decided, const std::string& id) {
    contact.dispatched(decided.intent(dialer)).accepted(decided.intent(dialer), id);
    contact.wait(std::chrono::hours{1});
  };
  make(contact.when(says(crm, ada)), "d-1");
  make(contact.when(says(crm, moved)), "d-2");
  make(contact.when(says(crm, ada)), "d-1");
  return contact;
}

TEST(RecordAgain, ANumberThatIsChangedBackUsesTheFirstRecordAsItWas) {
  const auto contact = there_and_back();
  std::vector<std::string> live;
  for (const auto& record : contact.contact().records)
    if (record.connector == dialer && record.live)
      live.push_back(record.remote_id.value + (record.replaced ? " replaced" : ""));
  EXPECT_EQ(live, std::vector<std::string>{"d-1"});
  EXPECT_EQ(contact.contact().records.size(), 3U) << "one each: crm's, d-1, d-2";
}

TEST(RecordAgain, WhatItSaysCounts) {
  auto contact = there_and_back();
  const auto edited = contact.when(dialed("d-1", {{Field::company, "New"}}));
  EXPECT_EQ(edited.outcome(), "applied");
  EXPECT_EQ(edited.intent(crm).fields, (FieldSet{{Field::company, "New"}}));
  contact.settled(edited);
  const auto late = contact.when(dialed("d-2", {{Field::company, "Old"}}));
  EXPECT_EQ(late.outcome(), "superseded(record_replaced)");
  const auto number = contact.when(dialed("d-1", {{Field::phone, "+12025550155"}}));
  EXPECT_EQ(number.intent(crm).fields, (FieldSet{{Field::phone, "+12025550155"}}));
}

TEST(RecordAgain, ItIsTheSameRecordAlsoWhenItSpeaksBeforeTheAnswer) {
  given contact(rules_of({crm_rule(), echoing(dialer_rule())}));
  const auto first = contact.when(says(crm, ada)).intent(dialer);
  contact.dispatched(first).accepted(first, "d-1").after(dialed("d-1", ada));
  const auto second = contact.when(says(crm, moved)).intent(dialer);
  contact.dispatched(second).accepted(second, "d-2").after(dialed("d-2", moved));
  const auto third = contact.when(says(crm, ada)).intent(dialer);
  contact.dispatched(third).after(dialed("d-1", ada)).accepted(third, "d-1");
  EXPECT_EQ(contact.contact().records.size(), 3U);
  EXPECT_EQ(contact.when(dialed("d-1", {{Field::company, "New"}})).outcome(), "applied");
}

/// A person gave d-1 another number, which nobody had heard of when d-2 was made under the old one.
given made_twice(SyncRules rules) {
  given contact(std::move(rules));
  const auto first = contact.when(says(crm, ada)).intent(dialer);
  contact.dispatched(first).accepted(first, "d-1").wait(std::chrono::hours{1});
  auto update = contact.when(says(crm, {{Field::company, "New"}})).intent(dialer);
  EXPECT_EQ(update.remote_id, RemoteId("d-1"));
  contact.dispatched(update);
  update.replaces = RemoteId("d-1");
  contact.accepted(update, "d-2").wait(std::chrono::hours{1});
  return contact;
}

std::vector<std::string> in_use(const given& contact) {
  std::vector<std::string> out;
  for (const auto& record : contact.contact().records)
    if (record.connector == dialer && record.live)
      out.push_back(record.remote_id.value);
  return out;
}

const FieldSet corrected{{Field::first_name, "Ada"}, {Field::phone, "+12025550177"}};

TEST(RecordAgain, AnotherNumberOfARecordThatWasReplacedMeanwhileIsAnEditOfThePerson) {
  auto contact = made_twice(rules_of({crm_rule(), dialer_rule()}));
  ASSERT_EQ(in_use(contact), std::vector<std::string>{"d-2"});
  EXPECT_EQ(contact.when(dialed("d-1", ada)).outcome(), "superseded(record_replaced)")
      << "it says what was known";
  const auto edit = contact.when(dialed("d-1", corrected));
  EXPECT_EQ(edit.outcome(), "applied");
  EXPECT_EQ(edit.intent(crm).fields, (FieldSet{{Field::phone, "+12025550177"}}));
  EXPECT_EQ(edit.intent(dialer).remote_id, RemoteId("d-1"));
  EXPECT_EQ(edit.intent(dialer).fields, (FieldSet{{Field::company, "New"}}))
      << "what only the other was told";
  EXPECT_EQ(in_use(contact), std::vector<std::string>{"d-1"}) << "one record each";
  EXPECT_EQ(contact.when(dialed("d-2", ada)).outcome(), "superseded(record_replaced)");
  contact.settled(edit);
  EXPECT_EQ(contact.when(dialed("d-1", {{Field::company, "Newer"}})).outcome(), "applied");
}

/// A form that writes a number makes a record where none has it, and states the rest there too.
events::DeliveryIntended form() {
  events::DeliveryIntended out;
  out.delivery = DeliveryId("d-form");
  out.contact = jane;
  out.target = dialer;
  out.operation = events::Operation::update;
  out.fields = {{Field::phone, "+12025550142"}};
  out.context = ada;
  return out;
}

TEST(RecordAgain, AllThatAFormStatedIsItsEchoWhileItIsOutAndHoursLater) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.after(says(crm, ada)).happened(form()).dispatched(form());
  contact.after(says(crm, {{Field::first_name, "Adah"}}));
  const auto echo = contact.when(dialed("d-9", ada));
  EXPECT_EQ(echo.outcome(), "echo_of(own_write_came_back)");
  EXPECT_EQ(echo.changed(), FieldSet{}) << "it turns nothing back";

  given later(rules_of({crm_rule(), dialer_rule()}));
  later.after(says(crm, ada)).happened(form()).dispatched(form()).accepted(form(), "d-9");
  later.after(says(crm, {{Field::first_name, "Adah"}})).wait(std::chrono::hours{5});
  const auto late = later.when(dialed("d-9", ada));
  EXPECT_EQ(late.outcome(), "echo_of(own_write_came_back)");
  EXPECT_EQ(late.changed(), FieldSet{});
}

TEST(RecordAgain, OfTwoNewNumbersTheRuleDecidesAndBothAreOnRecord) {
  const auto after_both = [](SyncRules rules) {
    given contact(std::move(rules));
    const auto first = contact.when(says(crm, ada)).intent(dialer);
    contact.dispatched(first).accepted(first, "d-1").wait(std::chrono::hours{1});
    const auto second = contact.when(says(crm, moved)).intent(dialer);
    contact.dispatched(second).accepted(second, "d-2").wait(std::chrono::hours{1});
    return contact;
  };
  auto first = after_both(rules_of({crm_rule(), dialer_rule()}));
  const auto lost = first.when(dialed("d-1", corrected));
  EXPECT_EQ(lost.outcome(), "superseded(record_replaced)");
  ASSERT_EQ(lost.all<events::ContactConflictDecided>().size(), 1U);
  EXPECT_EQ(in_use(first), std::vector<std::string>{"d-2"});
  EXPECT_EQ(first.contact().merged.get(Field::phone), "+12025550199");
  auto second = after_both(rules_of({dialer_rule(), crm_rule()}));
  const auto won = second.when(dialed("d-1", corrected));
  EXPECT_EQ(won.outcome(), "applied");
  EXPECT_EQ(won.all<events::ContactConflictDecided>().size(), 1U);
  EXPECT_EQ(in_use(second), std::vector<std::string>{"d-1"});
}

TEST(RecordAgain, AnOldWebhookReadAgainChangesNoNumber) {
  auto contact = made_twice(rules_of({crm_rule(), dialer_rule()}));
  auto again = dialed("d-1", corrected);
  again.listed = ObservationSource::by_reprocess;
  EXPECT_EQ(contact.when(again).outcome(), "superseded(record_replaced)");
}

/// As snapshots of before have it: the record stands there twice, once as replaced.
TEST(RecordAgain, ADeadTwinSilencesNobody) {
  auto contact = there_and_back().contact();
  auto twin = *live_record(contact, dialer);
  twin.live = false;
  twin.replaced = true;
  contact.records.insert(contact.records.begin(), twin);
  const Cause cause{Position{99}, 0, Timestamp{std::chrono::hours{24 * 365 * 51}}, "test"};
  const auto rules = rules_of({crm_rule(), dialer_rule()});
  const auto decided =
      decide(contact, dialed("d-1", {{Field::company, "New"}}), {jane, rules, cause});
  EXPECT_EQ(std::get<events::ContactObserved>(decided.front()).outcome, events::Outcome::applied);
}

} // namespace
} // namespace tidemark::domain::test::record_again_test
