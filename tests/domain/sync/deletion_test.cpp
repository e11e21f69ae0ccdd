#include "tests/domain/given.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// A contact is deleted in one system: what the others hear, and who brings it back (requirement
/// C17).
namespace tidemark::domain::test::deletion_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}};

ObserveRecord deleted(const std::string& version = "") {
  auto out = says(crm, {}, version);
  out.removed = true;
  return out;
}

SyncRules deletions(OnDelete action) {
  auto tagging = hub_rule();
  tagging.capabilities.keeps_tags = true;
  auto rules = rules_of({crm_rule(), dialer_rule(), tagging});
  rules.systems[0].on_delete = action;
  return rules;
}

/// Ada in all three systems, from crm.
given shared(OnDelete action) {
  given contact(deletions(action));
  contact.settled(contact.when(says(crm, ada, "1")));
  return contact;
}

TEST(Deletion, NothingIsSaidElsewhereUnlessConfigured) {
  auto contact = shared(OnDelete::nothing);
  const auto decided = contact.when(deleted());
  EXPECT_EQ(decided.outcome(hub), "skipped(deletion_stays_at_source)");
  EXPECT_THAT(decided.all<events::ActionIntended>(), IsEmpty());
}

TEST(Deletion, OneThatIsHeardBeforeItsCreationSaysThatNobodyIsKnown) {
  given contact(deletions(OnDelete::mark_do_not_call));
  const auto decided = contact.when(deleted());
  EXPECT_EQ(decided.outcome(), "no_change(record_not_known)");
  EXPECT_EQ(decided.outcome(hub), "skipped(record_not_known)");
}

TEST(Deletion, ArchivingTagsTheContactWhereThereAreTags) {
  auto contact = shared(OnDelete::archive);
  const auto decided = contact.when(deleted());
  const auto actions = decided.all<events::ActionIntended>();
  ASSERT_THAT(actions, SizeIs(1));
  EXPECT_EQ(actions[0].target, hub);
  EXPECT_THAT(actions[0].tags, ElementsAre("Archived"));
  EXPECT_EQ(decided.outcome(dialer), "skipped(target_cannot_archive)");
}

TEST(Deletion, ADuplicatesDeletionIsNotTheContacts) {
  auto contact = shared(OnDelete::archive);
  auto second = says(crm, ada, "2");
  second.remote_id = RemoteId("r-2");
  contact.after(second);
  EXPECT_THAT(contact.when(deleted()).all<events::ActionIntended>(), IsEmpty());
}

TEST(Deletion, NobodyElseBringsADeletedContactBack) {
  auto contact = shared(OnDelete::nothing);
  contact.after(deleted());
  const auto edit = contact.when(says(hub, {{Field::company, "Acme"}}));
  EXPECT_EQ(edit.outcome(crm), "skipped(deleted_there)");
  EXPECT_FALSE(edit.intent(dialer).delivery.value.empty()) << "the others still hear of it";
}

TEST(Deletion, WhatCameBeforeTheDeletionDoesNotUndoIt) {
  auto contact = shared(OnDelete::nothing);
  contact.after(deleted("5"));
  EXPECT_EQ(contact.when(says(crm, ada, "5")).outcome(), "superseded(record_deleted)");
  EXPECT_EQ(contact.when(says(crm, ada)).outcome(), "superseded(record_deleted)")
      << "our own last write coming back has no new value";
  const auto edit = contact.when(says(hub, {{Field::company, "Acme"}}));
  EXPECT_EQ(edit.outcome(crm), "skipped(deleted_there)");
}

TEST(Deletion, ItsOwnSystemBringsItBack) {
  auto contact = shared(OnDelete::nothing);
  contact.after(deleted("5"));
  contact.settled(contact.when(says(crm, {{Field::company, "Acme"}}, "6")));
  EXPECT_TRUE(contact.contact().records[0].live);
  const auto edit = contact.when(says(hub, {{Field::company, "Acme Ltd"}}));
  EXPECT_EQ(edit.intent(crm).remote_id, RemoteId("r-1"));
}

TEST(Deletion, ItClosesTheNumbersWhereThatIsConfigured) {
  House house;
  house.rules = deletions(OnDelete::mark_do_not_call);
  house.sees(record(crm, "r-1", ada));
  auto removed = record(crm, "r-1", {});
  removed.removed = true;
  house.webhook({removed});
  const auto changes = house.last_of<events::ConsentChanged>();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].change, events::ConsentChange::revoked);
  EXPECT_EQ(changes[0].rule, "deleted_there");
  EXPECT_THAT(changes[0].channels,
              ElementsAre(events::Channel::sms, events::Channel::call, events::Channel::whatsapp));
}

TEST(Deletion, ItClosesNothingWhileAnotherRecordStands) {
  House house;
  house.rules = deletions(OnDelete::mark_do_not_call);
  const auto known = house.sees(record(crm, "r-1", ada));
  house.learns(known.contact, crm, "r-2");
  auto removed = record(crm, "r-1", {});
  removed.removed = true;
  house.webhook({removed});
  EXPECT_THAT(house.last_of<events::ConsentChanged>(), IsEmpty());
}

} // namespace
} // namespace tidemark::domain::test::deletion_test
