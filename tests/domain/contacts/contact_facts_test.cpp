#include "domain/contacts/contact_facts.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::contact_facts_test {
namespace {

using events::Field;

Contact contact() {
  Contact out;
  out.merged = {{Field::first_name, "Ana"}, {Field::phone, "+12025550142"}};
  out.sources[Field::phone] = ConnectorName("crm");
  ContactRecord record;
  record.connector = ConnectorName("crm");
  record.remote_id = RemoteId("CON1");
  record.held = out.merged;
  out.records.push_back(record);
  out.consent.closed.push_back(
      {events::Channel::sms, AddressHash(Hash16{1}), Position{7}, Position{3}});
  return out;
}

TEST(ContactFacts, SayWhatIsKnownAndWhoseValueItIs) {
  const auto facts = facts_of(contact());
  EXPECT_EQ(facts.at({FactKind::value, {}, {}, "phone"}), (Fact{"+12025550142", Field::phone}));
  EXPECT_EQ(facts.at({FactKind::value_from, {}, {}, "phone"}).text, "crm");
  EXPECT_EQ(facts.at({FactKind::record, ConnectorName("crm"), RemoteId("CON1"), ""}).text,
            "in use");
  EXPECT_EQ(facts.at({FactKind::closed, {}, {}, "sms", AddressHash(Hash16{1})}).text,
            "opted_out since event 3, said again with event 7");
  EXPECT_TRUE(facts_of({}).empty());
}

TEST(ContactFacts, DifferByWhatCameWentAndChanged) {
  const auto before = contact();
  auto after = before;
  after.merged.set(Field::phone, "+12025550199");
  after.consent.closed.clear();
  after.records[0].removed = true;
  after.messages.threads.push_back({ConnectorName("crm"), "CNV1"});
  const auto changes = changes_between(facts_of(before), facts_of(after));
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0].before->text, "+12025550142");
  EXPECT_EQ(changes[0].after->text, "+12025550199");
  EXPECT_EQ(changes[1].key.kind, FactKind::record);
  EXPECT_EQ(changes[1].after->text, "deleted over there");
  EXPECT_EQ(changes[2].key.kind, FactKind::closed);
  EXPECT_FALSE(changes[2].after);
  EXPECT_EQ(changes[3].key.kind, FactKind::conversation);
  EXPECT_FALSE(changes[3].before);
  EXPECT_TRUE(changes_between(facts_of(before), facts_of(before)).empty());
}

TEST(ContactFacts, SayWhatASystemHasDoneOfAnOptOut) {
  const auto after = [](bool confirmed, Reason answer) {
    Contact told;
    told.consent.propagated.push_back({ConnectorName("dialer"), RemoteId("7"),
                                       events::Channel::call, true, confirmed, DeliveryId("d1"),
                                       answer});
    return facts_of(told).at({FactKind::told, ConnectorName("dialer"), RemoteId("7"), "call"}).text;
  };
  EXPECT_EQ(after(false, Reason::none), "closed, not confirmed");
  EXPECT_EQ(after(true, Reason::accepted), "closed, confirmed");
  EXPECT_EQ(after(true, Reason::lists_left_and_marked), "closed, confirmed");
  EXPECT_EQ(after(true, Reason::lists_left_mark_not_writable), "closed, taken in part");
  EXPECT_EQ(after(true, Reason::lists_left), "closed, taken in part");
}

TEST(ContactFacts, DoNotCallARecordMadeThatASystemTellsNoIdOf) {
  Contact heard;
  auto& record = heard.records.emplace_back();
  record.connector = ConnectorName("verity");
  EXPECT_EQ(facts_of(heard).at({FactKind::record, ConnectorName("verity"), {}, ""}).text,
            "known there; the system has not told its id");
}

TEST(ContactFacts, HaveANameForEachKind) {
  EXPECT_EQ(name_of(FactKind::value), "value");
  EXPECT_EQ(name_of(FactKind::told), "told");
  EXPECT_EQ(name_of(FactKind::absorbed), "absorbed");
}

} // namespace
} // namespace tidemark::domain::contact_facts_test
