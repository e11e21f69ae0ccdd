#include "domain/delivery/rate_budget.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::rate_budget_test {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

StatedLimits window(std::uint64_t limit, std::uint64_t remaining) {
  StatedLimits out;
  out.limit = limit;
  out.remaining = remaining;
  out.window = 10s;
  return out;
}

StatedLimits day(std::uint64_t limit, std::uint64_t remaining,
                 std::optional<Timestamp> resets = {}) {
  StatedLimits out;
  out.day_limit = limit;
  out.day_remaining = remaining;
  out.day_resets = resets;
  return out;
}

RateBudget budget_at(Timestamp now, double per_second = 0, double burst = 1) {
  RateBudget budget;
  budget.set(per_second, burst);
  budget.refill(now);
  return budget;
}

std::size_t taken(RateBudget& budget, bool opt_out = false, std::size_t most = 1000) {
  std::size_t count = 0;
  while (count < most && budget.take(opt_out)) {
    budget.sent();
    ++count;
  }
  return count;
}

TEST(RateBudget, KeepsToWhatIsConfigured) {
  auto budget = budget_at(start, 10, 20);
  EXPECT_EQ(taken(budget), 20U);
  budget.refill(start + 500ms);
  EXPECT_EQ(taken(budget), 5U);
}

TEST(RateBudget, AnOptOutBorrowsAndTheOthersPayItBack) {
  auto budget = budget_at(start, 10, 20);
  taken(budget);
  EXPECT_EQ(taken(budget, true), 20U) << "as much again, not without end";
  budget.refill(start + 1s);
  EXPECT_FALSE(budget.take()) << "the debt comes first";
  budget.refill(start + 3s);
  EXPECT_TRUE(budget.take());
}

TEST(RateBudget, WithoutAnyLimitNothingWaits) {
  auto budget = budget_at(start);
  EXPECT_EQ(taken(budget), 1000U);
}

TEST(RateBudget, LearnsTheWindowThatTheSystemStates) {
  auto budget = budget_at(start);
  budget.learn(window(25, 12), 0, budget.taken(), start);
  EXPECT_EQ(taken(budget), 9U) << "three of 25 are kept for opt-outs";
  EXPECT_EQ(budget.status().until, start + 10s);
  budget.refill(start + 9s);
  EXPECT_FALSE(budget.take());
  budget.refill(start + 10s);
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.status().until);
}

TEST(RateBudget, RequestsUnderWayMayNotBeCountedYet) {
  auto budget = budget_at(start);
  budget.learn(window(100, 50), 8, budget.taken(), start);
  EXPECT_EQ(taken(budget), 37U) << "50, less the 8, less the 5 for opt-outs";
}

TEST(RateBudget, AnAnswerThatWasLongOnItsWayDoesNotCountWhatWasTakenSince) {
  auto budget = budget_at(start);
  budget.learn(day(40, 40), 0, budget.taken(), start);
  const auto slow = budget.taken();
  EXPECT_EQ(taken(budget, false, 30), 30U);
  budget.learn(day(40, 11), 1, budget.taken(), start);
  budget.learn(day(40, 39), 0, slow, start);
  EXPECT_EQ(budget.status().day_left, 11U);
  budget.learn(day(40, 10), 0, budget.taken(), start);
  EXPECT_EQ(budget.status().day_left, 10U) << "all of them are counted";
  budget.learn(day(40, 40), 0, budget.taken(), start);
  EXPECT_EQ(budget.status().day_left, 40U) << "another day";
}

TEST(RateBudget, WhatIsTakenAndHasNotLeftIsNotCountedByAnAnswer) {
  auto budget = budget_at(start);
  budget.learn(day(40, 20), 0, budget.taken(), start);
  EXPECT_TRUE(budget.take());
  budget.learn(day(40, 20), 0, budget.taken(), start);
  EXPECT_EQ(budget.status().day_left, 19U);
  budget.sent();
  budget.learn(day(40, 19), 0, budget.taken(), start);
  EXPECT_EQ(budget.status().day_left, 19U) << "this answer is to it";
}

