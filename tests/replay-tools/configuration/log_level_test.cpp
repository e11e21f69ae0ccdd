#include "replay-tools/configuration/log_level_command.hpp"

#include <gmock/gmock.h>

namespace tidemark::tools::log_level_test {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(LogLevel, ReadsBothWaysToWriteAChange) {
  const auto read = log_level_wishes({"delivery=debug", "DEBUG=config:*,queue", "*=Warning"});
  ASSERT_TRUE(read);
  EXPECT_THAT(*read, ElementsAre(Pair("delivery", "debug"), Pair("config:*", "debug"),
                                 Pair("queue", "debug"), Pair("*", "warning")));
}

TEST(LogLevel, SaysWhatIsNoChange) {
  for (const auto* wrong : {"delivery", "=debug", "delivery=", ""}) {
    const auto read = log_level_wishes({wrong});
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().code, "bad_usage");
  }
}

TEST(LogLevel, ATimeNeedsAChangeAndIsOne) {
  EXPECT_EQ(log_level({}, {{}, "30m"}).error().text,
            "--for needs a change, such as delivery=debug");
  EXPECT_EQ(log_level({}, {{"http=debug"}, "30"}).error().code, "bad_usage");
  EXPECT_EQ(log_level({}, {{"http=debug"}, "8d"}).error().code, "bad_usage");
}

} // namespace
} // namespace tidemark::tools::log_level_test
