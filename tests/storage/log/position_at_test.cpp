#include "storage/log/memory_log.hpp"
#include "storage/recorded_event.hpp"
#include "tests/storage/support.hpp"

#include <gtest/gtest.h>

namespace tidemark::storage::test::position_at_test {
namespace {

TEST(PositionAt, IsTheLastThatWasRecordedByThen) {
  FakeClock clock;
  MemoryLog log(clock);
  const auto start = clock.now();
  EXPECT_EQ(position_at(log, start).value(), Position{}) << "of an empty log";
  for (int minute = 0; minute < 5; ++minute) { // two each at 0, 1, 2, 3, 4 minutes
    append_and_wait(log, append_of({event_on("contact/a"), event_on("contact/b")}));
    clock.advance(std::chrono::minutes(1));
  }
  EXPECT_EQ(position_at(log, start - std::chrono::seconds(1)).value(), Position{});
  EXPECT_EQ(position_at(log, start).value(), Position{2});
  EXPECT_EQ(position_at(log, start + std::chrono::seconds(59)).value(), Position{2});
  EXPECT_EQ(position_at(log, start + std::chrono::minutes(1)).value(), Position{4});
  EXPECT_EQ(position_at(log, start + std::chrono::minutes(4)).value(), Position{10});
  EXPECT_EQ(position_at(log, start + std::chrono::hours(1)).value(), Position{10});
}

} // namespace
} // namespace tidemark::storage::test::position_at_test
