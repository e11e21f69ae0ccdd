#include "base/time.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::time_test {
namespace {

using std::chrono::microseconds;

std::int64_t micros(std::string_view text) {
  const auto time = from_rfc3339(text);
  EXPECT_TRUE(time) << text;
  return time ? time->time_since_epoch().count() : -1;
}

TEST(Time, IsWrittenInUtcWithSixDecimals) {
  EXPECT_EQ(to_rfc3339(Timestamp{microseconds{0}}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(Timestamp{microseconds{1'767'607'200'000'001}}),
            "2026-01-05T10:00:00.000001Z");
  EXPECT_EQ(to_rfc3339(Timestamp{microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, ReadsTheExamplesOfRfc3339) {
  EXPECT_EQ(micros("1985-04-12T23:20:50.52Z"), 482'196'050'520'000);
  EXPECT_EQ(micros("1996-12-19T16:39:57-08:00"), micros("1996-12-20T00:39:57Z"));
  EXPECT_EQ(micros("1990-12-31T23:59:60Z"), micros("1991-01-01T00:00:00Z")) << "leap second";
  EXPECT_EQ(micros("1937-01-01T12:00:27.87+00:20"), micros("1937-01-01T11:40:27.87Z"));
}

TEST(Time, ReadsTheLettersInEitherCaseAndASpaceForT) {
  EXPECT_EQ(micros("2026-01-05t10:00:00z"), micros("2026-01-05T10:00:00Z"));
  EXPECT_EQ(micros("2026-01-05 10:00:00Z"), micros("2026-01-05T10:00:00Z"));
}

TEST(Time, CutsDecimalsBeyondMicroseconds) {
  EXPECT_EQ(micros("1970-01-01T00:00:00.1Z"), 100'000);
  EXPECT_EQ(micros("1970-01-01T00:00:00.123456789Z"), 123'456);
  EXPECT_FALSE(from_rfc3339("1970-01-01T00:00:00.1234567890Z"));
  EXPECT_FALSE(from_rfc3339("1970-01-01T00:00:00.Z"));
}

TEST(Time, CrossesTheDayByItsOffset) {
  EXPECT_EQ(micros("2024-03-01T00:30:00+01:00"), micros("2024-02-29T23:30:00Z"));
  EXPECT_EQ(micros("2023-12-31T23:30:00-01:00"), micros("2024-01-01T00:30:00Z"));
  EXPECT_EQ(micros("2026-01-05T10:00:00-00:00"), micros("2026-01-05T10:00:00Z"));
}

TEST(Time, RefusesWhatIsNoMoment) {
  for (const auto* text : {"",
                           "2026-01-05",
                           "2026-01-05T10:00:00",
                           "2026-01-05T10:00Z",
                           "2026-13-05T10:00:00Z",
                           "2026-00-05T10:00:00Z",
                           "2026-02-29T10:00:00Z",
                           "2026-01-32T10:00:00Z",
                           "2026-01-05T24:00:00Z",
                           "2026-01-05T10:60:00Z",
                           "2026-01-05T10:00:61Z",
                           "2026-01-05T10:00:00+24:00",
                           "2026-01-05T10:00:00+01:60",
                           "2026-01-05T10:00:00+0100",
                           "2026-01-05T10:00:00+01",
                           "2026-01-05T10:00:00 Z",
                           "2026-01-05T10:00:00ZZ",
                           "+026-01-05T10:00:00Z",
                           "2026/01/05T10:00:00Z",
                           "2026-01-05T10.00.00Z",
                           "2026-01-05T10:00:00,5Z",
                           " 2026-01-05T10:00:00Z",
                           "2026-01-05T1a:00:00Z"})
    EXPECT_FALSE(from_rfc3339(text)) << text;
}

TEST(Time, KnowsLeapYears) {
  EXPECT_TRUE(from_rfc3339("2000-02-29T00:00:00Z"));
  EXPECT_FALSE(from_rfc3339("1900-02-29T00:00:00Z"));
}

RC_GTEST_PROP(Time, WhatIsWrittenIsReadBack, ()) {
  // the years 0000 to 9999, all that RFC 3339 can name
  const auto value =
      *rc::gen::inRange<std::int64_t>(-62'167'219'200'000'000, 253'402'300'800'000'000);
  const Timestamp time{microseconds{value}};
  RC_ASSERT(from_rfc3339(to_rfc3339(time)) == std::optional(time));
}

RC_GTEST_PROP(Time, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto time = from_rfc3339("2026-01-05T10:00:00" + text);
  RC_ASSERT((!time || !text.empty()));
}

} // namespace
} // namespace tidemark::time_test
