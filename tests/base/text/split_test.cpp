#include "base/text/split.hpp"
#include "base/text/whole_number.hpp"

#include <gtest/gtest.h>

namespace tidemark::split_test {
namespace {

using Parts = std::vector<std::string_view>;

TEST(Split, LeavesEmptyPartsOut) {
  EXPECT_EQ(split("/contacts//7/", "/"), (Parts{"contacts", "7"}));
  EXPECT_EQ(split(" one,two \tthree", " \t,"), (Parts{"one", "two", "three"}));
  EXPECT_EQ(split("whole", "/"), Parts{"whole"});
  EXPECT_EQ(split("", "/"), Parts{});
  EXPECT_EQ(split("//", "/"), Parts{});
}

TEST(WholeNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(whole_number<std::int64_t>("-5"), -5);
  for (const auto* text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "18446744073709551616"})
    EXPECT_EQ(whole_number<std::uint64_t>(text), std::nullopt) << text;
}

} // namespace
} // namespace tidemark::split_test
