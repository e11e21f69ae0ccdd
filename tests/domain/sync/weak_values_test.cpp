#include "tests/domain/given.hpp"

#include <gmock/gmock.h>

/// Values that do not displace what the contact holds: addresses that can be none (requirement
/// A1.6), and fields that the system may not write.
namespace tidemark::domain::test::weak_values_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string number = "+12025550142", mail = "ada@example.com";
const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, number}, {Field::email, mail}};

SyncRules both() {
  return rules_of({crm_rule(), hub_rule()});
}

/// Ada in both systems, from crm, for an hour.
given shared(SyncRules rules = both()) {
  given contact(std::move(rules));
  contact.settled(contact.when(says(crm, ada)));
  contact.wait(std::chrono::hours{1});
  return contact;
}

std::vector<std::string> rules_in(const Decided& decided) {
  std::vector<std::string> out;
  for (const auto& conflict : decided.all<events::ContactConflictDecided>())
    out.push_back(conflict.rule);
  return out;
}

TEST(WeakValues, APhoneThatIsNoneStaysOutAndTheValidOneGoesBack) {
  auto contact = shared();
  const auto decided =
      contact.when(says(hub, {{Field::phone, "ask office"}, {Field::company, "Acme"}}));
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.changed(), (FieldSet{{Field::company, "Acme"}}));
  EXPECT_EQ(decided.intent(hub).fields, (FieldSet{{Field::phone, number}}));
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{Field::company, "Acme"}}));
  const auto conflicts = decided.all<events::ContactConflictDecided>();
  ASSERT_THAT(conflicts, SizeIs(1));
  EXPECT_EQ(conflicts[0].rule, "A1.6.phone.valid_e164");
  EXPECT_EQ(conflicts[0].winner, crm);
  EXPECT_EQ(conflicts[0].values.at(hub).reveal(), "ask office");
}

TEST(WeakValues, AnEmailThatIsNoneStaysOutToo) {
  auto contact = shared();
  const auto decided = contact.when(says(hub, {{Field::email, "none"}}));
  EXPECT_THAT(rules_in(decided), ElementsAre("A1.6.email.valid"));
  EXPECT_EQ(decided.intent(hub).fields, (FieldSet{{Field::email, mail}}));
}

TEST(WeakValues, TheSystemThatSaidTheValidOneMayNotSpoilItForTheOthers) {
  auto contact = shared();
  const auto decided = contact.when(says(crm, {{Field::phone, "ask office"}}));
  EXPECT_TRUE(decided.changed().empty());
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{Field::phone, number}}));
  EXPECT_EQ(decided.all<events::ContactConflictDecided>().at(0).winner, hub);
}

TEST(WeakValues, WhereNobodyElseHoldsTheValidOneItIsReplaced) {
  given contact(both());
  contact.after(says(crm, {{Field::phone, number}}));
  contact.wait(std::chrono::hours{1});
  EXPECT_EQ(contact.when(says(crm, {{Field::phone, "ask office"}})).changed(),
            (FieldSet{{Field::phone, "ask office"}}));
}

TEST(WeakValues, AnEmptiedOrAnotherValidOneIsAnEditAsBefore) {
  for (const auto* value : {"", "+12025550199"}) {
    auto contact = shared();
    const auto decided = contact.when(says(hub, {{Field::phone, value}}));
    EXPECT_EQ(decided.changed(), (FieldSet{{Field::phone, value}}));
    EXPECT_THAT(rules_in(decided), IsEmpty());
  }
}

TEST(WeakValues, TheConfiguredSourceOfTruthHasItsWay) {
  auto rules = both();
  rules.source_of_truth = "hub";
  auto contact = shared(rules);
  EXPECT_EQ(contact.when(says(hub, {{Field::phone, "ask office"}})).changed(),
            (FieldSet{{Field::phone, "ask office"}}));
}

TEST(WeakValues, WhatAPersonTypedInStaysThereWhereThatIsConfigured) {
  auto rules = both();
  rules.manual_edits = {true, {}};
  auto contact = shared(rules);
  const auto decided = contact.when(says(hub, {{Field::phone, "ask office"}}));
  EXPECT_TRUE(decided.changed().empty());
  EXPECT_TRUE(decided.intent(hub).fields.empty());
  EXPECT_THAT(rules_in(decided), ElementsAre("A1.6.phone.valid_e164", "preserve_manual_edits"));
}

