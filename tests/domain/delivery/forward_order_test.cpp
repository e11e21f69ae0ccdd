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

} // namespace
} // namespace tidemark::domain::forward_order_test
