#include "domain/consent/send_addresses.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::send_addresses_test {
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
  const DeliveryQueue lane;
  auto shared = pending(Action::add_tags, {"Summer Promo"});
  EXPECT_EQ(cancellation_reason(lane, shared), Reason::none);
  shared.closed_since = true;
  EXPECT_EQ(cancellation_reason(lane, shared), Reason::opted_out);
  auto mark = pending(Action::add_tags, {"Do not call"});
  mark.closed_since = true;
  EXPECT_EQ(cancellation_reason(lane, mark), Reason::none) << "it shows the opt-out itself";
}

TEST(CalledOff, LeavingAListWhichWouldJoinOthersAgain) {
  DeliveryQueue lane;
  const auto leaves = pending(Action::leave_lists);
  EXPECT_TRUE(needs_consent(leaves));
  EXPECT_EQ(cancellation_reason(lane, leaves), Reason::none);
  lane.opted_out = true;
  EXPECT_EQ(cancellation_reason(lane, leaves), Reason::opted_out);
  EXPECT_EQ(cancellation_reason(lane, pending(Action::opt_out)), Reason::none);
}

TEST(CalledOff, ABodyAgainstWhichAnOptOutStands) {
  DeliveryQueue lane;
  lane.opted_out = true;
  PendingDelivery body;
  body.intent.forward = Position{7};
  EXPECT_FALSE(needs_consent(body)) << "it shows the mark, or is no record";
  EXPECT_EQ(cancellation_reason(lane, body), Reason::none);
  body.intent.context = {{events::Field::phone, "+12025550142"}};
  EXPECT_EQ(cancellation_reason(lane, body), Reason::opted_out);
}

TEST(CalledOff, ABodyWithAMarkButNoneForTexts) {
  DeliveryQueue lane;
  lane.opted_out = true;
  PendingDelivery body;
  body.intent.forward = Position{7};
  body.intent.context = {{events::Field::phone, "+12025550142"}};
  body.intent.mark = events::ForwardedMark{{events::Channel::call}};
  EXPECT_TRUE(needs_consent(body));
  ConsentState state;
  Revocation said;
  said.channel = events::Channel::call;
  said.position = Position{3};
  state.active.push_back(said);
  EXPECT_EQ(cancellation_reason(lane, body), Reason::none);
  EXPECT_EQ(gate_for(body, state).gate, Gate::open) << "it was decided with that";
  lane.texts_closed = true;
  said.channel = events::Channel::sms;
  said.position = Position{5};
  state.active.push_back(said);
  EXPECT_EQ(cancellation_reason(lane, body), Reason::opted_out);
  EXPECT_EQ(gate_for(body, state).evidence, Position{5});
}

TEST(CalledOff, AnOptInOfWhichAnOptOutLeftNothing) {
  EXPECT_EQ(cancellation_reason({}, pending(Action::opt_in)), Reason::closed_again);
  EXPECT_EQ(cancellation_reason({}, PendingDelivery{}), Reason::nothing_left_to_do);
}

} // namespace
} // namespace tidemark::domain::send_addresses_test