TEST(WeakValues, ASystemThatTurnsTheValidOneAtOnceGetsItBackOnce) {
  for (const auto& rule : {hub_rule(), echoing(hub_rule())}) {
    auto contact = shared(rules_of({crm_rule(), rule}));
    int written = 0;
    for (int i = 0; i < 10; ++i) {
      const auto decided = contact.when(says(hub, {{Field::phone, "ask office"}}));
      EXPECT_TRUE(decided.changed().empty());
      if (decided.intent(hub).delivery.value.empty())
        continue;
      ++written;
      contact.settled(decided);
      if (rule.capabilities.echoes_writes)
        contact.after(says(hub, {{Field::phone, number}}));
    }
    EXPECT_EQ(written, 1);
    const auto later = contact.when(says(crm, {{Field::company, "Acme"}}));
    EXPECT_EQ(later.intent(hub).fields, (FieldSet{{Field::company, "Acme"}}));
  }
}

TEST(WeakValues, AFieldThatASystemMayNotWriteStaysEmpty) {
  auto rules = both();
  rules.writers[Field::company] = {crm};
  auto contact = shared(rules);
  const auto decided = contact.when(says(hub, {{Field::company, "Typo"}}));
  EXPECT_EQ(decided.outcome(), "skipped(source_of_truth)");
  EXPECT_TRUE(decided.changed().empty());
  EXPECT_THAT(decided.all<events::DeliveryIntended>(), IsEmpty());
  EXPECT_THAT(rules_in(decided), IsEmpty());
  EXPECT_EQ(decided.observed().set_aside,
            (events::FieldMap<Reason>{{Field::company, Reason::source_of_truth}}));
  const auto other =
      contact.when(says(hub, {{Field::company, "Typo 2"}, {Field::address_city, "Rome"}}));
  EXPECT_EQ(other.outcome(), "applied");
  EXPECT_EQ(other.changed(), (FieldSet{{Field::address_city, "Rome"}}));
  const auto right = contact.when(says(crm, {{Field::company, "Acme"}}));
  EXPECT_EQ(right.intent(hub).fields.get(Field::company), "Acme");
}

/// As the texting system tells of a sender.
ObserveRecord texts_from(std::string phone) {
  auto command = says(ConnectorName("texting"), {{Field::phone, std::move(phone)}});
  command.remote_id = {};
  return command;
}

TEST(WeakValues, WhoTextsFromANumberOfBeforeKeepsTheOneTheyHaveNow) {
  auto contact = shared();
  contact.after(texts_from(number));
  contact.settled(contact.when(says(hub, {{Field::phone, "+12025550199"}})));
  contact.wait(std::chrono::hours{1});
  contact.after(texts_from("+12025550199"));
  const auto decided = contact.when(texts_from(number));
  EXPECT_EQ(decided.changed(), FieldSet{});
  EXPECT_THAT(decided.all<events::DeliveryIntended>(), IsEmpty());
  EXPECT_THAT(rules_in(decided), IsEmpty());
}

TEST(WeakValues, WhatStatesMoreThanAnAddressIsAnEditAlsoWithoutARecordsId) {
  auto contact = shared();
  auto record = says(hub, {{Field::email, "new@example.com"}, {Field::company, "Acme"}});
  record.remote_id = {};
  EXPECT_EQ(contact.when(record).changed().get(Field::company), "Acme");
}

TEST(WeakValues, WhoMayNotWriteThePhoneMayMakeAContactByIt) {
  auto rules = both();
  rules.writers[Field::phone] = {crm};
  rules.writers[Field::email] = {crm};
  given contact(rules);
  const auto made = contact.when(says(hub, {{Field::first_name, "Ada"}, {Field::phone, number}}));
  EXPECT_EQ(made.intent(crm).fields.get(Field::phone), number);
  const auto more = contact.when(says(hub, {{Field::email, mail}}));
  EXPECT_EQ(more.outcome(), "skipped(source_of_truth)");
}

} // namespace
} // namespace tidemark::domain::test::weak_values_test
