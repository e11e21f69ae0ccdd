#include "events/format/tags.hpp"
#include "projections/identity/parked_view.hpp"
#include "projections/sync/conflict_view.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/sample_log.hpp"

namespace tidemark::projections::views_test {
namespace {

using sample::acme;

/// The sample in memory, with its tables brought up to some position.
class Views : public testing::Test {
protected:
  Views() : at(sample::write(log, hasher)) {}

  Scan scan_at(Position to) {
    sample::apply_live(log, tables, hasher, to);
    return [this](std::string_view table, std::string_view prefix, std::string_view after,
                  const RowVisitor& row) { return tables.scan(table, prefix, after, row); };
  }

  sample::StepClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  sample::Positions at;
};

TEST_F(Views, AContactHasItsFieldsAndRecords) {
  const auto found = contact(scan_at(log.durable()), acme, sample::ana);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  const auto& view = *found.value();
  EXPECT_EQ(view.fields.at(events::Field::phone).value, sample::canary_phone);
  EXPECT_EQ(view.fields.at(events::Field::phone).source, sample::ghl);
  EXPECT_EQ(view.fields.at(events::Field::phone).position.value, at.observed.value + 1);
  ASSERT_EQ(view.records.size(), 2U);
  EXPECT_EQ(view.records[0].connector, sample::aloware);
  EXPECT_EQ(view.records[0].last_written, sample::values());
  EXPECT_TRUE(view.records[0].fields.empty());
  EXPECT_EQ(view.records[1].remote_id.value, sample::ghl_id);
  EXPECT_EQ(view.records[1].fields, sample::values());
}

std::vector<ContactId> by_key(const Scan& scan, const TenantId& tenant, std::string_view kind,
                              const std::string& hash) {
  return contacts_by_key(scan, tenant, kind, hash, "", 10).value().items;
}

TEST_F(Views, AContactIsFoundByEveryKeyOfItsCard) {
  const auto scan = scan_at(log.durable());
  const auto phone = to_hex(events::phone_hash(hasher, acme, sample::canary_phone));
  const auto email = to_hex(events::email_hash(hasher, acme, sample::canary_email));
  const auto remote =
      to_hex(events::remote_hash(hasher, acme, sample::aloware, RemoteId(sample::aloware_id)));
  const auto word = to_hex(events::name_word_hash(hasher, acme, "ana"));
  EXPECT_EQ(by_key(scan, acme, "phone", phone), std::vector{sample::ana});
  EXPECT_EQ(by_key(scan, acme, "email", email), std::vector{sample::ana});
  EXPECT_EQ(contact_by_record(scan, acme, sample::aloware, remote).value(), sample::ana);
  EXPECT_EQ(contacts_by_words(scan, acme, {word}, "", 10).value().items, std::vector{sample::ana});
  EXPECT_TRUE(contacts_by_words(scan, acme, {word}, sample::ana.value, 10).value().items.empty());
  EXPECT_TRUE(by_key(scan, TenantId("other"), "phone", phone).empty());
  EXPECT_EQ(contact_ids(scan, acme, "", 10)->items, std::vector{sample::ana});
}

TEST_F(Views, AKeyThatLeftTheCardFindsNobody) {
  auto card = sample::card(hasher, true);
  card.phones.clear();
  sample::Writer(log, hasher).input(events::identity_stream(), card);
  const auto phone = to_hex(events::phone_hash(hasher, acme, sample::canary_phone));
  EXPECT_TRUE(by_key(scan_at(log.durable()), acme, "phone", phone).empty());
}

TEST_F(Views, WhoSharesAnAddressIsFoundByItAsLongAsItSaysSo) {
  auto other = sample::card(hasher, false);
  other.contact = ContactId("cfedcba9876543210fedc");
  other.records.clear();
  other.contested = std::exchange(other.phones, {});
  other.contested.push_back(events::email_hash(hasher, acme, sample::canary_email));
  other.emails.clear();
  const auto write = [&] {
    sample::Writer(log, hasher).input(events::identity_stream(), other);
    return scan_at(log.durable());
  };
  const auto email = to_hex(events::email_hash(hasher, acme, sample::canary_email));
  const auto scan = write();
  EXPECT_EQ(by_key(scan, acme, "email", email), std::vector{sample::ana});
  EXPECT_EQ(contacts_sharing(scan, acme, email, "", 10)->items, std::vector{other.contact});
  EXPECT_TRUE(contacts_sharing(scan, acme, email, other.contact.value, 10)->items.empty());
  other.contested.clear();
  EXPECT_TRUE(contacts_sharing(write(), acme, email, "", 10)->items.empty());
}

TEST_F(Views, APageOfPeopleWithOneWordGoesOnWhereItEnded) {
  std::vector<ContactId> all{sample::ana};
  for (const char last : {'d', 'e', 'f'}) {
    auto card = sample::card(hasher, false);
    card.contact = ContactId("c0123456789abcdef012" + std::string(1, last));
    sample::Writer(log, hasher).input(events::identity_stream(), card);
    all.push_back(card.contact);
  }
  const auto scan = scan_at(log.durable());
  const auto word = to_hex(events::name_word_hash(hasher, acme, "ana"));
  std::vector<ContactId> read;
  std::string next;
  do {
    const auto page = contacts_by_words(scan, acme, {word}, next, 1).value();
    ASSERT_LE(page.items.size(), 1U);
    read.insert(read.end(), page.items.begin(), page.items.end());
    next = page.next;
  } while (!next.empty());
  EXPECT_EQ(read, all);
}

TEST_F(Views, TagsAreAUnionWithoutSpellingDoublesAndTheSystemsOwnComeFirst) {
  const auto tell = [&](const ConnectorName& connector, std::vector<std::string> tags) {
    events::ContactObserved e;
    e.connector = connector;
    e.remote_id = RemoteId("tagged");
    e.tags = std::move(tags);
    sample::Writer(log, hasher).input(events::contact_stream(sample::ana), e);
  };
  tell(sample::ghl, {"callback", "Web  Lead", "SYS:NEW"});
  tell(sample::aloware, {"Callback", "web lead", "Zebra"});
  EXPECT_EQ(contact(scan_at(log.durable()), acme, sample::ana).value()->tags,
            (std::vector<std::string>{"SYS:NEW", "Callback", "Web  Lead", "Zebra"}));
}

TEST_F(Views, PartialObservationsAddUpPerField) {
  events::ContactObserved later;
  later.connector = sample::ghl;
  later.remote_id = RemoteId(sample::ghl_id);
  later.fields = {{events::Field::first_name, "Anna"}};
  sample::Writer(log, hasher).input(events::contact_stream(sample::ana), later);
  const auto found = contact(scan_at(log.durable()), acme, sample::ana);
  ASSERT_TRUE(found.ok() && found.value().has_value());
  const auto& record = (*found)->records[1];
  EXPECT_EQ(record.fields.get(events::Field::first_name), "Anna");
  EXPECT_EQ(record.fields.get(events::Field::phone), sample::canary_phone);
}

TEST_F(Views, AMappingStandsSinceTheFirstCardThatHasIt) {
  const auto scan = scan_at(log.durable());
  const auto all = mappings_of(scan, acme, sample::ana);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[1].remote_id.value, sample::ghl_id);
  EXPECT_EQ((*all)[1].position.value, at.webhook.value + 2); // the card beside the interpretation
  EXPECT_EQ(mappings_page(scan, acme, {}, "", 10)->items.size(), 2U);
  EXPECT_EQ(mappings_page(scan, acme, sample::aloware, "", 10)->items.size(), 1U);
}

TEST_F(Views, MappingPagesFollowEachOther) {
  const auto scan = scan_at(log.durable());
  const auto first = mappings_page(scan, acme, {}, "", 1);
  ASSERT_TRUE(first.ok());
  ASSERT_FALSE(first->next.empty());
  const auto second = mappings_page(scan, acme, {}, first->next, 1);
  ASSERT_EQ(second->items.size(), 1U);
  EXPECT_NE(second->items[0].remote_id, first->items[0].remote_id);
  EXPECT_TRUE(mappings_page(scan, acme, {}, second->next, 1)->items.empty());
  EXPECT_EQ(mappings_page(scan, acme, {}, "no cursor", 1).error().code, "bad_cursor");
}

TEST_F(Views, ADeliveryIsComposedOfItsNewestRows) {
  const auto state = [&](Position to) {
    const auto view = delivery(scan_at(to), acme, sample::to_aloware);
    return view.ok() && view.value() ? (*view)->state : std::string("missing");
  };
  EXPECT_EQ(state(at.webhook), "missing");
  EXPECT_EQ(state(at.intended), "intended");
  EXPECT_EQ(state(at.dispatched), "dispatched");
  EXPECT_EQ(state(at.retried), "retrying");
  const auto retrying = delivery(scan_at(at.retried), acme, sample::to_aloware);
  EXPECT_TRUE((*retrying)->not_before.has_value());
  EXPECT_EQ((*retrying)->reason_code, Reason::rate_limited);
  EXPECT_EQ(state(log.durable()), "accepted");
  const auto done = delivery(scan_at(log.durable()), acme, sample::to_aloware);
  EXPECT_EQ((*done)->attempts, 2U);
  EXPECT_EQ((*done)->remote_id.value, sample::aloware_id);
  EXPECT_FALSE((*done)->not_before.has_value());
}

TEST_F(Views, DeliveriesAreListedByStateAndTarget) {
  EXPECT_EQ(deliveries_page(scan_at(at.retried), acme, {"retrying", ""}, "", 10)->items.size(), 1U);
  const auto scan = scan_at(log.durable());
  EXPECT_EQ(deliveries_page(scan, acme, {"retrying", ""}, "", 10)->items.size(), 0U);
  EXPECT_EQ(deliveries_page(scan, acme, {"accepted", "aloware"}, "", 10)->items.size(), 1U);
  EXPECT_EQ(deliveries_page(scan, acme, {"accepted", "verity"}, "", 10)->items.size(), 0U);
}

TEST_F(Views, AWebhookTellsWhatBecameOfItForEachTarget) {
  const auto before = webhook(scan_at(at.intended), acme, at.webhook);
  ASSERT_TRUE(before.ok() && before.value().has_value());
  ASSERT_EQ((*before)->commands.size(), 1U);
  EXPECT_EQ((*before)->commands[0].targets[0].outcome, "pending");
  const auto after = webhook(scan_at(log.durable()), acme, at.webhook);
  const auto& command = (*after)->commands[0];
  EXPECT_EQ(command.outcome, "applied");
  EXPECT_EQ(command.kind, "observe_record");
  EXPECT_EQ(command.targets[0].outcome, "applied");
  EXPECT_EQ(command.targets[0].position, at.accepted);
  EXPECT_EQ(command.targets[1].outcome, "skipped");
  EXPECT_EQ(command.targets[1].reason_code, Reason::target_has_no_contact_api);
}

TEST_F(Views, AConflictNamesTheSystemsThatWereBroughtUpToDate) {
  const std::vector<events::Tag> tags{events::contact_tag(sample::ana)};
  sample::Writer writer(log, hasher);
  const auto input = sample::receive(writer, "{}");
  events::WebhookInterpreted read_as;
  read_as.webhook = input;
  writer.decide(input, 0, events::Decider::interpreter, input,
                {{events::identity_stream(), read_as, {}, {}}});
  events::ContactObserved observed;
  observed.connector = sample::ghl;
  observed.targets = {
      {sample::aloware, events::Outcome::pending, Reason::none, DeliveryId("d1")},
      {ConnectorName("other"), events::Outcome::pending, Reason::none, DeliveryId("d2")}};
  events::ContactConflictDecided conflict;
  conflict.field = events::Field::email;
  conflict.values = {{sample::ghl, PiiText("a@example.com")},
                     {sample::aloware, PiiText("b@example.com")}};
  conflict.winner = sample::ghl;
  conflict.rule = "A1.6";
  events::DeliveryIntended with, without;
  with.delivery = DeliveryId("d1");
  with.fields = {{events::Field::email, "a@example.com"}};
  without.delivery = DeliveryId("d2");
  without.fields = {{events::Field::first_name, "Ana"}};
  const auto stream = events::contact_stream(sample::ana);
  writer.decide(input, 0, events::Decider::contact, input,
                {{stream, observed, tags, {}},
                 {stream, conflict, tags, {}},
                 {stream, with, tags, {}},
                 {stream, without, tags, {}}});
  const auto page = conflicts_page(scan_at(log.durable()), acme, {}, "", 10);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].winner, sample::ghl);
  EXPECT_EQ(page->items[0].updated, std::vector{sample::aloware});
  const auto scan = scan_at(log.durable());
  EXPECT_TRUE(conflicts_page(scan, acme, ContactId("c-other"), "", 10)->items.empty());
  EXPECT_EQ(conflicts_page(scan, acme, {}, "no cursor", 10).error().code, "bad_cursor");
}

