#pragma once
#include "tests/projections/sample_log.hpp"

/// Ana says STOP: what the engine writes about it, told to Aloware, and messages before and after.
namespace tidemark::sample {

/// Every look is a second later.
class TickingClock final : public WallClock {
public:
  Timestamp now() const override {
    return Timestamp{std::chrono::seconds{1'767'607'200 + ticks_++}};
  }

private:
  mutable std::int64_t ticks_ = 0;
};

struct StopPositions {
  Position card, early, stop, said, told, sent, confirmed;
};

inline const std::string our_number = "+12025550100";
inline const DeliveryId telling{"dtell0123456789abcdef"};

/// Writes the story piece by piece; each piece leaves the log whole.
class StopStory {
public:
  StopStory(storage::LogStore& log, const KeyedHasher& hasher)
      : log_(log), hasher_(hasher), writer_(log, hasher),
        hash(events::phone_hash(hasher, acme, canary_phone)) {}

  void known() { at.card = writer_.input(events::identity_stream(), card(hasher_, true)); }

  events::ConsentChanged statement(events::ConsentChange change, Position input) const {
    events::ConsentChanged e;
    e.address_hash = hash;
    e.address = PiiText(canary_phone);
    e.change = change;
    e.channels = {events::Channel::sms};
    e.evidence = events::Evidence::message_text;
    e.source = ConnectorName("verity");
    e.rule = "E6.2@1";
    e.by = "person";
    e.input = input;
    e.received_at = time_of(input);
    return e;
  }

  Position say(events::ConsentChanged e) {
    return writer_.decide(e.input, 0, events::Decider::interpreter, e.input,
                          {{events::consent_stream(hash), e, {}, {}}});
  }

  /// STOP comes in, is decided, and Aloware is to be told.
  void stop() {
    decide_stop();
    apply_stop();
  }

  /// As far as Ana's contact has not heard of it.
  void decide_stop() {
    at.stop = receive(writer_, "STOP");
    events::WebhookInterpreted meaning;
    meaning.webhook = at.stop;
    meaning.connector = ConnectorName("verity");
    meaning.commands.push_back({1, 0, {}, events::CommandKind::apply_consent, ana});
    at.said = writer_.decide(
        at.stop, 0, events::Decider::interpreter, at.stop,
        {{events::consent_stream(hash), statement(events::ConsentChange::revoked, at.stop), {}, {}},
         {events::identity_stream(), meaning, {}, {}}});
  }

  /// Her contact takes it in.
  void apply_stop() {
    events::ConsentApplied applied;
    applied.channels = {events::Channel::sms};
    applied.address_hash = hash;
    applied.input = at.stop;
    applied.source = ConnectorName("verity");
    applied.targets = {{aloware, events::Outcome::pending, Reason::opt_out, telling},
                       {ConnectorName("verity"), events::Outcome::skipped,
                        Reason::held_by_the_send_gate, DeliveryId{}}};
    const std::vector<events::Tag> tags{events::contact_tag(ana)};
    at.told = Position{writer_
                           .decide(at.stop, 1, events::Decider::contact, at.stop,
                                   {{events::contact_stream(ana), applied, tags, {}},
                                    {events::contact_stream(ana), tell(), tags, {}}})
                           .value
                       + 1};
  }

  static events::ActionIntended tell() {
    events::ActionIntended tell;
    tell.delivery = telling;
    tell.contact = ana;
    tell.target = aloware;
    tell.remote_id = RemoteId(aloware_id);
    tell.action = events::Action::opt_out;
    tell.channels = {events::Channel::sms};
    return tell;
  }

  /// One attempt fails, the next is confirmed: read back, unless the system says what it left out.
  void confirm(Reason left_out = Reason::none) {
    at.sent = dispatch(telling, at.told, 1);
    events::DeliveryRetryScheduled retry;
    retry.facts = facts(at.told, 1, 500, Reason::vendor_failed);
    retry.facts.delivery = telling;
    answer(at.told, 10, retry);
    dispatch(telling, at.told, 2);
    events::ActionAccepted done;
    done.read_back = left_out == Reason::none;
    done.facts = facts(at.told, 2, 200, left_out);
    done.facts.delivery = telling;
    done.contact = ana;
    done.target = aloware;
    done.action = events::Action::opt_out;
    at.confirmed = answer(at.told, 11, done);
  }

  /// The newest opt-out that Aloware was told is refused for good.
  void refuse(const DeliveryId& id, Position intent) {
    events::DeliveryRejected refused;
    refused.facts = facts(intent, 1, 422, Reason::refused);
    refused.facts.delivery = id;
    answer(intent, 12, refused);
  }

  /// Aloware is told once more, of a record of its own, and says yes.
  void confirm_later(const std::string& id, const std::string& record,
                     std::vector<events::Channel> channels) {
    auto again = tell();
    again.delivery = DeliveryId(id);
    again.remote_id = RemoteId(record);
    again.channels = std::move(channels);
    const auto intent =
        writer_.input(events::contact_stream(ana), again, {}, {events::contact_tag(ana)});
    events::ActionAccepted done;
    done.facts = facts(intent, 1, 200, {});
    done.facts.delivery = again.delivery;
    done.contact = ana;
    done.target = aloware;
    done.action = events::Action::opt_out;
    answer(intent, 13, done);
  }

  /// Aloware shows its own mark on a record.
  Position mark(const std::string& record) {
    const auto input = receive(writer_, "mark " + record);
    auto said = statement(events::ConsentChange::revoked, input);
    said.source = aloware;
    said.evidence = events::Evidence::flag;
    said.record = RemoteId(record);
    say(said);
    return input;
  }

  /// A message of ours is decided on and leaves; gives where it left.
  Position send(const std::string& id, std::string allowance = {}) {
    events::ActionIntended send;
    send.delivery = DeliveryId(id);
    send.contact = ana;
    send.target = aloware;
    send.action = events::Action::send_message;
    send.message.emplace();
    send.message->their_address = PiiText(canary_phone);
    send.message->our_address = our_number;
    const auto intent =
        writer_.input(events::contact_stream(ana), send, {}, {events::contact_tag(ana)});
    return dispatch(send.delivery, intent, 1, std::move(allowance));
  }

  /// Another system tells of a message to Ana.
  Position seen(const std::string& id, Timestamp said, events::MessageObserved shown = {}) {
    return seen(id, to_rfc3339(said), std::move(shown));
  }
  Position seen(const std::string& id, const std::string& said,
                events::MessageObserved shown = {}) {
    shown.message.source = ghl;
    shown.message.message_id = id;
    shown.message.their_address = PiiText(canary_phone);
    shown.message.our_address = our_number;
    shown.message.stated_at = said;
    const auto input = receive(writer_, id);
    writer_.decide(input, 0, events::Decider::contact, input,
                   {{events::contact_stream(ana), shown, {}, {}}});
    return input;
  }

  /// The dialer tells a part of a call that it placed to Ana.
  Position called(const std::string& id, const std::string& began, events::CallObserved part = {}) {
    part.call.source = aloware;
    part.call.call_id = id;
    part.call.their_number = PiiText(canary_phone);
    part.call.started_at = began;
    const auto input = receive(writer_, id);
    writer_.decide(input, 0, events::Decider::contact, input,
                   {{events::contact_stream(ana), part, {}, {}}});
    return input;
  }
  /// Somebody records that Ana asked to be called.
  Position allow_call(Timestamp until) {
    events::CallAllowed allowed{PiiText(canary_phone), until, "asked on our voicemail", "ops", {}};
    return writer_.input(events::admin_stream(), allowed);
  }

  Timestamp time_of(Position position) const {
    return log_.at(position).value().value().envelope.recorded_at;
  }
  Writer& writer() { return writer_; }

private:
  Position root_of(Position intent) const {
    return log_.at(intent).value().value().envelope.correlation;
  }
  Position dispatch(const DeliveryId& id, Position intent, std::uint32_t attempt,
                    std::string allowance = {}) {
    events::DeliveryDispatched sent;
    sent.delivery = id;
    sent.intent = intent;
    sent.attempt = attempt;
    sent.effect = true;
    sent.evidence = intent;
    events::SendDecided gate;
    gate.delivery = id;
    gate.allowed = true;
    gate.evidence = intent;
    gate.allowance = std::move(allowance);
    const StreamName stream = events::delivery_stream(aloware, ana);
    const std::vector<events::Tag> tags{events::contact_tag(ana)};
    return writer_.decide(intent, attempt, events::Decider::delivery, root_of(intent),
                          {{stream, sent, tags, {}}, {stream, gate, tags, {}}});
  }
  Position answer(Position intent, std::uint32_t index, events::Event event) {
    return writer_.decide(intent, index, events::Decider::delivery, root_of(intent),
                          {{events::delivery_stream(aloware, ana),
                            std::move(event),
                            {events::contact_tag(ana)},
                            {}}});
  }

  storage::LogStore& log_;
  const KeyedHasher& hasher_;
  Writer writer_;

public:
  AddressHash hash;
  StopPositions at;
};

} // namespace tidemark::sample
