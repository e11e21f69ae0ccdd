#include "domain/delivery/retry.hpp"
#include "tests/domain/delivery/queue_steps.hpp"

#include <gtest/gtest.h>

/// How a delivery ends: what is never given up, and what identity hears of its record.
namespace tidemark::domain::test::delivery_end_test {
namespace {

TEST(DeliveryEnd, IdentityHearsWhichRecordAnotherTookThePlaceOfAlsoWhenItIsKnown) {
  Lane l;
  events::DeliveryIntended e;
  e.delivery = DeliveryId("d1");
  e.contact = jane;
  e.target = hub;
  e.operation = events::Operation::create;
  e.fields = {{Field::phone, "+12025550199"}};
  e.replaces = RemoteId("old");
  l.happened(e);
  l.dispatch();
  events::ContactObserved seen; // the system's own webhook about it is faster
  seen.connector = hub;
  seen.remote_id = RemoteId("new");
  l.happened(seen);
  const auto answer =
      std::get<events::DeliveryAccepted>(l.conclude_with(DeliveryVerdict::accepted, "", "new"));
  EXPECT_EQ(answer.replaces.value, "old");
  EXPECT_TRUE(answer.learned_id);
}

TEST(DeliveryEnd, AFoundRecordIsHeardAlsoWhenItsOwnWebhookCameBefore) {
  Lane l;
  l.intended("d1", {{Field::first_name, "Ada"}}, events::Operation::create);
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  l.intended("d2", {{Field::first_name, "Adah"}});
  l.dispatch();
  events::ContactObserved seen;
  seen.connector = hub;
  seen.remote_id = RemoteId("new");
  l.happened(seen);
  DeliveryResult there{DeliveryVerdict::accepted, Reason::found_there, RemoteId("new"), FieldSet{}};
  there.found = true;
  const auto& create = l.lane.pending[next_delivery(l.lane)->index];
  const auto answer = conclude(l.lane, create, there, {}, {Position{l.position}, 0, start, "test"});
  EXPECT_TRUE(std::get<events::DeliveryAccepted>(answer).learned_id);
  l.happened(answer);
  ASSERT_EQ(l.lane.pending.size(), 1U);
  EXPECT_TRUE(is_empty(l.lane.pending[0])) << "the contact plans it anew";
}

TEST(DeliveryEnd, AnOptOutIsToldHoweverLongItsSystemIsAway) {
  PendingDelivery told;
  told.attempt = attempts_max * 50;
  auto action = std::make_shared<events::ActionIntended>();
  told.action = action;
  for (const auto consent : {events::Action::opt_out, events::Action::opt_in}) {
    action->action = consent;
    for (const auto verdict :
         {DeliveryVerdict::retry, DeliveryVerdict::unknown, DeliveryVerdict::unauthorized}) {
      const auto end =
          conclude({}, told, {verdict, Reason::vendor_failed}, {}, {Position{3}, 0, {}, {}});
      EXPECT_FALSE(std::holds_alternative<events::DeliveryDied>(end));
    }
  }
}

TEST(DeliveryEnd, WaitingThatASystemAsksForIsNoFailure) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  l.lane.pending[0].attempt = attempts_max * 3;
  events::VendorAnswer limited;
  limited.http_status = 429;
  const auto end =
      conclude(l.lane, l.lane.pending[0], {DeliveryVerdict::retry, Reason::rate_limited}, limited,
               {Position{3}, 0, start, "test"});
  EXPECT_TRUE(std::holds_alternative<events::DeliveryRetryScheduled>(end));
}

/// A system that takes bodies hears of an opt-out by one, so that is repeated as an opt-out is.
TEST(DeliveryEnd, ABodyWithTheMarkIsRepeatedWithinAMinuteAndNeverGivenUp) {
  PendingDelivery p;
  p.intent.delivery = DeliveryId("d1");
  p.intent.forward = Position{7};
  const auto failed = [&](std::uint32_t attempt) {
    p.attempt = attempt;
    return conclude({}, p, {DeliveryVerdict::retry, Reason::vendor_failed}, {},
                    {Position{9}, 0, Timestamp{}, ""});
  };
  EXPECT_TRUE(std::holds_alternative<events::DeliveryDied>(failed(attempts_max)));
  p.intent.mark = events::ForwardedMark{{events::Channel::sms}};
  for (const auto attempt : {1U, 12U, attempts_max * 50})
    EXPECT_LE(std::get<events::DeliveryRetryScheduled>(failed(attempt)).not_before - Timestamp{},
              std::chrono::seconds{60})
        << attempt;
}

TEST(DeliveryEnd, ACreateThatReplacesARecordIsCalledOffOnceThatOneIsWrittenToAgain) {
  Lane l;
  events::DeliveryIntended replacing;
  replacing.delivery = DeliveryId("d1");
  replacing.target = hub;
  replacing.replaces = RemoteId("old");
  l.happened(replacing);
  auto again = replacing;
  again.delivery = DeliveryId("d2");
  again.operation = events::Operation::update;
  again.replaces = {};
  again.remote_id = RemoteId("old");
  l.happened(again);
  EXPECT_EQ(next_delivery(l.lane)->index, 1U);
  EXPECT_EQ(next_delivery(l.lane)->superseded, std::vector<std::size_t>{0});
}

} // namespace
} // namespace tidemark::domain::test::delivery_end_test
