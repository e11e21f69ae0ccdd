#include "domain/delivery/flow_control.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::flow_control_test {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
constexpr LimitSignal good{.status = 200};

/// One system behind a circuit that opens after two failures and closes after two successes.
class Flowing : public ::testing::Test {
protected:
  Flowing() { flow_.tick(start); }
  bool lists_wait(Timestamp at, std::size_t open = 0) {
    flow_.tick(at);
    return !flow_.takes_page(open);
  }
  void open() {
    flow_.on_outcome(HealthSignal::fails, Reason::vendor_failed, ContactId("c1"));
    const auto event =
        flow_.on_outcome(HealthSignal::fails, Reason::vendor_failed, ContactId("c2"));
    ASSERT_TRUE(event && std::holds_alternative<events::CircuitOpened>(*event));
  }
  std::optional<events::Event> page_says(HealthSignal sign) {
    return flow_.on_page(good, sign, 0, 0);
  }
  static std::chrono::microseconds held(const FlowControl& flow, Timestamp now) {
    ConnectorReport report;
    flow.describe(report);
    return report.budget.until.value_or(now) - now;
  }

  FlowControl flow_{ConnectorName("crm"), 0, 10, {2, 60s, 2}};
};

TEST_F(Flowing, WhileTheKeyIsRefusedOneRequestAtATimeGoesOutToSee) {
  flow_.set_refused(true);
  EXPECT_FALSE(flow_.lets(true, 0)) << "not opt-outs either: they would be refused too";
  flow_.tick(start + 60s);
  EXPECT_TRUE(flow_.lets(false, 0));
  EXPECT_FALSE(flow_.lets(false, 1));
  flow_.sending();
  flow_.set_refused(true);
  EXPECT_FALSE(flow_.lets(false, 0));
  EXPECT_FALSE(lists_wait(start + 61s)) << "a probe asks whether it is accepted again";
  flow_.set_refused(false);
  EXPECT_TRUE(flow_.lets(false, 5));
}

TEST_F(Flowing, AListWaitsForTheProbesOfDeliveriesWhileThereAreAny) {
  EXPECT_FALSE(lists_wait(start));
  open();
  EXPECT_TRUE(lists_wait(start + 59s));
  EXPECT_TRUE(lists_wait(start + 60s, 1)) << "the delivery is the probe";
  EXPECT_FALSE(lists_wait(start + 60s, 0)) << "nothing else would ever look";
}

TEST_F(Flowing, AListWaitsWhileTheConnectorIsPaused) {
  flow_.set_pause(Position{3}, Pause{Position{3}, start, false, "", ""});
  EXPECT_TRUE(lists_wait(start));
  flow_.set_pause(Position{4}, std::nullopt);
  EXPECT_FALSE(lists_wait(start));
}

TEST_F(Flowing, OfASuspendedTenantOnlyOptOutsLeave) {
  const Pause suspension{.position = Position{3}, .since = start, .reason = "unpaid", .by = "ops"};
  flow_.tick(start);
  flow_.set_suspension(Position{3}, suspension);
  EXPECT_TRUE(lists_wait(start));
  EXPECT_FALSE(flow_.lets(false, 0));
  EXPECT_TRUE(flow_.lets(true, 0));
  flow_.set_pause(Position{4}, std::nullopt);
  EXPECT_FALSE(flow_.lets(false, 0)) << "that a connector goes on is another matter";
  flow_.set_suspension(Position{5}, std::nullopt);
  EXPECT_TRUE(flow_.lets(false, 0));
  EXPECT_EQ(flow_.suspension_read_to(), Position{5});
}

Pause stop_of_all(bool hold_opt_outs) {
  return {.position = Position{5},
          .since = start,
          .hold_opt_outs = hold_opt_outs,
          .of = PauseOf::all_sending};
}

TEST_F(Flowing, AStopOfAllSendingLetsOptOutsAloneThroughAndNoList) {
  flow_.tick(start);
  flow_.set_stop(Position{5}, stop_of_all(false), 100);
  EXPECT_FALSE(flow_.lets(false, 0));
  EXPECT_TRUE(flow_.lets(true, 0));
  EXPECT_TRUE(lists_wait(start));
  flow_.set_pause(Position{3}, Pause{.position = Position{3}, .since = start});
  ConnectorReport report;
  flow_.describe(report);
  EXPECT_EQ(report.pause->of, PauseOf::all_sending);
  flow_.set_stop(Position{6}, stop_of_all(true), 100);
  EXPECT_FALSE(flow_.lets(true, 0));
  flow_.set_stop(Position{7}, std::nullopt, 100);
  EXPECT_FALSE(flow_.lets(false, 0)) << "its own pause is there still";
  flow_.set_pause(Position{8}, std::nullopt);
  EXPECT_TRUE(flow_.lets(false, 0));
}

TEST_F(Flowing, AStopUntilMarksAreReadBackLetsListsThrough) {
  flow_.tick(start);
  auto restored = stop_of_all(false);
  restored.lets_look = true;
  flow_.set_stop(Position{5}, restored, 100);
  EXPECT_FALSE(flow_.lets(false, 0));
  EXPECT_FALSE(lists_wait(start));
  flow_.set_pause(Position{6}, Pause{.position = Position{6}, .since = start});
  EXPECT_TRUE(lists_wait(start)) << "a pause of the system itself is another matter";
}

