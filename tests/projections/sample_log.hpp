#pragma once
#include "base/crypto.hpp"
#include "events/format/tags.hpp"
#include "projections/table/fold.hpp"
#include "storage/log_store.hpp"
#include "storage/tables.hpp"

#include <gtest/gtest.h>

/// One contact's life in events, as the engine would write it: a GoHighLevel webhook, the
/// decisions, a delivery to Aloware that is first limited and then accepted, and a webhook that is
/// no JSON.
namespace tidemark::sample {

inline const TenantId acme{"acme"};
inline const ContactId ana{"c0123456789abcdef0123"};
inline const DeliveryId to_aloware{"d0123456789abcdef0123"};
inline const ConnectorName ghl{"gohighlevel"};
inline const ConnectorName aloware{"aloware"};
/// Personal data that must not be seen anywhere unasked.
inline const std::string canary_phone = "+12025550142";
inline const std::string canary_email = "canary.person@example.com";
inline const std::string ghl_id = "ghl-canary-7731";
inline const std::string aloware_id = "90002731";

class StepClock final : public WallClock {
public:
  Timestamp now() const override { return Timestamp{std::chrono::seconds{1'767'607'200}}; }
};

struct Positions {
  Position webhook, observed, intended, dispatched, retried, accepted, broken;
};

class Writer {
public:
  Writer(storage::LogStore& log, const KeyedHasher& hasher) : log_(log), hasher_(hasher) {}

  Position input(StreamName stream, events::Event event, std::string body = {},
                 std::vector<events::Tag> tags = {}) {
    storage::Append append;
    append.tenant = acme;
    append.events.push_back(
        {std::move(stream), std::move(event), std::move(tags), std::move(body)});
    return write(std::move(append));
  }
  Position decide(Position cause, std::uint32_t index, events::Decider decider, Position root,
                  std::vector<storage::NewEvent> events) {
    storage::Append append;
    append.tenant = acme;
    append.events = std::move(events);
    append.cause = cause;
    append.command_index = index;
    append.decider = decider;
    append.correlation = root;
    append.rules = 1;
    return write(std::move(append));
  }
  std::string hex(Hash16 hash) const { return to_hex(hash); }
  const KeyedHasher& hasher() const { return hasher_; }

private:
  Position write(storage::Append append) {
    const auto outcome = storage::append_and_wait(log_, std::move(append));
    const auto* stored = std::get_if<storage::Appended>(&outcome);
    EXPECT_NE(stored, nullptr) << "the sample was not stored";
    return stored ? stored->first : Position{};
  }
  storage::LogStore& log_;
  const KeyedHasher& hasher_;
};

inline events::IdentityCardWritten card(const KeyedHasher& hasher, bool with_aloware) {
  events::IdentityCardWritten out;
  out.contact = ana;
  out.records.push_back({ghl, events::remote_hash(hasher, acme, ghl, RemoteId(ghl_id))});
  if (with_aloware)
    out.records.push_back(
        {aloware, events::remote_hash(hasher, acme, aloware, RemoteId(aloware_id))});
  out.phones.push_back(events::phone_hash(hasher, acme, canary_phone));
  out.emails.push_back(events::email_hash(hasher, acme, canary_email));
  out.words.push_back(events::name_word_hash(hasher, acme, "ana"));
  return out;
}

/// The tags of a card: every key in it, so that the newest card under a key says whose it is.
inline std::vector<events::Tag> card_tags(const events::IdentityCardWritten& card) {
  std::vector<events::Tag> tags{events::contact_tag(ana), events::card_tag(ana)};
  for (const auto& record : card.records)
    tags.push_back(events::identity_tag(record.remote_id_hash));
  for (const auto* addresses : {&card.phones, &card.emails})
    for (const auto& address : *addresses)
      tags.push_back(events::identity_tag(address));
  return tags;
}

inline events::FieldSet values() {
  return {{events::Field::first_name, "Ana"},
          {events::Field::phone, canary_phone},
          {events::Field::email, canary_email}};
}

inline events::AnswerFacts facts(Position intent, std::uint32_t attempt, std::uint32_t status,
                                 Reason reason) {
  events::AnswerFacts out;
  out.delivery = to_aloware;
  out.intent = intent;
  out.attempt = attempt;
  out.reason_code = reason;
  out.answer.http_status = status;
  return out;
}

inline Position receive(Writer& writer, const std::string& body) {
  events::WebhookReceived received;
  received.connector = ghl;
  received.content_type = "application/json";
  received.body_sha256 = to_hex(sha256(body));
  received.body_bytes = body.size();
  return writer.input(events::webhook_stream(ghl), received, body);
}

inline void write_contact(Writer& writer, Positions& at) {
  const std::vector<events::Tag> tags{events::contact_tag(ana)};
  const StreamName stream = events::contact_stream(ana);
  events::WebhookInterpreted read_as;
  read_as.webhook = at.webhook;
  read_as.connector = ghl;
  read_as.kind = "ContactCreate";
  read_as.commands.push_back({0, 0, {}, events::CommandKind::observe_record, ana, true});
  writer.decide(at.webhook, 0, events::Decider::interpreter, at.webhook,
                {{events::identity_stream(), read_as, {}, {}},
                 {events::identity_stream(),
                  card(writer.hasher(), false),
                  card_tags(card(writer.hasher(), false)),
                  {}}});
  events::ContactObserved observed;
  observed.connector = ghl;
  observed.remote_id = RemoteId(ghl_id);
  observed.fields = values();
  observed.targets.push_back({aloware, events::Outcome::pending, Reason::none, to_aloware});
  observed.targets.push_back({ConnectorName("verity"), events::Outcome::skipped,
                              Reason::target_has_no_contact_api, DeliveryId{}});
  events::DeliveryIntended intended;
  intended.delivery = to_aloware;
  intended.contact = ana;
  intended.target = aloware;
  intended.fields = values();
  at.observed = writer.decide(at.webhook, 0, events::Decider::contact, at.webhook,
                              {{stream, observed, tags, {}},
                               {stream, events::ContactChanged{values(), ghl, {}}, tags, {}},
                               {stream, intended, tags, {}}});
  at.intended = Position{at.observed.value + 2};
}

inline void write_delivery(Writer& writer, Positions& at) {
  const std::vector<events::Tag> tags{events::contact_tag(ana)};
  const StreamName stream = events::delivery_stream(aloware, ana);
  events::DeliveryDispatched sent;
  sent.delivery = to_aloware;
  sent.intent = at.intended;
  sent.attempt = 1;
  sent.step_name = "create";
  at.dispatched = writer.decide(at.intended, 0, events::Decider::delivery, at.webhook,
                                {{stream, sent, tags, {}}});
  events::DeliveryRetryScheduled retry;
  retry.facts = facts(at.intended, 1, 429, Reason::rate_limited);
  retry.not_before = Timestamp{std::chrono::seconds{1'767'607'260}};
  at.retried = writer.decide(at.intended, 1, events::Decider::delivery, at.webhook,
                             {{stream, retry, tags, "{\"error\":\"slow down\"}"}});
  sent.attempt = 2;
  writer.decide(at.intended, 2, events::Decider::delivery, at.webhook, {{stream, sent, tags, {}}});
  events::DeliveryAccepted accepted;
  accepted.facts = facts(at.intended, 2, 200, Reason::none);
  accepted.contact = ana;
  accepted.target = aloware;
  accepted.remote_id = RemoteId(aloware_id);
  accepted.fields = values();
  accepted.learned_id = true;
  at.accepted = writer.decide(at.intended, 3, events::Decider::delivery, at.webhook,
                              {{stream, accepted, tags, {}}});
  writer.decide(at.accepted, 0, events::Decider::interpreter, at.webhook,
                {{events::identity_stream(),
                  card(writer.hasher(), true),
                  card_tags(card(writer.hasher(), true)),
                  {}}});
}

/// Writes the whole sample.
inline Positions write(storage::LogStore& log, const KeyedHasher& hasher) {
  Writer writer(log, hasher);
  Positions at;
  events::ConfigApplied config;
  config.source_of_truth = "merge";
  writer.input(events::engine_stream(), config);
  at.webhook = receive(writer, "{\"phone\":\"" + canary_phone + "\"}");
  write_contact(writer, at);
  write_delivery(writer, at);
  at.broken = receive(writer, "not json at all");
  events::WebhookInterpreted broken;
  broken.webhook = at.broken;
  broken.connector = ghl;
  broken.skipped.push_back(
      {events::Outcome::quarantined, Reason::body_not_json, "The body is not JSON."});
  writer.decide(at.broken, 0, events::Decider::interpreter, at.broken,
                {{events::identity_stream(), broken, {}, {}}});
  return at;
}

/// Brings the tables up to `to`, event by event, and notes their versions, as the running engine
/// does.
inline void apply_live(const storage::LogStore& log, storage::TableStore& tables,
                       const KeyedHasher& hasher, Position to) {
  for (const auto& projection : projections::all()) {
    const auto from = tables.checkpoint(projection.name);
    ASSERT_TRUE(from.ok());
    projections::Fold fold({&projection}, hasher);
    projections::RowBatch rows;
    projections::RowBatch* const batches[]{&rows};
    ASSERT_TRUE(
        log.read(
               *from, to.value - from->value,
               [&](std::string_view record) {
                 EXPECT_TRUE(fold.feed(record, batches).ok());
                 const auto position = events::read_header(record)->position;
                 std::vector<storage::Mutation> changes;
                 for (const auto row : rows)
                   changes.push_back({std::string(row.key), std::optional<std::string>(row.value)});
                 rows.clear();
                 EXPECT_TRUE(tables.apply(projection.name, std::move(changes), position).ok());
                 return true;
               })
            .ok());
    const storage::Mutation version{std::string(projection.name),
                                    std::to_string(projection.version)};
    ASSERT_TRUE(tables.apply(projections::versions_table, {version}, {}).ok());
  }
}

} // namespace tidemark::sample
