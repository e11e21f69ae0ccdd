#include "domain/attempt.hpp"
#include "domain/consent/send_addresses.hpp"
#include "domain/delivery/delivery_order.hpp"
#include "tests/domain/delivery/queue_steps.hpp"

#include <gtest/gtest.h>

/// In which order bodies go on that another system sent.
namespace tidemark::domain::forward_order_test {
namespace {

using namespace test;

events::DeliveryIntended body(const std::string& id, std::uint64_t webhook) {
  events::DeliveryIntended out;
  out.delivery = DeliveryId(id);
  out.target = hub;
  out.operation = events::Operation::update;
  out.forward = Position{webhook};
  return out;
}

TEST(ForwardOrder, EachBodyGoesOnInTheOrderInWhichItCame) {
  Lane l;
  l.happened(body("d1", 7));
  l.happened(body("d2", 8));
  EXPECT_EQ(next_delivery(l.lane)->index, 0U);
  EXPECT_TRUE(next_delivery(l.lane)->superseded.empty());
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  ASSERT_EQ(next_delivery(l.lane)->index, 0U) << "it is not left out because its answer is";
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery, DeliveryId("d2"));
}

TEST(ForwardOrder, ABodyThatIsNotTakenKeepsNoActionWaiting) {
  Lane l;
  l.happened(body("d1", 7));
  events::ActionIntended text;
  text.delivery = DeliveryId("d2");
  text.target = hub;
  text.action = events::Action::send_message;
  text.purpose = "conversation";
  l.happened(text);
  EXPECT_EQ(next_delivery(l.lane)->index, 0U) << "it came first";
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(next_delivery(l.lane)->index, 1U);
}

/// A text that an operator's stop holds kept the mark from the system.
TEST(ForwardOrder, TheMarkOfAnOptOutGoesBeforeOurAnswerToIt) {
  Lane l;
  events::ActionIntended text;
  text.delivery = DeliveryId("d1");
  text.target = hub;
  text.action = events::Action::send_message;
  text.purpose = "confirmation";
  l.happened(text);
  l.happened(body("d2", 7));
  EXPECT_EQ(next_delivery(l.lane)->index, 0U) << "it tells of no opt-out";
  auto marked = body("d3", 8);
  marked.mark = events::ForwardedMark{{events::Channel::sms}};
  l.happened(marked);
  EXPECT_EQ(next_delivery(l.lane)->index, 1U) << "in the order in which they came";
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery, DeliveryId("d3"));
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery, DeliveryId("d1"))
      << "a body that is not taken keeps no text waiting";
}

TEST(ForwardOrder, WhatAnotherSystemSaidGoesOnAlsoWhenTheContactEnds) {
  Lane l;
  l.happened(body("d1", 7));
  l.intended("d2", {{Field::email, "a@example.com"}});
  events::RecordsReleased released;
  released.whole = true;
  l.happened(released);
  EXPECT_FALSE(is_empty(l.lane.pending[0]));
  EXPECT_TRUE(is_empty(l.lane.pending[1]));
}

class BehindTheMark : public testing::Test {
protected:
  void opts_out() {
    events::ConsentApplied closed;
    closed.channels = {events::Channel::sms};
    closed.input = Position{5};
    closed.held = events::HeldBodies{{hub}};
    l.happened(closed);
  }
  static events::DeliveryIntended mark(const std::string& id, std::uint64_t webhook) {
    auto out = body(id, webhook);
    out.mark = events::ForwardedMark{{events::Channel::sms}};
    return out;
  }
  static events::DeliveryIntended waiting(const std::string& id, std::uint64_t webhook) {
    auto out = body(id, webhook);
    out.awaits = events::AwaitedMark{Position{5}};
    return out;
  }
  Timestamp held() const { return waits_until(l.lane, *next_delivery(l.lane)); }
  std::string next() const {
    return l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value;
  }
  Lane l;
};

TEST_F(BehindTheMark, OtherBodiesWaitUntilItWasTaken) {
  l.happened(waiting("d1", 6));
  EXPECT_EQ(held(), start + mark_wait) << "never for ever";
  l.happened(mark("d2", 7));
  l.happened(waiting("d3", 8));
  EXPECT_EQ(next(), "d2");
  EXPECT_EQ(held(), Timestamp{});
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(next(), "d2") << "it was not answered 2xx";
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(next(), "d1");
  EXPECT_EQ(held(), Timestamp{});
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(next(), "d3") << "in the order in which they came";
}