TEST_F(Views, AParkedCommandTellsWhatItWaitsForAndWhoReleasedIt) {
  sample::Writer writer(log, hasher);
  const auto call = sample::receive(writer, "call");
  events::WebhookInterpreted read_as;
  read_as.webhook = call;
  writer.decide(call, 0, events::Decider::interpreter, call,
                {{events::identity_stream(),
                  events::CommandParked{
                      call, 0, events::CommandKind::observe_call, "aloware contact 90002", {}, {}},
                  {},
                  {}},
                 {events::identity_stream(), read_as, {}, {}}});
  auto view = webhook(scan_at(log.durable()), acme, call);
  ASSERT_TRUE(view.ok() && view.value());
  ASSERT_EQ((*view)->commands.size(), 1U);
  EXPECT_EQ((*view)->commands[0].outcome, "parked");
  EXPECT_EQ((*view)->commands[0].waiting_for, "aloware contact 90002");
  EXPECT_EQ((*view)->commands[0].released_by, Position{});
  const auto named = sample::receive(writer, "contact");
  read_as.webhook = named;
  read_as.commands.push_back({3, 0, call, events::CommandKind::observe_call, sample::ana});
  writer.decide(named, 0, events::Decider::interpreter, named,
                {{events::identity_stream(), read_as, {}, {}}});
  view = webhook(scan_at(log.durable()), acme, call);
  EXPECT_EQ((*view)->commands[0].released_by, named);
  EXPECT_EQ((*view)->commands[0].released_index, 3U);
  EXPECT_EQ((*view)->commands[0].contact, sample::ana);
}

