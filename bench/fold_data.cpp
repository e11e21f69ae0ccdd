#include "bench/fold_data.hpp"

#include "base/crypto.hpp"
#include "events/format/tags.hpp"
#include "storage/open_log.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

namespace tidemark::bench {

const TenantId made_up_tenant{"acme"};

namespace {

using namespace events;

class FillClock final : public WallClock {
public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

const TenantId& tenant = made_up_tenant;
const ConnectorName source{"gohighlevel"};

class CountingSink final : public storage::CompletionSink {
public:
  void settled(std::span<storage::Settled> group) override {
    for (const auto& one : group)
      if (!std::holds_alternative<storage::Appended>(one.outcome))
        failed = true;
    done += group.size();
  }
  std::atomic<std::uint64_t> done{0};
  std::atomic<bool> failed{false};
};

/// Appends without waiting; positions are known because nobody else writes.
class Writer {
public:
  Writer(storage::LogStore& log, const KeyedHasher& hasher)
      : log_(log), hasher_(hasher), next_(log.durable().value + 1) {}

  void contact(std::uint64_t number);
  std::uint64_t submitted() const { return submitted_; }
  CountingSink sink;

private:
  Position append(std::vector<storage::NewEvent> events, Position cause, std::uint32_t index,
                  Decider decider) {
    storage::Append append;
    append.tenant = tenant;
    append.cause = cause;
    append.command_index = index;
    append.decider = decider;
    append.correlation = decider == Decider::none ? Position{} : webhook_;
    append.rules = decider == Decider::none ? 0 : 1;
    const Position first{next_};
    next_ += events.size();
    append.events = std::move(events);
    log_.submit(std::move(append), sink, ++submitted_);
    return first;
  }
  void receive(std::uint64_t number);
  void deliver(const ConnectorName& target, Position intent, const DeliveryId& id);
  IdentityCardWritten card() const;
  Hash16 record_hash(const ConnectorName& connector) const {
    return remote_hash(hasher_, tenant, connector, RemoteId(connector.value + id_.value));
  }

