#include "replay-tools/what_if/fork.hpp"

namespace tidemark::tools {
namespace {

std::string words_of(const events::DeliveryIntended& intent) {
  if (intent.forward.value != 0)
    return "forward the webhook at " + std::to_string(intent.forward.value);
  std::string out(events::name_of_enum(intent.operation));
  for (const auto& [field, value] : intent.fields)
    out += (out.find(' ') == std::string::npos ? " " : ", ") + std::string(events::name_of(field));
  return out;
}

class Noting {
public:
  Noting(Fork& fork, Side side, Position input) : fork_(fork), side_(side), input_(input) {}

  void operator()(const events::DeliveryIntended& e) const {
    intended(e.delivery, e.target, words_of(e), false);
  }
  void operator()(const events::ActionIntended& e) const {
    intended(e.delivery, e.target, std::string(events::name_of_enum(e.action)),
             e.action == events::Action::send_message);
  }
  void operator()(const events::DeliveryDispatched& e) const {
    auto& side = at(e.delivery);
    side.out = true;
    side.sent = side.sent || e.effect;
  }
  void operator()(const events::DeliveryLookedUp& e) const { at(e.facts.delivery).out = false; }
  void operator()(const events::DeliveryUnknown& e) const { at(e.facts.delivery).out = false; }
  void operator()(const events::DeliveryRetryScheduled& e) const {
    at(e.facts.delivery).out = false;
  }
  void operator()(const events::DeliverySuppressed& e) const { end(e.delivery, e.reason_code); }
  void operator()(const events::DeliverySuperseded& e) const {
    at(e.delivery).superseded = true;
    end(e.delivery, Reason::none);
  }
  void operator()(const events::DeliveryAccepted& e) const { answered(e.facts, Reason::none); }
  void operator()(const events::ActionAccepted& e) const { answered(e.facts, Reason::none); }
  void operator()(const events::DeliveryRejected& e) const {
    answered(e.facts, e.facts.reason_code);
  }
  void operator()(const events::DeliveryDied& e) const { answered(e.facts, e.facts.reason_code); }
  template <class Other>
  void operator()(const Other&) const {} // no end, and nothing leaves

private:
  SentSide& at(const DeliveryId& id) const {
    auto& delivery = fork_.deliveries[id];
    return side_ == Side::recorded ? delivery.recorded : delivery.other;
  }
  void intended(const DeliveryId& id, const ConnectorName& target, std::string what,
                bool is_text) const {
    at(id).intended = true;
    auto& delivery = fork_.deliveries[id];
    if (delivery.what.empty()) {
      delivery.target = target;
      delivery.what = std::move(what);
      delivery.is_text = is_text;
      delivery.input = input_;
    }
    if (side_ == Side::recorded)
      fork_.open.insert(id);
    else if (!delivery.recorded.intended)
      pair_up(id, delivery);
  }
  /// The same to the same system about the same input.
  void pair_up(const DeliveryId& id, const Delivery& other) const {
    for (const auto& open : fork_.open) {
      const auto& one = fork_.deliveries[open];
      if (one.other.intended || fork_.other_of.contains(open) || one.target != other.target
          || one.what != other.what || one.input != other.input)
        continue;
      fork_.other_of[open] = id;
      fork_.recorded_of[id] = open;
      return;
    }
  }
  void end(const DeliveryId& id, Reason why) const {
    at(id).ended = why;
    at(id).out = false;
    if (side_ == Side::recorded)
      fork_.open.erase(id);
  }
  void answered(const events::AnswerFacts& facts, Reason why) const { end(facts.delivery, why); }

  Fork& fork_;
  Side side_;
  Position input_;
};

} // namespace

void note(Fork& fork, Side side, const events::Event& event, Position input) {
  std::visit(Noting(fork, side, input), event);
}

void note_pending(Fork& fork, const domain::PendingDelivery& pending) {
  const events::Event intent =
      pending.action ? events::Event(*pending.action) : events::Event(pending.intent);
  for (const auto side : {Side::recorded, Side::other})
    note(fork, side, intent, pending.correlation);
  auto& delivery = fork.deliveries[pending.intent.delivery];
  delivery.recorded.out = delivery.other.out = pending.dispatched;
}

} // namespace tidemark::tools
