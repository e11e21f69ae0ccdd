#include "domain/operations/memory_trend.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace tidemark::domain::memory_trend_test {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t mebibyte = 1U << 20U;

/// So much at each minute; looked at each second.
MemoryTrend seen(int minutes, const std::function<std::uint64_t(int)>& mebibytes) {
  MemoryTrend out;
  for (int second = 0; second < minutes * 60; ++second)
    out.note(Timestamp{std::chrono::seconds(second)}, mebibytes(second / 60) * mebibyte);
  return out;
}

TEST(MemoryTrends, OfLessThanAQuarterOfAnHourTellsNothing) {
  const auto report = seen(14, [](int at) { return 100 + 50 * static_cast<std::uint64_t>(at); });
  EXPECT_EQ(report.report().trend, Trend::not_known);
  EXPECT_EQ(report.report().minutes, 13U);
  EXPECT_EQ(MemoryTrend().report().trend, Trend::not_known);
}

TEST(MemoryTrends, RiseWhereEachThirdIsAboveTheOneBefore) {
  const auto report =
      seen(90, [](int at) { return 400 + 2 * static_cast<std::uint64_t>(at); }).report();
  EXPECT_EQ(report.trend, Trend::rises);
  EXPECT_EQ(report.minutes, 60U) << "the first half hour is forgotten";
  EXPECT_EQ(report.least, (400 + 2 * 29) * mebibyte);
  EXPECT_EQ(report.most, (400 + 2 * 89) * mebibyte);
  EXPECT_LT(report.begun, report.ended);
}

TEST(MemoryTrends, FallAndStandLikewise) {
  const auto falls = [](int at) { return 600 - 2 * static_cast<std::uint64_t>(at); };
  EXPECT_EQ(seen(60, falls).report().trend, Trend::falls);
  EXPECT_EQ(seen(60, [](int) { return std::uint64_t{400}; }).report().trend, Trend::steady);
}

TEST(MemoryTrends, APeakOrALittleMoreIsNoRise) {
  const auto peak = [](int at) { return std::uint64_t{at > 50 && at < 54 ? 900U : 400U}; };
  EXPECT_EQ(seen(60, peak).report().trend, Trend::steady);
  const auto little = [](int at) { return 400 + static_cast<std::uint64_t>(at) / 4; };
  EXPECT_EQ(seen(60, little).report().trend, Trend::steady) << "15 MiB";
  const auto step = [](int at) { return std::uint64_t{at < 20 ? 400U : 500U}; };
  EXPECT_EQ(seen(60, step).report().trend, Trend::steady) << "it rose once, and no more";
}

TEST(MemoryTrends, AClockThatIsSetBackBeginsAnew) {
  auto trend = seen(60, [](int) { return std::uint64_t{400}; });
  trend.note(Timestamp{1s}, 5);
  EXPECT_EQ(trend.report().trend, Trend::not_known);
  EXPECT_EQ(trend.report().most, 5U);
}

} // namespace
} // namespace tidemark::domain::memory_trend_test