TEST_F(Views, WhatWaitedTooLongIsListedAsADeadLetterUntilItIsReleased) {
  sample::Writer writer(log, hasher);
  const auto call = sample::receive(writer, "call");
  events::WebhookInterpreted read_as;
  read_as.webhook = call;
  const std::vector<Hash16> keys{Hash16{0xaa}};
  writer.decide(
      call, 0, events::Decider::interpreter, call,
      {{events::identity_stream(),
        events::CommandParked{
            call, 0, events::CommandKind::observe_call, "aloware contact 90002", keys, {}},
        {},
        {}},
       {events::identity_stream(), read_as, {}, {}}});
  const auto waiting = [&](bool dead) {
    return parked_page(scan_at(log.durable()), acme, dead, {}, 10)->items;
  };
  ASSERT_EQ(waiting(false).size(), 1U);
  EXPECT_EQ(waiting(false)[0].input, call);
  EXPECT_EQ(waiting(false)[0].key, keys[0]);
  EXPECT_TRUE(waiting(true).empty());
  const auto timer = writer.input(events::engine_stream(), events::TimerDue{"parking", "1/aa"});
  events::WebhookInterpreted due;
  due.webhook = timer;
  writer.decide(
      timer, 0, events::Decider::interpreter, timer,
      {{events::identity_stream(),
        events::CommandTimedOut{
            call, 0, events::CommandKind::observe_call, "aloware contact 90002", keys, {}, 86'400},
        {},
        {}},
       {events::identity_stream(), due, {}, {}}});
  EXPECT_TRUE(waiting(false).empty());
  ASSERT_EQ(waiting(true).size(), 1U);
  EXPECT_EQ(parked_of(scan_at(log.durable()), acme, call)->size(), 1U);
  EXPECT_EQ((*webhook(scan_at(log.durable()), acme, call))->commands[0].outcome, "dead");
  const auto named = sample::receive(writer, "contact");
  read_as.webhook = named;
  read_as.commands.push_back({3, 0, call, events::CommandKind::observe_call, sample::ana});
  writer.decide(named, 0, events::Decider::interpreter, named,
                {{events::identity_stream(), read_as, {}, {}}});
  EXPECT_TRUE(waiting(true).empty());
}

TEST_F(Views, TagsOfAllRecordsStandAtTheContact) {
  sample::Writer writer(log, hasher);
  events::ContactObserved tagged;
  tagged.connector = sample::ghl;
  tagged.remote_id = RemoteId(sample::ghl_id);
  tagged.tags = {"vip", "old"};
  writer.input(events::contact_stream(sample::ana), tagged);
  tagged.tags = {"vip"};
  writer.input(events::contact_stream(sample::ana), tagged);
  tagged.connector = sample::aloware;
  tagged.tags = {"lead"};
  writer.input(events::contact_stream(sample::ana), tagged);
  const auto found = contact(scan_at(log.durable()), acme, sample::ana);
  EXPECT_EQ((*found)->tags, (std::vector<std::string>{"lead", "vip"}));
  EXPECT_EQ((*found)->phones.size(), 1U);
}

TEST_F(Views, WhatDoesNotParseIsInQuarantine) {
  const auto held = quarantine(scan_at(log.durable()), acme, {}, 10);
  ASSERT_TRUE(held.ok());
  ASSERT_EQ(held->items.size(), 1U);
  EXPECT_EQ(held->items[0].position, at.broken);
  EXPECT_EQ(held->items[0].reason_code, Reason::body_not_json);
  EXPECT_TRUE(quarantine(scan_at(log.durable()), acme, at.broken, 10)->items.empty());
}

TEST_F(Views, ARowThatIsNotJsonIsDamageNotAnEmptyAnswer) {
  auto scan = scan_at(log.durable());
  ASSERT_TRUE(tables
                  .apply("deliveries",
                         {{row_key(acme, {"delivery", sample::to_aloware.value, "state"}), "{"}},
                         log.durable())
                  .ok());
  EXPECT_EQ(delivery(scan, acme, sample::to_aloware).error().code, "table_damaged");
}

} // namespace
} // namespace tidemark::projections::views_test
