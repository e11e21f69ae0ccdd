#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// What a merge writes to the systems, and what taking it back writes there again (requirement C8).
namespace tidemark::domain::test::merge_values_test {
namespace {

using testing::IsEmpty;

const std::string a = "+12025550101", b = "+12025550102", c = "+12025550103";
const ContactId bob{"c9999999999999999999"}, cid{"c8888888888888888888"};

/// A person with a record in both systems, which hold what the contact does.
given person(const std::string& id, const FieldSet& fields, const ConnectorName& source = crm) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  auto first = says(source, fields);
  first.remote_id = RemoteId(id);
  const auto copy = contact.when(first).intent(source == crm ? hub : crm);
  contact.dispatched(copy).accepted(copy, "h-" + id);
  return contact;
}

/// What was asked of the systems is done to the records that were named.
void done(given& contact, const Decided& decided) {
  for (const auto& intent : decided.all<events::DeliveryIntended>())
    contact.dispatched(intent).accepted(intent, intent.remote_id.value);
}

Decided merge(given& stays, given& ends, const ContactId& other) {
  const auto given = ends.when(ReleaseRecords{jane, true, {}});
  auto taken = stays.when(AdoptRecords{other, given.all<events::RecordsReleased>().at(0)});
  done(stays, taken);
  return taken;
}

struct SplitValues {
  Decided stays, ends;
};
SplitValues unmerge(given& stays, given& ends, const ContactId& other) {
  SplitValues out;
  out.stays = stays.when(ReleaseRecords{other, false, {}});
  done(stays, out.stays);
  out.ends = ends.when(AdoptRecords{jane, out.stays.all<events::RecordsReleased>().at(0)});
  done(ends, out.ends);
  return out;
}

FieldSet held(const given& contact, const ConnectorName& system, const std::string& id) {
  for (const auto& record : contact.contact().records)
    if (record.connector == system && record.remote_id == RemoteId(id))
      return record.held;
  return {};
}

const FieldSet short_name{{Field::first_name, "Marisol"}, {Field::phone, a}};
const FieldSet long_name{{Field::first_name, "Marisol Anna"},
                         {Field::phone, b},
                         {Field::email, "b@example.com"},
                         {Field::company, "B Corp"}};

TEST(MergeValues, TheSystemsOfTheOneThatStaysHaveAgainWhatTheyHad) {
  auto stays = person("r-1", short_name), ends = person("r-2", long_name);
  merge(stays, ends, bob);
  ASSERT_EQ(held(stays, hub, "h-r-1").get(Field::company), "B Corp");
  unmerge(stays, ends, bob);
  for (const auto& [system, id] : {std::pair{crm, "r-1"}, std::pair{hub, "h-r-1"}}) {
    const auto now = held(stays, system, id);
    EXPECT_EQ(now.get(Field::first_name), "Marisol") << system.value;
    EXPECT_EQ(now.get(Field::email), "") << system.value;
    EXPECT_EQ(now.get(Field::company), "") << system.value;
    EXPECT_EQ(now.get(Field::phone), a) << system.value;
  }
  EXPECT_FALSE(stays.contact().merged.has_value(Field::company));
  EXPECT_EQ(ends.contact().merged, long_name);
  const auto next = stays.when(says(crm, held(stays, crm, "r-1")));
  EXPECT_THAT(next.changed(), IsEmpty()) << "and its next webhook brings nothing back";
}

TEST(MergeValues, WhatWasTypedInAtARecordGoesWithTheRecord) {
  auto stays = person("r-1", short_name), ends = person("r-2", long_name);
  merge(stays, ends, bob);
  auto edit = says(crm, {{Field::company, "Beta Corp"}});
  edit.remote_id = RemoteId("r-2");
  done(stays, stays.when(edit));
  ASSERT_EQ(held(stays, crm, "r-1").get(Field::company), "Beta Corp");
  unmerge(stays, ends, bob);
  EXPECT_EQ(ends.contact().merged.get(Field::company), "Beta Corp");
  EXPECT_EQ(held(ends, crm, "r-2").get(Field::company), "Beta Corp");
  EXPECT_EQ(held(ends, hub, "h-r-2").get(Field::company), "Beta Corp");
  EXPECT_EQ(held(stays, crm, "r-1").get(Field::company), "");
}

TEST(MergeValues, NothingIsToldWhereNothingWasWritten) {
  auto stays = person("r-1", short_name), ends = person("r-2", short_name);
  merge(stays, ends, bob);
  const auto split = unmerge(stays, ends, bob);
  EXPECT_THAT(split.stays.all<events::DeliveryIntended>(), IsEmpty());
  EXPECT_THAT(split.ends.all<events::DeliveryIntended>(), IsEmpty());
}

TEST(MergeValues, TheOneThatGoesIsRidOfWhatWasWrittenToItsRecords) {
  auto stays = person("r-1", long_name), ends = person("r-2", short_name);
  events::ContactObserved gone; // so that the other's record is the one that is written to
  gone.connector = hub;
  gone.remote_id = RemoteId("h-r-1");
  gone.removed = true;
  stays.happened(gone);
  merge(stays, ends, bob);
  ASSERT_EQ(held(stays, hub, "h-r-2").get(Field::company), "B Corp");
  unmerge(stays, ends, bob);
  EXPECT_EQ(held(ends, hub, "h-r-2").get(Field::company), "");
  EXPECT_EQ(held(ends, hub, "h-r-2").get(Field::first_name), "Marisol");
}

TEST(MergeValues, WhatIsClosedIsToldNothing) {
  auto stays = person("r-1", short_name), ends = person("r-2", long_name);
  merge(stays, ends, bob);
  events::ConsentChanged stop;
  stop.change = events::ConsentChange::revoked;
  stop.channels = {events::Channel::sms};
  stop.evidence = events::Evidence::message_text;
  stop.address_hash = {};
  stop.source = texting;
  stays.after(ApplyConsent{stop});
  const auto given = stays.when(ReleaseRecords{bob, false, {}});
  EXPECT_THAT(given.all<events::DeliveryIntended>(), IsEmpty());
  const auto restored = given.all<events::ValuesRestored>();
  for (const auto& target : restored.at(0).targets)
    EXPECT_EQ(target.reason_code, Reason::opted_out);
}

TEST(MergeValues, OneTakenBackLaterBringsNothingOfTheOneTakenBackBefore) {
  auto stays = person("r-1", short_name), second = person("r-2", long_name, hub);
  auto third = person(
      "r-3", {{Field::first_name, "Marisol"}, {Field::phone, c}, {Field::company, "Cee Company"}});
  merge(stays, second, bob);
  merge(stays, third, cid);
  ASSERT_EQ(stays.contact().merged.get(Field::company), "Cee Company") << "crm comes first";
  unmerge(stays, second, bob);
  unmerge(stays, third, cid);
  for (const auto field : {Field::company, Field::email})
    EXPECT_FALSE(stays.contact().merged.has_value(field)) << events::name_of(field);
  EXPECT_EQ(held(stays, hub, "h-r-1").get(Field::company), "");
  EXPECT_EQ(third.contact().merged.get(Field::company), "Cee Company");
}

TEST(MergeValues, AValueThatAnotherPartHasAsWellStays) {
  auto stays = person("r-1", short_name), second = person("r-2", long_name);
  auto third = person(
      "r-3", {{Field::first_name, "Marisol"}, {Field::phone, c}, {Field::company, "B Corp"}});
  merge(stays, second, bob);
  merge(stays, third, cid);
  unmerge(stays, second, bob);
  EXPECT_EQ(stays.contact().merged.get(Field::company), "B Corp");
  unmerge(stays, third, cid);
  EXPECT_FALSE(stays.contact().merged.has_value(Field::company));
}

} // namespace
} // namespace tidemark::domain::test::merge_values_test