TEST(RateBudget, WhatDidNotLeaveIsGivenBack) {
  auto budget = budget_at(start);
  budget.set(1, 2);
  budget.learn(day(40, 10), 0, budget.taken(), start);
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(budget.take());
    budget.give_back();
  }
  EXPECT_EQ(taken(budget), 2U) << "our own bucket's";
  EXPECT_EQ(budget.status().day_left, 8U);
}

TEST(RateBudget, TheReserveIsForOptOutsAlone) {
  auto budget = budget_at(start);
  budget.learn(window(100, 30), 0, budget.taken(), start);
  EXPECT_EQ(taken(budget), 25U);
  EXPECT_EQ(taken(budget, true), 5U);
}

TEST(RateBudget, ALimitOfOneLeavesNoReserve) {
  auto budget = budget_at(start);
  budget.learn(window(1, 1), 0, budget.taken(), start);
  EXPECT_EQ(taken(budget), 1U);
}

TEST(RateBudget, AUsedUpDayWaitsForItsStatedEnd) {
  auto budget = budget_at(start);
  const auto midnight = start + 7h;
  budget.learn(day(10'000, 0, midnight), 0, budget.taken(), start);
  EXPECT_FALSE(budget.take());
  EXPECT_TRUE(budget.status().day_used_up);
  EXPECT_EQ(budget.status().until, midnight);
  budget.refill(midnight - 1s);
  EXPECT_FALSE(budget.take());
  budget.refill(midnight);
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.status().day_used_up);
}

TEST(RateBudget, AnAnswerWithoutTheEndOfTheDayDoesNotForgetIt) {
  auto budget = budget_at(start);
  budget.learn(day(10'000, 5'000, start + 7h), 0, budget.taken(), start);
  budget.learn(day(10'000, 0), 0, budget.taken(), start + 1s);
  EXPECT_EQ(budget.status().until, start + 7h);
}

TEST(RateBudget, ADayWithoutAStatedEndIsTriedOnceInAWhile) {
  auto budget = budget_at(start);
  budget.learn(day(10'000, 0), 0, budget.taken(), start);
  EXPECT_FALSE(budget.take());
  budget.refill(start + day_probe_pause);
  EXPECT_EQ(taken(budget), 1U) << "one finds out";
  budget.learn(day(10'000, 0), 0, budget.taken(), start + day_probe_pause);
  budget.refill(start + 2 * day_probe_pause - 1s);
  EXPECT_FALSE(budget.take());
  budget.refill(start + 2 * day_probe_pause);
  EXPECT_EQ(taken(budget), 1U);
  budget.learn(day(10'000, 9'999), 0, budget.taken(), start + 2 * day_probe_pause);
  EXPECT_GT(taken(budget), 900U);
}

TEST(RateBudget, OptOutsUseWhatIsLeftOfTheDayAndPutItsEndOffNoFurther) {
  auto budget = budget_at(start);
  budget.learn(day(10'000, 10), 0, budget.taken(), start);
  EXPECT_FALSE(budget.take());
  EXPECT_TRUE(budget.take(true));
  budget.learn(day(10'000, 9), 0, budget.taken(), start + 10min);
  EXPECT_EQ(budget.status().until, start + day_probe_pause);
}

TEST(RateBudget, A429HoldsEverythingBackAsLongAsItSays) {
  auto budget = budget_at(start);
  budget.refused(30s, start);
  EXPECT_FALSE(budget.take());
  EXPECT_FALSE(budget.take(true));
  budget.refill(start + 30s);
  EXPECT_TRUE(budget.take());
}

TEST(RateBudget, A429WithoutATimeHoldsForAMoment) {
  auto budget = budget_at(start);
  budget.refused({}, start);
  EXPECT_FALSE(budget.take());
  budget.refill(start + 1s);
  EXPECT_TRUE(budget.take());
}

/// How long the budget holds back what is no opt-out, from `now` on.
std::chrono::seconds held(const RateBudget& budget, Timestamp now) {
  return std::chrono::duration_cast<std::chrono::seconds>(*budget.status().until - now);
}

TEST(RateBudget, A429AfterAnotherHoldsTwiceAsLongUntilSomethingPasses) {
  auto budget = budget_at(start);
  auto now = start;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 900s, 900s}) {
    budget.refused({}, now);
    EXPECT_EQ(held(budget, now), pause);
    now += pause;
    budget.refill(now);
  }
  budget.passed();
  budget.refused({}, now);
  EXPECT_EQ(held(budget, now), 1s);
}

TEST(RateBudget, ACrowdThatIsRefusedAtOnceCountsOnce) {
  auto budget = budget_at(start);
  for (int i = 0; i < 8; ++i)
    budget.refused({}, start + 10ms * i);
  budget.refill(start + 2s);
  EXPECT_TRUE(budget.take());
  budget.refused({}, start + 2s);
  EXPECT_EQ(held(budget, start + 2s), 2s);
}

TEST(RateBudget, ATimeThatIsAskedForIsKeptToWhateverWasBefore) {
  auto budget = budget_at(start);
  auto now = start;
  for (int i = 0; i < 6; ++i) {
    budget.refused({}, now);
    now += 60s;
    budget.refill(now);
  }
  budget.refused(5s, now);
  EXPECT_EQ(held(budget, now), 5s);
}

TEST(RateBudget, AnOptOutThatIsRefusedMeanwhilePutsTheOthersOffNoFurther) {
  auto budget = budget_at(start);
  auto now = start;
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s}) {
    budget.refused({}, now);
    now += pause;
    budget.refill(now);
  }
  budget.refused({}, now);
  ASSERT_EQ(held(budget, now), 256s);
  for (int i = 0; i < 4; ++i) {
    budget.refill(now + 60s);
    now += 60s;
    EXPECT_TRUE(budget.take(true)) << "a minute at most";
    budget.refused({}, now);
    EXPECT_FALSE(budget.take(true));
  }
  EXPECT_EQ(held(budget, now), 16s);
}

TEST(RateBudget, SaysSinceWhenADayIsUsedUp) {
  auto budget = budget_at(start);
  budget.learn(day(10'000, 11, start + 7h), 0, budget.taken(), start);
  EXPECT_EQ(budget.status().day_since, std::nullopt);
  budget.refill(start + 1h);
  EXPECT_TRUE(budget.take());
  EXPECT_EQ(budget.status().day_since, start + 1h);
  budget.refill(start + 2h);
  EXPECT_TRUE(budget.take(true));
  budget.learn(day(10'000, 9, start + 7h), 0, budget.taken(), start + 2h);
  EXPECT_EQ(budget.status().day_since, start + 1h) << "nothing of it ended";
  budget.refill(start + 7h);
  EXPECT_EQ(budget.status().day_since, std::nullopt);
  budget.learn(day(10'000, 0, start + 31h), 0, budget.taken(), start + 9h);
  EXPECT_EQ(budget.status().day_since, start + 9h) << "the next day";
}

TEST(RateBudget, ARequestThatOnlyFindsOutDoesNotEndTheDay) {
  auto budget = budget_at(start);
  budget.learn(day(10'000, 0), 0, budget.taken(), start);
  budget.refill(start + day_probe_pause);
  EXPECT_EQ(taken(budget), 1U);
  budget.learn(day(10'000, 0), 0, budget.taken(), start + day_probe_pause);
  EXPECT_EQ(budget.status().day_since, start);
}

TEST(RateBudget, AnOptOutWaitsAMinuteAtMost) {
  auto budget = budget_at(start);
  budget.refused(3600s, start);
  budget.refill(start + 60s);
  EXPECT_TRUE(budget.take(true));
  EXPECT_FALSE(budget.take());
}

} // namespace
} // namespace tidemark::domain::rate_budget_test
