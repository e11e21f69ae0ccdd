#include "base/time_zones.hpp"

#include <gtest/gtest.h>

namespace tidemark::time_zones_test {
namespace {

using std::chrono::minutes;

Timestamp when(std::string_view text) {
  return from_rfc3339(text).value();
}

TEST(TimeZones, KnowSummerAndWinter) {
  EXPECT_EQ(utc_offset("America/New_York", when("2026-08-14T12:00:00Z")), minutes{-240});
  EXPECT_EQ(utc_offset("America/New_York", when("2026-12-14T12:00:00Z")), minutes{-300});
  EXPECT_EQ(utc_offset("America/Phoenix", when("2026-08-14T12:00:00Z")), minutes{-420});
  EXPECT_EQ(utc_offset("Asia/Kolkata", when("2026-08-14T12:00:00Z")), minutes{330});
}

TEST(TimeZones, KnowNoNameThatTheDatabaseDoesNotHave) {
  for (const auto* wrong : {"", "America/Nowhere", "EST", "localtime", "../../etc/passwd",
                            "/etc/localtime", "Fixed/UTC+05:00:00", "America/New_York/"})
    EXPECT_EQ(utc_offset(wrong, Timestamp{}), std::nullopt) << wrong;
}

} // namespace
} // namespace tidemark::time_zones_test
