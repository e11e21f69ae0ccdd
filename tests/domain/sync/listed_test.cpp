#include "tests/domain/given.hpp"

namespace tidemark::domain::listed_test {
namespace {

using namespace test;

const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}};

FieldSet company(const std::string& name) {
  return {{Field::company, name}};
}

ObserveRecord listed(FieldSet fields, const std::string& version = "",
                     ObservationSource how = ObservationSource::by_backfill) {
  auto record = says(crm, std::move(fields), version);
  record.listed = how;
  return record;
}

FieldSet with(FieldSet fields, Field field, const std::string& value) {
  fields.set(field, value);
  return fields;
}

TEST(ObservationSource, ANewContactGoesToTheOthersAsAlways) {
  given contact(rules_of({crm_rule(), dialer_rule(), hub_rule()}));
  const auto decided = contact.when(listed(ada));
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.outcome(dialer), "pending(create)");
  EXPECT_EQ(decided.outcome(hub), "pending(create)");
  EXPECT_TRUE(decided.all<events::DriftFound>().empty());
}

TEST(ObservationSource, ASystemThatTakesForwardedWebhooksGetsNone) {
  given contact(rules_of({crm_rule(), texting_rule()}));
  EXPECT_EQ(contact.when(listed(ada)).outcome(texting), "skipped(no_webhook_to_forward)");
}

TEST(ObservationSource, WhatIsKnownChangesNothing) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, ada, "2026-01-05T10:00:00.500000Z")));
  // A list tells the record's own time, which lies before the webhook's.
  const auto decided =
      contact.when(listed(ada, "2026-01-05T10:00:00.300000Z", ObservationSource::by_reconcile));
  EXPECT_EQ(decided.outcome(), "no_change(nothing_new)");
  EXPECT_EQ(decided.outcome(dialer), "no_change(already_equal)");
  EXPECT_TRUE(decided.all<events::DriftFound>().empty());
}

TEST(ObservationSource, NeverTakesTheRecordBackToAnOlderState) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  const auto now = with(ada, Field::company, "Now");
  contact.settled(contact.when(says(crm, now, "2026-01-05T10:00:02.000000Z")));
  const auto before = with(ada, Field::company, "Before");
  EXPECT_EQ(contact.when(listed(before, "2026-01-05T10:00:01.000000Z")).outcome(),
            "superseded(older_than_known)");
  // The same values at an older time leave the newer time standing.
  contact.when(listed(now, "2026-01-05T10:00:00.000000Z"));
  EXPECT_EQ(contact.when(listed(before, "2026-01-05T10:00:01.000000Z")).outcome(),
            "superseded(older_than_known)");
}

TEST(ObservationSource, AWebhookReadAgainWithoutAVersionTellsOnlyOfRecordsThatNobodyKnew) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  const auto again = listed(with(ada, Field::company, "Then"), "", ObservationSource::by_reprocess);
  contact.settled(contact.when(again));
  EXPECT_EQ(contact.contact().merged.get(Field::company), "Then");
  contact.settled(contact.when(says(crm, with(ada, Field::company, "Now"))));
  EXPECT_EQ(contact.when(again).outcome(), "superseded(older_than_known)");
}

TEST(ObservationSource, ReconcileTellsOfAnEditThatNoWebhookTold) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, ada, "2026-01-05T10:00:00.000000Z")));
  const auto decided =
      contact.when(listed(with(ada, Field::company, "Acme"), "2026-01-05T10:00:01.000000Z",
                          ObservationSource::by_reconcile));
  const auto drift = decided.all<events::DriftFound>();
  ASSERT_EQ(drift.size(), 1U);
  EXPECT_EQ(drift[0].drift, events::Drift::recovered);
  EXPECT_EQ(drift[0].fields, std::vector<std::string>{"company"});
  EXPECT_EQ(drift[0].targets, std::vector<ConnectorName>{dialer});
  EXPECT_EQ(decided.intent(dialer).fields, company("Acme"));
}

TEST(ObservationSource, ReconcileSendsOnceMoreWhatASystemLacks) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  const auto lost = contact.when(says(crm, ada));
  contact.dispatched(lost.intent(dialer));
  events::DeliveryDied died;
  died.facts.delivery = lost.intent(dialer).delivery;
  contact.happened(died);
  const auto decided = contact.when(listed(ada, "", ObservationSource::by_reconcile));
  const auto drift = decided.all<events::DriftFound>();
  ASSERT_EQ(drift.size(), 1U);
  EXPECT_EQ(drift[0].drift, events::Drift::repaired);
  EXPECT_EQ(drift[0].delay_seconds, 0U);
  EXPECT_EQ(decided.intent(dialer).operation, events::Operation::create);
}

TEST(ObservationSource, AValueFromBeforeOurWriteIsNoEdit) {
  given contact(rules_of({crm_rule(), hub_rule()}));
  contact.settled(contact.when(says(crm, with(ada, Field::company, "Old"))));
  const auto edit = contact.when(says(hub, company("New")));
  contact.settled(edit);
  const auto late = contact.when(listed(with(ada, Field::company, "Old")));
  EXPECT_TRUE(late.changed().empty()) << "a list that is behind must not undo what was written";
}

} // namespace
} // namespace tidemark::domain::listed_test
