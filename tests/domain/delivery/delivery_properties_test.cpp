#include "domain/delivery/retry.hpp"
#include "tests/domain/delivery/queue_steps.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

/// What holds of a lane whatever is intended and answered, in whatever order.
namespace tidemark::domain::delivery_properties_test {
namespace {

using namespace test;
using std::chrono::milliseconds;

/// Plays a lane and counts how each intent ended.
struct Play {
  Lane l;
  int number = 0;
  std::map<std::string, int> ends;

  void intend() {
    events::DeliveryIntended e;
    e.delivery = DeliveryId("d" + std::to_string(++number));
    e.contact = jane;
    e.target = hub;
    e.operation = *rc::gen::element(events::Operation::update, events::Operation::create);
    for (const auto field : {Field::email, Field::company, Field::phone})
      if (*rc::gen::arbitrary<bool>())
        e.fields.set(field, std::to_string(number));
    if (*rc::gen::inRange(0, 6) == 0)
      e.replaces = RemoteId("old");
    if (*rc::gen::inRange(0, 6) == 0)
      e.forward = Position{7};
    ends[e.delivery.value] = 0;
    l.happened(e);
  }
  void ended(const events::Event& event) {
    if (const auto* superseded = std::get_if<events::DeliverySuperseded>(&event))
      ++ends[superseded->delivery.value];
    else if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&event))
      ++ends[suppressed->delivery.value];
    else if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&event))
      ++ends[accepted->facts.delivery.value];
    else if (const auto* rejected = std::get_if<events::DeliveryRejected>(&event))
      ++ends[rejected->facts.delivery.value];
    l.happened(event);
  }
  void step(int kind) {
    const auto next = next_delivery(l.lane);
    if (!next || kind == 0)
      return intend();
    check(*next);
    if (l.lane.pending[next->index].dispatched)
      return ended(l.conclude_with(kind <= 2   ? DeliveryVerdict::accepted
                                   : kind == 3 ? DeliveryVerdict::retry
                                   : kind == 4 ? DeliveryVerdict::rejected
                                               : DeliveryVerdict::unknown));
    const auto events = kind == 1 ? suppress(l.lane, *next, Reason::nothing_left_to_do, Position{})
                                  : announce(l.lane, *next, "write", true, "", Position{});
    for (const auto& event : events)
      ended(event);
  }
  void check(const NextDelivery& next) const {
    const auto& pending = l.lane.pending;
    const auto& chosen = pending.at(next.index);
    RC_ASSERT(std::is_sorted(next.superseded.begin(), next.superseded.end()));
    RC_ASSERT(next.superseded.size() == next.index || next.superseded.empty());
    for (std::size_t i = 0; i < pending.size(); ++i)
      RC_ASSERT(!pending[i].dispatched || i == next.index);
    for (const auto index : next.superseded) {
      const auto& older = pending[index];
      RC_ASSERT(index < next.index && !older.dispatched);
      RC_ASSERT(older.intent.replaces.value.empty()
                || older.intent.replaces == chosen.intent.replaces
                || older.intent.replaces == chosen.intent.remote_id);
      RC_ASSERT(!is_forward(older) && !is_forward(chosen));
      if (!older.after_unknown)
        continue;
      RC_ASSERT(older.intent.operation == events::Operation::update);
      for (const auto& [field, value] : older.intent.fields)
        RC_ASSERT(chosen.intent.fields.find(field) != nullptr);
    }
  }
};

RC_GTEST_PROP(Delivery, SupersedesOnlyWhatNeverMattersAndEndsEveryIntentOnce, ()) {
  Play play;
  for (const int kind : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6)))
    play.step(kind);
  for (int left = 4 * play.number; left > 0 && next_delivery(play.l.lane); --left)
    play.step(2);
  RC_ASSERT(play.l.lane.pending.empty());
  for (const auto& [delivery, ends] : play.ends)
    RC_ASSERT(ends == 1);
}

/// Everything a vendor may write into Retry-After, and how long it asks for when that is clear.
std::pair<std::string, std::optional<std::chrono::seconds>> any_retry_after(Timestamp answered) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(answered);
  const auto amount = std::chrono::seconds{*rc::gen::inRange(0, 5'000)};
  switch (*rc::gen::inRange(0, 4)) {
  case 0:
    return {std::to_string(amount.count()), amount};
  case 1: // the test's own writer of dates
    return {[&] {
              const auto then =
                  static_cast<std::time_t>((whole + amount).time_since_epoch().count());
              std::tm parts{};
              std::array<char, 40> text{};
              std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT",
                            gmtime_r(&then, &parts));
              return std::string(text.data());
            }(),
            std::chrono::ceil<std::chrono::seconds>(whole + amount - answered)};
  case 2:
    return {std::string(*rc::gen::inRange<std::size_t>(5, 40), '9'), retry_after_max};
  default:
    return {
        *rc::gen::element<std::string>("", "soon", "-5", "1.5", "0x10", " 5", "Mon, 99 Foo 2020"),
        std::nullopt};
  }
}

RC_GTEST_PROP(Retry, NeverComesBeforeItsTimeNorMuchAfterIt, ()) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  for (auto attempts = *rc::gen::inRange(1, 15); attempts > 1; --attempts) {
    l.dispatch();
    l.answered(DeliveryVerdict::retry);
  }
  l.dispatch();
  const auto answered = start + milliseconds{250};
  const auto [text, asked] = any_retry_after(answered);
  const auto verdict = *rc::gen::element(DeliveryVerdict::retry, DeliveryVerdict::unknown);
  const auto event = l.conclude_with(verdict, text);
  const auto at = verdict == DeliveryVerdict::retry
                      ? std::get<events::DeliveryRetryScheduled>(event).not_before
                      : std::get<events::DeliveryUnknown>(event).not_before;
  const auto pause = back_off(DeliveryId("d1"), l.lane.pending[0].attempt);
  RC_ASSERT(at >= answered + pause);
  const auto most = asked ? std::min<milliseconds>(*asked, retry_after_max) : milliseconds{0};
  RC_ASSERT(at == answered + std::max(pause, most));
}

} // namespace
} // namespace tidemark::domain::delivery_properties_test
