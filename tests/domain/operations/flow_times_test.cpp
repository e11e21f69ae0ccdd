#include "domain/operations/flow_times.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::flow_times_test {
namespace {

using namespace std::chrono_literals;

const TenantId acme("acme");
const ConnectorName crm("crm");

/// Seconds from the start at which each event is recorded, and what comes of it.
class Times : public testing::Test {
protected:
  Position at(std::chrono::milliseconds time, const events::Event& event, Position root = {}) {
    events::Envelope envelope;
    envelope.position = Position{times.size() + 1};
    envelope.recorded_at = Timestamp{time};
    envelope.tenant = acme;
    envelope.stream = StreamName("delivery/crm/c1");
    envelope.type = events::type_of(event);
    envelope.cause = root;
    envelope.correlation = root;
    times.push_back(envelope.recorded_at);
    const auto recorded_at = [&](Position position) -> std::optional<Timestamp> {
      if (position.value == 0 || position.value > times.size())
        return std::nullopt;
      return times[position.value - 1];
    };
    if (FlowTimes::wants_event(envelope.type))
      flow.take({envelope, event}, recorded_at);
    else if (FlowTimes::wants_header(envelope.type))
      flow.take(events::RecordHeader{envelope.position, envelope.recorded_at, root, 0,
                                     events::Decider::contact, envelope.type, acme.value,
                                     envelope.stream.value},
                recorded_at);
    return envelope.position;
  }
  static events::WebhookInterpreted read(Position webhook, std::size_t commands) {
    events::WebhookInterpreted out;
    out.webhook = webhook;
    out.commands.resize(commands);
    return out;
  }
  static events::AnswerFacts facts(Position intent) {
    events::AnswerFacts out;
    out.intent = intent;
    return out;
  }
  static events::ActionAccepted did(events::Action action, Position intent) {
    events::ActionAccepted out;
    out.facts = facts(intent);
    out.action = action;
    return out;
  }
  static events::ConsentChanged said(events::ConsentChange change, Position request = {}) {
    events::ConsentChanged out;
    out.change = change;
    out.request = request;
    return out;
  }
  const TenantFlow& seen() const { return flow.tenants().at(acme); }
  const TargetFlow& system() const { return seen().targets.at(crm); }

  std::vector<Timestamp> times;
  FlowTimes flow;
};

TEST_F(Times, AnInputIsDecidedWithTheLastOfItsCommands) {
  const auto webhook = at(0ms, events::WebhookReceived{});
  at(200ms, read(webhook, 2));
  at(300ms, events::ContactObserved{}, webhook);
  EXPECT_FALSE(flow.tenants().contains(acme) && seen().decision.all > 0);
  at(700ms, events::ConsentApplied{}, webhook);
  at(9s, events::ConsentApplied{}, webhook);
  EXPECT_EQ(seen().decision.all, 1U);
  EXPECT_DOUBLE_EQ(seen().decision.seconds, 0.7);
}

TEST_F(Times, AnInputWithoutCommandsIsDecidedWhenItIsRead) {
  const auto webhook = at(0ms, events::WebhookReceived{});
  at(200ms, read(webhook, 0));
  EXPECT_EQ(seen().decision.all, 1U);
}

TEST_F(Times, ADeliveryCountsFromItsIntentAndAnArrivalFromTheInput) {
  const auto webhook = at(0ms, events::WebhookReceived{});
  const auto intent = at(9s, events::DeliveryIntended{}, webhook);
  events::DeliveryAccepted accepted;
  accepted.facts = facts(intent);
  at(130s, accepted, webhook);
  EXPECT_DOUBLE_EQ(system().delivery.seconds, 121);
  EXPECT_DOUBLE_EQ(system().arrival.seconds, 130);
  EXPECT_EQ(system().opt_out.all, 0U);
  EXPECT_EQ(system().level, (ServiceLevel{{0, 0, 1, 0}})) << "longer than two minutes";
}

TEST_F(Times, OptOutsHaveAClockOfTheirOwn) {
  const auto webhook = at(0ms, events::WebhookReceived{});
  const auto intent = at(1s, events::ActionIntended{}, webhook);
  at(2s, did(events::Action::add_tags, intent), webhook);
  at(3s, did(events::Action::opt_out, intent), webhook);
  EXPECT_EQ(system().arrival.all, 2U);
  EXPECT_EQ(system().opt_out.all, 1U);
  EXPECT_DOUBLE_EQ(system().opt_out.seconds, 3);
}

TEST_F(Times, WhatIsNotSentTakesNoTimeAndWhatIsRefusedDoesNotArrive) {
  const auto webhook = at(0ms, events::WebhookReceived{});
  const auto intent = at(1s, events::DeliveryIntended{}, webhook);
  at(2s, events::DeliverySuperseded{DeliveryId("d"), intent, DeliveryId("e")}, webhook);
  at(2s, events::DeliverySuppressed{DeliveryId("d"), intent, Reason::none, {}}, webhook);
  EXPECT_EQ(system().delivery.all, 0U);
  at(2s, events::DeliveryRejected{facts(intent)}, webhook);
  at(2s, events::DeliveryDied{facts(intent)}, webhook);
  EXPECT_EQ(system().delivery.all, 2U);
  EXPECT_EQ(system().arrival.all, 0U);
  EXPECT_EQ(system().ended, (std::array<std::uint64_t, 5>{0, 1, 1, 1, 1}));
}

TEST_F(Times, CountsWhatParksAndWhatIsLookedAtAndWhatBecomesOfIt) {
  at(0s, events::CommandParked{});
  at(0s, events::CommandParked{});
  auto release = read(Position{1}, 1);
  release.commands[0].input = Position{1};
  at(1s, release);
  at(1s, said(events::ConsentChange::review));
  at(1s, said(events::ConsentChange::cleared, Position{9}));
  at(1s, said(events::ConsentChange::revoked));
  EXPECT_EQ(seen().parked, (Passed{2, 1}));
  EXPECT_EQ(seen().reviews, (Passed{1, 1}));
}

TEST(Durations, ABucketHoldsItsEnd) {
  Durations took;
  took.note(100ms);
  took.note(100ms + 1us);
  took.note(-5s);
  took.note(1000h);
  EXPECT_EQ(took.counts[0], 2U);
  EXPECT_EQ(took.counts[1], 1U);
  EXPECT_EQ(took.counts.back(), 1U);
  EXPECT_EQ(took.all, 4U);
}

TEST(ServiceLevel, IsUnderTenSecondsOrNot) {
  ServiceLevel level;
  level.note(10s - 1us);
  level.note(10s);
  level.note(2min);
  level.note(5min);
  EXPECT_EQ(level, (ServiceLevel{{1, 1, 1, 1}}));
}

TEST(RecentLevel, ForgetsWhatIsOlderThanADay) {
  RecentLevel recent;
  const Timestamp begin{};
  recent.note(begin, 1s);
  recent.note(begin + 5min, 1s);
  recent.note(begin + 23h, 1s);
  EXPECT_EQ(recent.of_day(begin + 23h).all(), 3U);
  EXPECT_EQ(recent.of_day(begin + 24h).all(), 1U)
      << "nobody came since, and it is gone all the same";
  recent.note(begin + 40h, 1h);
  EXPECT_EQ(recent.of_day(begin + 40h), (ServiceLevel{{1, 0, 0, 1}}));
}

} // namespace
} // namespace tidemark::domain::flow_times_test