  storage::LogStore& log_;
  const KeyedHasher& hasher_;
  std::uint64_t next_;
  std::uint64_t submitted_ = 0;
  Position webhook_;
  ContactId id_;
  FieldSet values_;
  std::vector<ConnectorName> known_;
};

void Writer::receive(std::uint64_t number) {
  WebhookReceived received;
  received.connector = source;
  received.content_type = "application/json";
  std::string body =
      fmt::format("{{\"type\":\"ContactCreate\",\"id\":\"{}\",\"filler\":\"", number);
  body.resize(1498, 'x');
  body += "\"}";
  received.body_sha256 = sha256_hex(body);
  received.body_bytes = body.size();
  received.request_id = fmt::format("req-{}", number);
  webhook_ =
      append({{webhook_stream(source), received, {}, std::move(body)}}, {}, 0, Decider::none);
}

IdentityCardWritten Writer::card() const {
  IdentityCardWritten out;
  out.contact = id_;
  for (const auto& connector : known_)
    out.records.push_back({connector, record_hash(connector)});
  out.phones.push_back(phone_hash(hasher_, tenant, values_.get(Field::phone)));
  out.emails.push_back(email_hash(hasher_, tenant, values_.get(Field::email)));
  for (const auto field : {Field::first_name, Field::last_name})
    out.words.push_back(name_word_hash(hasher_, tenant, values_.get(field)));
  return out;
}

void Writer::deliver(const ConnectorName& target, Position intent, const DeliveryId& id) {
  const auto stream = delivery_stream(target, id_);
  const std::vector<Tag> tags{contact_tag(id_)};
  DeliveryDispatched sent;
  sent.delivery = id;
  sent.intent = intent;
  sent.attempt = 1;
  sent.step_name = "create";
  sent.request_sha256 = std::string(64, 'a');
  const auto dispatched = append({{stream, sent, tags, {}}}, intent, 0, Decider::delivery);
  DeliveryAccepted accepted;
  accepted.facts.delivery = id;
  accepted.facts.intent = intent;
  accepted.facts.attempt = 1;
  accepted.facts.answer.http_status = 201;
  accepted.facts.answer.body_sha256 = std::string(64, 'b');
  accepted.contact = id_;
  accepted.target = target;
  accepted.remote_id = RemoteId(target.value + id_.value);
  accepted.fields = values_;
  accepted.learned_id = true;
  const auto taken =
      append({{stream, accepted, tags, std::string(300, 'y')}}, dispatched, 0, Decider::delivery);
  known_.push_back(target);
  append({{identity_stream(), card(), {contact_tag(id_), card_tag(id_)}, {}}}, taken, 0,
         Decider::interpreter);
}

void Writer::contact(std::uint64_t number) {
  id_ = made_up_contact(number);
  values_ = {{Field::first_name, "Ana"}, {Field::company, "Example Ltd"}};
  values_.set(Field::last_name, fmt::format("Lopez{}", number % 5000));
  values_.set(Field::phone, fmt::format("+1202{:07}", number % 10'000'000));
  values_.set(Field::email, fmt::format("person{}@example.com", number));
  known_ = {source};
  receive(number);
  WebhookInterpreted read_as{webhook_, source, "ContactCreate", {}, {}};
  read_as.commands.push_back({0, 0, {}, events::CommandKind::observe_record, id_, true});
  append({{identity_stream(), read_as, {}, {}},
          {identity_stream(), card(), {contact_tag(id_), card_tag(id_)}, {}}},
         webhook_, 0, Decider::interpreter);
  ContactObserved observed;
  observed.connector = source;
  observed.remote_id = RemoteId(source.value + id_.value);
  observed.fields = values_;
  std::vector<storage::NewEvent> decided;
  const auto stream = contact_stream(id_);
  const std::vector<Tag> tags{contact_tag(id_)};
  std::vector<DeliveryIntended> intents;
  for (const auto* target : {"aloware", "generic"}) {
    DeliveryIntended intended;
    intended.delivery = DeliveryId("d" + sha256_hex(std::string(target) + id_.value).substr(0, 20));
    intended.contact = id_;
    intended.target = ConnectorName(target);
    intended.fields = values_;
    observed.targets.push_back(
        {intended.target, Outcome::pending, Reason::none, intended.delivery});
    intents.push_back(std::move(intended));
  }
  decided.push_back({stream, observed, tags, {}});
  decided.push_back({stream, ContactChanged{values_, source, {}}, tags, {}});
  for (const auto& intended : intents)
    decided.push_back({stream, intended, tags, {}});
  const auto first = append(std::move(decided), webhook_, 0, Decider::contact);
  for (std::size_t i = 0; i < intents.size(); ++i)
    deliver(intents[i].target, Position{first.value + 2 + i}, intents[i].delivery);
}

} // namespace

ContactId made_up_contact(std::uint64_t number) {
  return ContactId("c" + sha256_hex(std::to_string(number)).substr(0, 20));
}

Status fill_folder(const std::string& data, std::uint64_t contacts) {
  const FillClock clock;
  storage::OpenOptions options;
  options.folder = data;
  TRY(open, storage::open_log(options, &clock));
  const KeyedHasher hasher(open->pepper());
  const bool written = write_contacts(open->log(), hasher, contacts, [&](std::uint64_t done) {
    std::cerr << "written " << done << " of " << contacts << " contacts\n";
  });
  return written ? Status(Done{}) : Status(Error{"not_written", "the log refused an append"});
}

bool write_contacts(storage::LogStore& log, const KeyedHasher& hasher, std::uint64_t contacts,
                    const std::function<void(std::uint64_t)>& progress) {
  constexpr std::uint64_t in_flight_max = 4096;
  Writer writer(log, hasher);
  for (std::uint64_t i = 0; i < contacts && !writer.sink.failed; ++i) {
    while (writer.submitted() - writer.sink.done > in_flight_max)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    writer.contact(i);
    if (i % 10'000 == 0)
      progress(i);
  }
  while (writer.sink.done < writer.submitted())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return !writer.sink.failed;
}

} // namespace tidemark::bench
