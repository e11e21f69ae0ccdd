#include "base/invariant.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tidemark::invariant_test {
namespace {

TEST(InvariantTest, LetsPassWhatHoldsAndEvaluatesItOnce) {
  int looked = 0;
  TIDEMARK_INVARIANT(++looked == 1, "a test");
  EXPECT_EQ(looked, 1);
}

TEST(InvariantDeathTest, EndsTheProcessWithThePositionAndWhatIsBroken) {
  const std::vector<int> channels;
  EXPECT_DEATH(TIDEMARK_INVARIANT(!channels.empty(), Position{42}),
               "invariant broken at position 42: !channels.empty\\(\\) \\(.*invariant_test.cpp:");
}

TEST(InvariantDeathTest, EndsTheProcessWithWords) {
  EXPECT_DEATH(TIDEMARK_INVARIANT(false, "the reader"), "invariant broken at the reader: false");
}

} // namespace
} // namespace tidemark::invariant_test
