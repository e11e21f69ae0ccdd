#include "domain/backfill/read_back.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::read_back_test {
namespace {

using namespace std::chrono_literals;

TEST(ReadBack, FallsDueAfterFiveMinutesAnHourAndEachDay) {
  const Timestamp said{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
  const auto due = [&](auto after, auto until) {
    return is_read_back_due(said, said + after, said + until);
  };
  EXPECT_FALSE(due(0min, 4min + 59s));
  EXPECT_TRUE(due(0min, 5min));
  EXPECT_FALSE(due(5min, 59min)) << "once";
  EXPECT_TRUE(due(59min, 60min));
  EXPECT_FALSE(due(60min, 23h));
  EXPECT_TRUE(due(23h, 24h));
  EXPECT_FALSE(due(24h, 47h));
  EXPECT_TRUE(due(47h, 100h)) << "several at once are one look";
  EXPECT_FALSE(due(-24h, 0h)) << "before it was said";
}

} // namespace
} // namespace tidemark::domain::read_back_test
