#include "domain/consent/deadlines.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::deadlines_test {
namespace {

using namespace std::chrono_literals;
using events::DeadlineState;

constexpr Timestamp monday{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + 10h};

OptOutTable table(Position read_to, bool open, std::vector<events::DeadlineReached> told = {}) {
  OptOutTable out{.open = {}, .told = std::move(told), .read_to = read_to};
  if (open)
    out.open.push_back({.delivery = DeliveryId("d1"),
                        .contact = ContactId("c1"),
                        .target = ConnectorName("crm"),
                        .since = monday,
                        .email = false,
                        .phone = true});
  return out;
}

TEST(Deadlines, EmailHasThreeAndPhonesHaveTwo) {
  EXPECT_EQ(dues_of(false, monday).size(), 2U);
  const auto email = dues_of(true, monday);
  ASSERT_EQ(email.size(), 3U);
  EXPECT_EQ(email[1].due, monday + 48h);
  EXPECT_EQ(email[1].near, monday + 24h);
}

TEST(Deadlines, TenBusinessDaysLeaveOutTwoWeekends) {
  EXPECT_EQ(business_days_after(monday, 10), monday + std::chrono::days{14});
}

TEST(Deadlines, OneCountsOnceTheTableHasCaughtUpWithWhereTheLogEndedThen) {
  DeadlineWatch watch;
  const auto late = monday + 2min;
  EXPECT_TRUE(watch.poll(table(Position{4}, true), Position{5}, late).empty());
  EXPECT_TRUE(watch.poll(table(Position{4}, true), Position{9}, late).empty());
  ASSERT_EQ(watch.poll(table(Position{5}, true), Position{9}, late).size(), 1U);
  EXPECT_TRUE(watch.poll(table(Position{6}, true), Position{9}, late).empty()) << "asked for once";
}

TEST(Deadlines, OneThatWasConfirmedMeanwhileWasNone) {
  DeadlineWatch watch;
  EXPECT_TRUE(watch.poll(table(Position{4}, true), Position{5}, monday + 2min).empty());
  EXPECT_TRUE(watch.poll(table(Position{5}, false), Position{5}, monday + 2min).empty());
  EXPECT_TRUE(watch.poll(table(Position{5}, true), Position{6}, monday + 2min).empty())
      << "it is seen for the first time again";
}

TEST(Deadlines, WhatWasNotRecordedIsAskedForAgain) {
  DeadlineWatch watch;
  const auto asked = watch.poll(table(Position{5}, true), Position{5}, monday + 2min);
  ASSERT_EQ(asked.size(), 1U);
  watch.not_recorded(asked[0]);
  EXPECT_EQ(watch.poll(table(Position{5}, true), Position{5}, monday + 2min), asked);
}

TEST(Deadlines, WhatWasToldIsSettledWhenTheSystemConfirms) {
  DeadlineWatch watch;
  const auto missed = watch.poll(table(Position{5}, true), Position{5}, monday + 2min);
  const auto settled = watch.poll(table(Position{6}, false, missed), Position{6}, monday + 3min);
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].rule, missed[0].rule);
  EXPECT_EQ(settled[0].state, DeadlineState::settled);
}

} // namespace
} // namespace tidemark::domain::deadlines_test
