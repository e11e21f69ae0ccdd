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
