#include "replay-tools/tables/key_head.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tidemark::tools::key_head_test {
namespace {

TEST(KeyHead, ComparesAsTheBytesDoWhereverItTellsTwoKeysApart) {
  using std::string_literals::operator""s;
  const std::vector<std::string> keys{"",
                                      "\0"s,
                                      "a",
                                      "a\0"s,
                                      "a\0b"s,
                                      "ab",
                                      "\x7f",
                                      "\x80",
                                      "\xff\xff",
                                      "12345678",
                                      "12345678\0"s,
                                      "123456789",
                                      "1234567890",
                                      "12345678\xff",
                                      "0123456789abcdef",
                                      "0123456789abcdeg",
                                      "0123456789abcdef0"};
  for (const auto& a : keys)
    for (const auto& b : keys) {
      const KeyHead left(a);
      const KeyHead right(b);
      EXPECT_FALSE(left < right && !(a < b)) << a << " against " << b;
      EXPECT_TRUE(left == right || (left < right) == (a < b)) << a << " against " << b;
      if (a == b) {
        EXPECT_TRUE(left == right);
      }
    }
  EXPECT_TRUE(KeyHead("0123456789abcdef") < KeyHead("0123456789abcdeg")) << "the sixteenth byte";
  EXPECT_TRUE(KeyHead("12345678a") < KeyHead("12345678b")) << "a key of nine bytes";
}

} // namespace
} // namespace tidemark::tools::key_head_test
