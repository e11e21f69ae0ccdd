#include "domain/send_addresses.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain {
namespace {

using events::Action;

PendingDelivery pending(Action what, std::vector<std::string> tags = {}) {
  events::ActionIntended intent;
  intent.action = what;
  intent.tags = std::move(tags);
  PendingDelivery out;
  out.action = std::make_shared<const events::ActionIntended>(std::move(intent));
  return out;
}

TEST(CalledOff, TagsThatWereToBeSharedBeforeAnOptOut) {
  const DeliveryLane lane;
  auto shared = pending(Action::add_tags, {"Summer Promo"});
  EXPECT_FALSE(is_called_off(lane, shared));
  shared.closed_since = true;
  EXPECT_TRUE(is_called_off(lane, shared));
  auto mark = pending(Action::add_tags, {"Do not call"});
  mark.closed_since = true;
  EXPECT_FALSE(is_called_off(lane, mark)) << "it shows the opt-out itself";
}

TEST(CalledOff, LeavingAListWhichWouldJoinOthersAgain) {
  DeliveryLane lane;
  const auto leaves = pending(Action::leave_lists);
  EXPECT_TRUE(needs_consent(leaves));
  EXPECT_FALSE(is_called_off(lane, leaves));
  lane.opted_out = true;
  EXPECT_TRUE(is_called_off(lane, leaves));
  EXPECT_FALSE(is_called_off(lane, pending(Action::opt_out)));
}

} // namespace
} // namespace tidemark::domain