TEST_F(Flowing, WhatIsResumedInPartIsSlowButForOptOuts) {
  FlowControl flow{ConnectorName("crm"), 10, 20, {}};
  flow.tick(start);
  flow.set_stop(Position{5}, std::nullopt, 10);
  EXPECT_EQ(flow.busy_max(8, false), 1U);
  EXPECT_EQ(flow.busy_max(8, true), 8U);
  EXPECT_EQ(flow.busy_max(40, false), 4U);
  std::size_t left = 0;
  for (auto now = start; now <= start + 10s; now += 100ms) {
    flow.tick(now);
    if (auto grant = flow.takes(domain::Turn::other, 0)) {
      grant.spend();
      ++left;
    }
  }
  EXPECT_LE(left, 2U + 10U) << "one a second, and a burst of two";
  EXPECT_GE(left, 10U);
  flow.set_stop(Position{6}, std::nullopt, 100);
  EXPECT_EQ(flow.busy_max(8, false), 8U);
  EXPECT_EQ(flow.budget().status().per_second, 10);
}

TEST_F(Flowing, WhatFailsTooOftenWhileItIsResumedInPartFallsBackOnce) {
  const auto answers = [&](int count, HealthSignal sign) {
    for (int i = 0; i < count; ++i)
      flow_.on_outcome(sign, Reason::none, ContactId("c" + std::to_string(i)));
  };
  answers(40, HealthSignal::works);
  answers(3, HealthSignal::fails);
  EXPECT_FALSE(flow_.take_fall_back()) << "all of it is sent: the circuit is for that";
  flow_.set_stop(Position{5}, std::nullopt, 50);
  answers(18, HealthSignal::works);
  answers(1, HealthSignal::fails);
  EXPECT_FALSE(flow_.take_fall_back()) << "too few to say";
  answers(1, HealthSignal::works);
  EXPECT_FALSE(flow_.take_fall_back()) << "one in twenty is no more than 5 %";
  answers(1, HealthSignal::fails);
  EXPECT_TRUE(flow_.take_fall_back());
  EXPECT_FALSE(flow_.take_fall_back());
}

TEST_F(Flowing, APageIsSpentFromTheBudgetOfDeliveries) {
  FlowControl slow{ConnectorName("crm"), 1, 1, {}};
  slow.tick(start);
  EXPECT_TRUE(slow.takes_page(0));
  EXPECT_FALSE(slow.takes(domain::Turn::other, 0));
  slow.tick(start + 1s);
  EXPECT_TRUE(slow.takes(domain::Turn::other, 0));
}

TEST_F(Flowing, WhatThePredecessorLearnedHolds) {
  FlowControl before{ConnectorName("crm"), 0, 10, {}};
  before.tick(start);
  before.on_response({.status = 429, .retry_after = 30s}, 0, 0);
  flow_.inherit(before.budget());
  EXPECT_FALSE(flow_.takes(domain::Turn::other, 0));
  EXPECT_EQ(held(flow_, start), 30s);
}

TEST_F(Flowing, PagesOfAListCloseACircuit) {
  open();
  flow_.tick(start + 60s);
  EXPECT_FALSE(page_says(HealthSignal::works));
  const auto closed = page_says(HealthSignal::works);
  ASSERT_TRUE(closed);
  EXPECT_TRUE(std::holds_alternative<events::CircuitClosed>(*closed));
}

TEST_F(Flowing, APageThatFailsPutsTheNextProbeOff) {
  open();
  flow_.tick(start + 60s);
  EXPECT_FALSE(page_says(HealthSignal::fails));
  EXPECT_TRUE(lists_wait(start + 119s));
  EXPECT_FALSE(lists_wait(start + 120s));
}

TEST_F(Flowing, AListSaysNothingOfACircuitThatIsClosed) {
  flow_.on_outcome(HealthSignal::fails, Reason::vendor_failed, ContactId("c1"));
  EXPECT_FALSE(page_says(HealthSignal::works)) << "deliveries may fail where it works";
  EXPECT_TRUE(flow_.on_outcome(HealthSignal::fails, Reason::vendor_failed, ContactId("c2")));
}

TEST_F(Flowing, A429HoldsLongerUntilAnotherAnswerComes) {
  auto now = start;
  const auto answers = [&](std::uint32_t status) { flow_.on_response({.status = status}, 0, 0); };
  answers(429);
  flow_.tick(now += 1s);
  answers(429);
  EXPECT_EQ(held(flow_, now), 2s);
  flow_.tick(now += 2s);
  answers(503);
  answers(429);
  EXPECT_EQ(held(flow_, now), 4s) << "an overloaded system's 503 is no better";
  flow_.tick(now += 4s);
  answers(200);
  answers(429);
  EXPECT_EQ(held(flow_, now), 1s);
}

} // namespace
} // namespace tidemark::domain::flow_control_test
