#include "base/failpoint.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tidemark::failpoint::failpoint_test {
namespace {

class FailpointTest : public testing::Test {
protected:
  void TearDown() override { disarm_all(); }
};

TEST_F(FailpointTest, DoesNothingUnlessArmed) {
  EXPECT_FALSE(hit(Point::log_before_write));
  EXPECT_EQ(passed(Point::log_before_write), 0U);
}

TEST_F(FailpointTest, ActsAtTheNamedPointOnly) {
  ASSERT_TRUE(arm("log.before_write=error,index.before_write=sleep:0").ok());
  EXPECT_TRUE(hit(Point::log_before_write));
  EXPECT_FALSE(hit(Point::index_before_write));
  EXPECT_FALSE(hit(Point::tables_before_apply));
  EXPECT_EQ(passed(Point::log_before_write), 1U);
}

TEST_F(FailpointTest, ActsAtEveryNthPassage) {
  ASSERT_TRUE(arm("log.before_write=1in:3:error").ok());
  for (int i = 1; i <= 9; ++i)
    EXPECT_EQ(hit(Point::log_before_write), i % 3 == 0);
}

TEST_F(FailpointTest, RefusesWhatItDoesNotUnderstand) {
  for (const auto* bad :
       {"nowhere=kill", "log.before_write", "log.before_write=", "=kill",
        "log.before_write=explode", "log.before_write=sleep:", "log.before_write=sleep:x",
        "log.before_write=1in:0:kill", "log.before_write=1in:3", "log.before_write=1in:x:kill"}) {
    const auto armed = arm(bad);
    ASSERT_FALSE(armed.ok()) << bad;
    EXPECT_EQ(armed.error().code, "bad_failpoint");
  }
  EXPECT_FALSE(hit(Point::log_before_write));
}

TEST_F(FailpointTest, ReadsTheEnvironmentOnlyWhenAsked) {
  ASSERT_EQ(::setenv("TIDEMARK_FAILPOINTS", "log.before_write=error", 1), 0);
  EXPECT_FALSE(hit(Point::log_before_write));
  ASSERT_TRUE(arm_from_environment().ok());
  EXPECT_TRUE(hit(Point::log_before_write));
  ::unsetenv("TIDEMARK_FAILPOINTS");
}

TEST(FailpointDeathTest, CanKill) {
  EXPECT_EXIT(
      {
        static_cast<void>(arm("log.before_write=kill"));
        static_cast<void>(hit(Point::log_before_write));
      },
      testing::KilledBySignal(9), "");
}

} // namespace
} // namespace tidemark::failpoint::failpoint_test
