#include "domain/delivery/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::circuit_breaker_test {
namespace {

using namespace std::chrono_literals;
using Change = CircuitBreaker::Change;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

ContactId contact(int number) {
  return ContactId("c" + std::to_string(number));
}

events::VendorAnswer status(std::uint32_t code) {
  events::VendorAnswer out;
  out.http_status = code;
  return out;
}

CircuitBreaker opened_at(Timestamp now) {
  CircuitBreaker breaker({3, 60s, 2});
  for (int i = 0; i < 3; ++i)
    breaker.on_outcome(HealthSignal::fails, contact(i), now);
  return breaker;
}

TEST(CircuitBreaker, OpensWhenRequestsOfSeveralContactsFailInARow) {
  CircuitBreaker breaker({3, 60s, 2});
  EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(1), start), Change::none);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(2), start), Change::none);
  EXPECT_TRUE(breaker.allows(start, false, 7));
  EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(3), start), Change::opened);
  EXPECT_EQ(breaker.state(start), CircuitState::open);
  EXPECT_FALSE(breaker.allows(start, false, 0));
}

TEST(CircuitBreaker, OneContactThatCannotBeDigestedHoldsUpNobody) {
  CircuitBreaker breaker({3, 60s, 2});
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(1), start), Change::none);
  EXPECT_TRUE(breaker.allows(start, false, 0));
}

TEST(CircuitBreaker, ASuccessBetweenFailuresBeginsTheCountAnew) {
  CircuitBreaker breaker({3, 60s, 2});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(2 * i), start), Change::none);
    EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(2 * i + 1), start), Change::none);
    EXPECT_EQ(breaker.on_outcome(HealthSignal::works, contact(0), start), Change::none);
  }
}

TEST(CircuitBreaker, AfterThePauseOneProbeAtATimeGoesOut) {
  const auto breaker = opened_at(start);
  EXPECT_FALSE(breaker.allows(start + 59s, false, 0));
  EXPECT_EQ(breaker.state(start + 60s), CircuitState::half_open);
  EXPECT_TRUE(breaker.allows(start + 60s, false, 0));
  EXPECT_FALSE(breaker.allows(start + 60s, false, 1)) << "one is under way";
}

TEST(CircuitBreaker, AFailedProbeMakesEverythingWaitAgain) {
  auto breaker = opened_at(start);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(9), start + 60s), Change::none);
  EXPECT_EQ(breaker.state(start + 119s), CircuitState::open);
  EXPECT_EQ(breaker.state(start + 120s), CircuitState::half_open);
  EXPECT_EQ(breaker.since(), start) << "it is still the same outage";
}

TEST(CircuitBreaker, ClosesWhenProbesSucceedInARow) {
  auto breaker = opened_at(start);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::works, contact(1), start + 60s), Change::none);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::fails, contact(2), start + 61s), Change::none);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::works, contact(1), start + 121s), Change::none);
  EXPECT_EQ(breaker.on_outcome(HealthSignal::works, contact(2), start + 121s), Change::closed);
  EXPECT_TRUE(breaker.allows(start + 121s, false, 100));
  EXPECT_EQ(breaker.failures(), 0U);
}

TEST(CircuitBreaker, AnOptOutIsTriedWhileItIsOpenOnceASecond) {
  auto breaker = opened_at(start);
  EXPECT_TRUE(breaker.allows(start + 1s, true, 0));
  EXPECT_FALSE(breaker.allows(start + 1s, true, 1));
  breaker.probing(start + 1s);
  EXPECT_FALSE(breaker.allows(start + 1900ms, true, 0));
  EXPECT_TRUE(breaker.allows(start + 2s, true, 0));
}

TEST(CircuitBreaker, AnOptOutThatFailsPutsNothingOff) {
  auto breaker = opened_at(start);
  for (int i = 1; i < 60; ++i)
    breaker.on_outcome(HealthSignal::fails, contact(100 + i), start + std::chrono::seconds{i});
  EXPECT_EQ(breaker.probe_at(), start + 60s);
}

TEST(CircuitBreaker, AnOptOutThatArrivesLetsTheOthersTry) {
  auto breaker = opened_at(start);
  breaker.on_outcome(HealthSignal::works, contact(7), start + 5s);
  EXPECT_TRUE(breaker.allows(start + 5s, false, 0));
}

TEST(CircuitBreaker, WhatWasOpenAtTheEndBeginsWithAProbe) {
  CircuitBreaker breaker({3, 60s, 2});
  breaker.was_open(start, start + 60s);
  EXPECT_FALSE(breaker.allows(start + 10s, false, 0));
  EXPECT_TRUE(breaker.allows(start + 3600s, false, 0));
  EXPECT_FALSE(breaker.allows(start + 3600s, false, 1));
}

TEST(CircuitBreaker, ReadsFromAnAnswerWhetherTheSystemWorks) {
  EXPECT_EQ(sign_of(status(200), Reason::none, false), HealthSignal::works);
  EXPECT_EQ(sign_of(status(404), Reason::not_found, false), HealthSignal::works);
  EXPECT_EQ(sign_of(status(422), Reason::validation_failed, false), HealthSignal::works);
  EXPECT_EQ(sign_of(status(500), Reason::vendor_failed, false), HealthSignal::fails);
  EXPECT_EQ(sign_of(status(503), Reason::vendor_failed, false), HealthSignal::fails);
  EXPECT_EQ(sign_of(status(429), Reason::rate_limited, false), HealthSignal::nothing);
  EXPECT_EQ(sign_of(status(401), Reason::unauthorized, true), HealthSignal::nothing);
  EXPECT_EQ(sign_of(status(401), Reason::unauthorized, false), HealthSignal::nothing);
  EXPECT_EQ(sign_of(status(402), Reason::payment_required, false), HealthSignal::nothing);
  EXPECT_EQ(sign_of(status(403), Reason::forbidden, false), HealthSignal::nothing);
  EXPECT_EQ(sign_of(status(403), Reason::conflict, false), HealthSignal::works)
      << "about what was sent";
  auto silent = status(0);
  silent.transport = Reason::timeout;
  EXPECT_EQ(sign_of(silent, Reason::timeout, false), HealthSignal::fails);
  silent.transport = Reason::restart;
  EXPECT_EQ(sign_of(silent, Reason::restarted_before_answer, false), HealthSignal::nothing);
}

} // namespace
} // namespace tidemark::domain::circuit_breaker_test
