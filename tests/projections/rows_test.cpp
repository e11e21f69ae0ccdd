#include "domain/consent/unreadable_opt_out.hpp"
#include "projections/table/keys.hpp"
#include "projections/table/projection.hpp"
#include "tests/projections/sample_log.hpp"

#include <algorithm>

namespace tidemark::projections::rows_test {
namespace {

const KeyedHasher& hasher() {
  static const KeyedHasher made{SecretText(std::string(32, 'p'))};
  return made;
}

events::Recorded recorded(events::Event event,
                          std::string stream = "contact/" + sample::ana.value) {
  events::Recorded out;
  out.envelope.position = Position{7};
  out.envelope.correlation = Position{2};
  out.envelope.tenant = sample::acme;
  out.envelope.stream = StreamName(std::move(stream));
  out.envelope.type = events::type_of(event);
  out.event = std::move(event);
  return out;
}

/// What a projection does with an event, as `+kind` or `-kind` of each row, sorted.
std::vector<std::string> changes(std::string_view projection, const events::Recorded& event) {
  RowBatch rows;
  find(projection)->rows_of(event, {hasher()}, rows);
  std::vector<std::string> out;
  for (const auto row : rows) {
    const auto parts = key_parts(row.key);
    const bool grouped = parts[0] == "contact" || parts[0] == "delivery" || parts[0] == "webhook";
    out.push_back((row.value ? "+" : "-") + std::string(parts[0])
                  + (grouped && parts.size() > 2 ? "." + std::string(parts[2]) : ""));
  }
  std::sort(out.begin(), out.end());
  return out;
}

using Strings = std::vector<std::string>;

events::ContactObserved observed() {
  events::ContactObserved e;
  e.connector = sample::ghl;
  e.remote_id = RemoteId(sample::ghl_id);
  e.fields = sample::values();
  return e;
}

events::DeliveryAccepted accepted() {
  events::DeliveryAccepted e;
  e.facts.delivery = sample::to_aloware;
  e.contact = sample::ana;
  e.target = sample::aloware;
  e.remote_id = RemoteId(sample::aloware_id);
  return e;
}

template <class T>
events::Recorded answered() {
  T e;
  e.facts.delivery = sample::to_aloware;
  return recorded(e, "delivery/aloware/" + sample::ana.value);
}

TEST(RowsOf, AnIdentityCardFillsTheLookUps) {
  const auto event = recorded(sample::card(hasher(), true), "identity");
  EXPECT_EQ(changes("contacts", event),
            (Strings{"+contact.card", "+email", "+phone", "+remote", "+remote", "+word"}));
  EXPECT_EQ(changes("mappings", event),
            (Strings{"+contact.aloware", "+contact.gohighlevel", "+record", "+record"}));
  EXPECT_EQ(changes("deliveries", event), Strings{});
  EXPECT_EQ(changes("webhook_outcomes", event), Strings{});
}

TEST(RowsOf, AnObservationChangesContactMappingAndOutcome) {
  const auto event = recorded(observed());
  EXPECT_EQ(changes("contacts", event), Strings{"+contact.observed"});
  EXPECT_EQ(changes("mappings", event), Strings{"+record"});
  EXPECT_EQ(changes("webhook_outcomes", event), Strings{"+webhook.command"});
}

TEST(RowsOf, ALateObservationChangesOnlyTheOutcome) {
  auto late = observed();
  late.outcome = events::Outcome::superseded;
  EXPECT_EQ(changes("contacts", recorded(late)), Strings{});
  EXPECT_EQ(changes("mappings", recorded(late)), Strings{});
  EXPECT_EQ(changes("webhook_outcomes", recorded(late)), Strings{"+webhook.command"});
}

TEST(RowsOf, ARemovedRecordLosesItsMapping) {
  auto gone = observed();
  gone.removed = true;
  EXPECT_EQ(changes("mappings", recorded(gone)), Strings{"-record"});
}

TEST(RowsOf, AnObservationWithoutARemoteIdMapsNothing) {
  auto sender = observed();
  sender.remote_id = {};
  EXPECT_EQ(changes("mappings", recorded(sender)), Strings{});
}

TEST(RowsOf, ChangesAndConflictsOfAContact) {
  EXPECT_EQ(
      changes("contacts", recorded(events::ContactChanged{sample::values(), sample::ghl, {}})),
      Strings{"+contact.changed"});
  EXPECT_EQ(changes("conflicts", recorded(events::ContactConflictDecided{})), Strings{"+conflict"});
  auto tagged = observed();
  tagged.tags = {"vip"};
  EXPECT_EQ(changes("contacts", recorded(tagged)), (Strings{"+contact.observed", "+contact.tags"}));
}

TEST(RowsOf, AnIntentOpensADeliveryAndAcceptanceClosesIt) {
  events::DeliveryIntended intended;
  intended.delivery = sample::to_aloware;
  EXPECT_EQ(changes("deliveries", recorded(intended)), (Strings{"+delivery.intent", "+open"}));
  const auto done = recorded(accepted(), "delivery/aloware/" + sample::ana.value);
  EXPECT_EQ(changes("deliveries", done), (Strings{"+delivery.state", "-open"}));
  auto no_id = accepted();
  no_id.remote_id = {};
  EXPECT_EQ(changes("deliveries", recorded(no_id, "delivery/aloware/" + sample::ana.value)),
            (Strings{"+delivery.state", "+reached", "-open"}));
  EXPECT_EQ(changes("contacts", done), Strings{"+contact.written"});
  EXPECT_EQ(changes("mappings", done), Strings{"+record"});
  EXPECT_EQ(changes("webhook_outcomes", done), Strings{"+webhook.delivery"});
}

TEST(RowsOf, EveryAnswerAndEndOfADelivery) {
  events::DeliveryDispatched sent;
  sent.delivery = sample::to_aloware;
  EXPECT_EQ(changes("deliveries", recorded(sent)), Strings{"+delivery.sent"});
  for (const auto& event :
       {answered<events::DeliveryUnknown>(), answered<events::DeliveryRetryScheduled>()}) {
    EXPECT_EQ(changes("deliveries", event), Strings{"+delivery.state"}) << event.envelope.type;
    EXPECT_EQ(changes("webhook_outcomes", event), Strings{"+webhook.delivery"});
  }
  for (const auto& event :
       {answered<events::DeliveryRejected>(), answered<events::DeliveryDied>()}) {
    EXPECT_EQ(changes("deliveries", event), (Strings{"+delivery.state", "+failed"}))
        << event.envelope.type;
    EXPECT_EQ(changes("webhook_outcomes", event), Strings{"+webhook.delivery"});
  }
  events::DeliverySuperseded superseded;
  superseded.delivery = sample::to_aloware;
  EXPECT_EQ(changes("deliveries", recorded(superseded)), (Strings{"+delivery.state", "-open"}));
  events::DeliverySuppressed suppressed;
  suppressed.delivery = sample::to_aloware;
  EXPECT_EQ(changes("deliveries", recorded(suppressed)), (Strings{"+delivery.state", "-open"}));
  EXPECT_EQ(changes("deliveries", answered<events::DeliveryLookedUp>()), Strings{});
}

TEST(RowsOf, AReviewIsOpenUntilSomebodyDecidesIt) {
  events::ConsentChanged review;
  review.address_hash = AddressHash(Hash16{0x11});
  review.change = events::ConsentChange::review;
  review.input = Position{7};
  EXPECT_EQ(changes("reviews", recorded(review, "consent/00112233")),
            (Strings{"+address", "+open", "+review"}));
  auto decision = review;
  decision.change = events::ConsentChange::cleared;
  decision.input = Position{9};
  decision.request = Position{7};
  EXPECT_EQ(changes("reviews", recorded(decision, "consent/00112233")),
            (Strings{"+review", "-open"}));
}

events::WebhookReprocessRequested reprocess_of(Position webhook) {
  events::WebhookReprocessRequested out;
  out.webhook = webhook;
  return out;
}

TEST(RowsOf, AWebhookIsHeldAndDoneAsPeopleSay) {
  events::WebhookMarked marked{
      Position{2}, Position{9}, ConnectorName("crm"), events::WebhookMark::quarantined, "", "", ""};
  EXPECT_EQ(changes("webhook_outcomes", recorded(marked, "marks/2")),
            (Strings{"+quarantine", "-done"}));
  marked.mark = events::WebhookMark::done;
  EXPECT_EQ(changes("webhook_outcomes", recorded(marked, "marks/2")),
            (Strings{"+done", "-opt_out_unreadable", "-quarantine"}));
}

TEST(RowsOf, AQuarantinedWebhookIsListedUntilItIsHandledAgain) {
  events::WebhookInterpreted held;
  held.webhook = Position{2};
  held.skipped.push_back(
      {events::Outcome::quarantined, Reason::body_not_json, "The body is not JSON."});
  EXPECT_EQ(changes("webhook_outcomes", recorded(held, "identity")),
            (Strings{"+quarantine", "+webhook.interpreted"}));
  held.skipped.push_back(domain::unreadable_opt_out());
  EXPECT_EQ(changes("webhook_outcomes", recorded(held, "identity")),
            (Strings{"+opt_out_unreadable", "+quarantine", "+webhook.interpreted"}))
      << "in a list of its own beside";
  EXPECT_EQ(changes("webhook_outcomes", recorded(reprocess_of(Position{2}), "admin")),
            (Strings{"+again", "-done", "-opt_out_unreadable", "-quarantine"}));
}

TEST(RowsOf, WhatIsNotWantedChangesNothing) {
  EXPECT_EQ(changes("contacts", recorded(events::WebhookReceived{})), Strings{});
  EXPECT_EQ(changes("deliveries", recorded(events::TimerDue{})), Strings{});
}

TEST(RowKeys, HoldNoAddressAndNoRemoteId) {
  RowBatch rows;
  for (const auto& projection : all())
    for (const auto& event : {recorded(sample::card(hasher(), true), "identity"),
                              recorded(observed()), recorded(accepted())})
      projection.rows_of(event, {hasher()}, rows);
  ASSERT_GT(rows.size(), 10U);
  for (const auto row : rows)
    for (const auto& secret :
         {sample::canary_phone, sample::canary_email, sample::ghl_id, sample::aloware_id})
      EXPECT_EQ(row.key.find(secret), std::string::npos);
}

TEST(RowKeys, OfDifferentPartsNeverMeet) {
  EXPECT_NE(row_key(sample::acme, {"ab", "c"}), row_key(sample::acme, {"a", "bc"}));
  EXPECT_NE(row_key(TenantId("a"), {"b"}), row_key(TenantId("ab"), {}));
  EXPECT_EQ(key_parts(row_key(sample::acme, {"x", "", "yz"})),
            (std::vector<std::string_view>{"x", "", "yz"}));
}

TEST(FieldsInKeys, TellSetsApartByTheirFieldsInWhateverOrderTheProgramMetThem) {
  using events::Field;
  const auto mask = [](const events::FieldSet& fields) {
    return std::string(std::string_view(FieldMask(fields)));
  };
  const auto z = *events::custom_field("zz_first"), a = *events::custom_field("aa_second");
  EXPECT_EQ(mask({{Field::last_name, "x"}, {Field::source, "y"}}), std::string("\x08\x02", 2));
  EXPECT_EQ(mask({{z, "1"}, {a, "2"}, {Field::first_name, "3"}}),
            std::string("\0\x01\ncustom.aa_second\ncustom.zz_first", 35));
  EXPECT_NE(mask({{z, "1"}}), mask({{a, "1"}}));
}

} // namespace
} // namespace tidemark::projections::rows_test
