#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// What a person typed into a system stays there, where that is configured (requirement C21).
namespace tidemark::domain::test::manual_edits_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const FieldSet ada{
    {Field::first_name, "Ada"}, {Field::phone, "+12025550142"}, {Field::email, "ada@example.com"}};

/// Ada in both systems, from crm.
given shared(bool preserve, std::vector<std::string> fields = {}) {
  auto rules = rules_of({crm_rule(), hub_rule()});
  rules.manual_edits = {preserve, std::move(fields)};
  given contact(rules);
  contact.settled(contact.when(says(crm, ada)));
  return contact;
}

/// A person edits the e-mail in hub. Where edits are preserved, crm keeps the one that was typed in
/// there.
void edits_hub(given& contact) {
  contact.wait(std::chrono::hours{1});
  contact.settled(contact.when(says(hub, {{Field::email, "ada@home.example.com"}})));
  contact.wait(std::chrono::hours{1});
}

TEST(ManualEdits, TheyAreOverwrittenByANewerEditUnlessConfigured) {
  auto contact = shared(false);
  edits_hub(contact);
  const auto decided = contact.when(says(crm, {{Field::email, "ada@work.example.com"}}));
  EXPECT_EQ(decided.intent(hub).fields.get(Field::email), "ada@work.example.com");
}

TEST(ManualEdits, TheyStayAndTheDecisionSaysSo) {
  auto contact = shared(true);
  edits_hub(contact);
  const auto decided =
      contact.when(says(crm, {{Field::email, "ada@work.example.com"}, {Field::company, "Acme"}}));
  EXPECT_EQ(decided.intent(hub).fields, (FieldSet{{Field::company, "Acme"}}));
  const auto conflicts = decided.all<events::ContactConflictDecided>();
  ASSERT_THAT(conflicts, SizeIs(2));
  EXPECT_EQ(conflicts[0].rule, "A1.6.email.precedence") << "what the contact holds";
  EXPECT_EQ(conflicts[0].winner, crm);
  EXPECT_EQ(conflicts[1].rule, "preserve_manual_edits") << "what hub holds all the same";
  EXPECT_EQ(conflicts[1].winner, hub);
  EXPECT_EQ(conflicts[1].value.reveal(), "ada@home.example.com");
  EXPECT_EQ(conflicts[1].values.at(crm).reveal(), "ada@work.example.com");
}

TEST(ManualEdits, WhatWeWroteLastIsNoManualEdit) {
  auto contact = shared(true);
  const auto decided = contact.when(says(crm, {{Field::email, "ada@work.example.com"}}));
  EXPECT_EQ(decided.intent(hub).fields.get(Field::email), "ada@work.example.com");
  EXPECT_THAT(decided.all<events::ContactConflictDecided>(), IsEmpty());
}

TEST(ManualEdits, OurOwnWriteComingBackIsNoManualEdit) {
  auto contact = shared(true);
  contact.after(says(hub, ada));
  const auto decided = contact.when(says(crm, {{Field::email, "ada@work.example.com"}}));
  EXPECT_EQ(decided.intent(hub).fields.get(Field::email), "ada@work.example.com");
}

TEST(ManualEdits, OnlyProtectedFieldsStay) {
  auto contact = shared(true, {"phone"});
  edits_hub(contact);
  const auto decided = contact.when(says(crm, {{Field::email, "ada@work.example.com"}}));
  EXPECT_EQ(decided.intent(hub).fields.get(Field::email), "ada@work.example.com");
}

TEST(ManualEdits, TheDecisionIsRecordedOnceNotEachTimeThatItHolds) {
  auto contact = shared(true);
  edits_hub(contact);
  contact.settled(contact.when(says(crm, {{Field::email, "ada@work.example.com"}})));
  const auto later = contact.when(says(crm, {{Field::company, "Acme"}}));
  EXPECT_EQ(later.intent(hub).fields, (FieldSet{{Field::company, "Acme"}}));
  EXPECT_THAT(later.all<events::ContactConflictDecided>(), IsEmpty());
}

} // namespace
} // namespace tidemark::domain::test::manual_edits_test
