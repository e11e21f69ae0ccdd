#include "gateway/credentials/request_windows.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test::request_windows_test {
namespace {

using std::chrono::seconds;

const Counted token{"token", "tok_1", TenantId("acme")};

TEST(RequestWindows, AreTheMinutesOfTheClock) {
  RequestWindows windows;
  Timestamp now{seconds(6'020)};
  EXPECT_EQ(windows.take(token, 2, now).remaining, 1U);
  EXPECT_EQ(windows.take(token, 2, now).remaining, 0U);
  const auto refused = windows.take(token, 2, now);
  EXPECT_EQ(refused.retry_after, 40U);
  EXPECT_EQ(refused.reset, 6'060);
  EXPECT_EQ(windows.take(token, 2, now + seconds(39)).retry_after, 1U) << "it is not put off";
  EXPECT_EQ(windows.take(token, 2, now + seconds(40)).remaining, 1U);
  EXPECT_EQ(windows.take({"token", "tok_2", TenantId("acme")}, 2, now).remaining, 1U);
  EXPECT_EQ(windows.take({"user", "tok_1", TenantId("acme")}, 2, now).remaining, 1U);
}

TEST(RequestWindows, TellWhereSomebodyStandsWithoutCounting) {
  RequestWindows windows;
  const Timestamp now{seconds(6'020)};
  EXPECT_EQ(windows.state(token, 2, now).remaining, 2U);
  windows.take(token, 2, now);
  EXPECT_EQ(windows.state(token, 2, now).remaining, 1U);
  EXPECT_EQ(windows.state(token, 9, now).limit, 9U) << "another limit holds at once";
}

TEST(RequestWindows, KeepTheLastMinutesOfEach) {
  RequestWindows windows;
  for (int minute = 0; minute < 20; ++minute)
    for (int i = 0; i < 3; ++i)
      windows.take(token, 2, Timestamp{seconds(60 * minute)});
  const auto& kept = windows.minutes().at(token);
  ASSERT_EQ(kept.size(), RequestWindows::minutes_kept);
  EXPECT_EQ(kept.back().at, Timestamp{seconds(60 * 19)});
  EXPECT_EQ(kept.back().requests, 3U);
  EXPECT_EQ(kept.back().refused, 1U);
}

TEST(RequestWindows, AreBoundedInNumber) {
  RequestWindows windows;
  for (std::size_t i = 0; i < RequestWindows::counted_max; ++i)
    windows.take({"address", std::to_string(i), {}}, 2, Timestamp{seconds(0)});
  windows.take(token, 2, Timestamp{seconds(60)});
  EXPECT_EQ(windows.minutes().size(), 1U) << "who has asked nothing this minute is forgotten first";
}

} // namespace
} // namespace tidemark::gateway::test::request_windows_test