TEST_F(BehindTheMark, WhatWasOnItsWayWhenThePersonSpokeWaitsToo) {
  l.happened(body("d1", 4));
  opts_out();
  EXPECT_EQ(held(), start + mark_wait);
  l.happened(mark("d2", 7));
  EXPECT_EQ(next(), "d2");
}

TEST_F(BehindTheMark, AMarkForCallsReleasesNothing) {
  l.happened(waiting("d1", 6));
  auto calls = waiting("d2", 7);
  calls.mark = events::ForwardedMark{{events::Channel::call}};
  l.happened(calls);
  EXPECT_EQ(next(), "d1");
  EXPECT_EQ(held(), start + mark_wait);
}

TEST_F(BehindTheMark, ARecordThatDoesNotSayWhatWasClosedSinceIsCalledOff) {
  auto calls = body("d1", 4);
  calls.mark = events::ForwardedMark{{events::Channel::call}};
  calls.context = {{events::Field::phone, "+12025550142"}};
  l.happened(calls);
  EXPECT_EQ(cancellation_reason(l.lane, l.lane.pending[0]), Reason::none);
  opts_out();
  l.happened(mark("d2", 7));
  EXPECT_EQ(next(), "d1");
  EXPECT_EQ(held(), Timestamp{});
  EXPECT_EQ(cancellation_reason(l.lane, l.lane.pending[0]), Reason::opted_out);
  events::ConsentApplied opened;
  opened.change = events::ConsentChange::granted;
  opened.channels = {events::Channel::sms};
  l.happened(opened);
  EXPECT_EQ(cancellation_reason(l.lane, l.lane.pending[0]), Reason::none);
}

TEST_F(BehindTheMark, ARefusedMarkReleasesNothing) {
  l.happened(waiting("d1", 6));
  l.happened(mark("d2", 7));
  l.dispatch();
  l.answered(DeliveryVerdict::rejected);
  EXPECT_EQ(next(), "d1");
  EXPECT_EQ(held(), start + mark_wait);
}

TEST_F(BehindTheMark, AnOptInOrAPersonsWordReleasesThem) {
  l.happened(waiting("d1", 6));
  events::OptOutMarkedByHand deed;
  deed.connector = crm;
  deed.up_to = Position{9};
  l.happened(deed);
  EXPECT_NE(held(), Timestamp{}) << "it was set elsewhere";
  deed.connector = hub;
  deed.up_to = Position{4};
  l.happened(deed);
  EXPECT_NE(held(), Timestamp{}) << "it was set before this opt-out";
  deed.up_to = Position{9};
  l.happened(deed);
  EXPECT_EQ(held(), Timestamp{});
  l.happened(waiting("d2", 10));
  events::ConsentApplied opened;
  opened.change = events::ConsentChange::granted;
  opened.channels = {events::Channel::sms};
  l.happened(opened);
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(next(), "d2");
  EXPECT_EQ(held(), Timestamp{});
}

TEST_F(BehindTheMark, AfterADayTheyGoOn) {
  l.happened(waiting("d1", 6));
  l.happened(events::TimerDue{"delivery_retry", "d1"});
  EXPECT_EQ(held(), Timestamp{});
}

TEST_F(BehindTheMark, NoPauseHoldsItNorWhatLeavesBeforeIt) {
  l.happened(body("d1", 4));
  EXPECT_FALSE(leaves_with_opt_outs(l.lane, l.lane.pending[0]));
  l.lane.pending[0].intent.mark = events::ForwardedMark{};
  EXPECT_FALSE(leaves_with_opt_outs(l.lane, l.lane.pending[0])) << "our tags alone are no mark";
  l.happened(mark("d2", 7));
  EXPECT_TRUE(leaves_with_opt_outs(l.lane, l.lane.pending[1]));
  EXPECT_TRUE(leaves_with_opt_outs(l.lane, l.lane.pending[0]));
}

} // namespace
} // namespace tidemark::domain::forward_order_test
