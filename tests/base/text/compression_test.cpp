#include "base/text/compression.hpp"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Compression, GivesBackWhatWasCompressed) {
  std::string record;
  for (int i = 0; i < 200; ++i)
    record += R"({"first_name":"Ada","phone":"+12025550123","n":)" + std::to_string(i % 7) + "},";
  for (const auto& plain : {std::string(), std::string("x"), std::string("\0\1\2", 3), record})
    EXPECT_EQ(decompress(compress(plain)), plain);
  EXPECT_LT(compress(record).size(), record.size() / 8);
}

TEST(Compression, KeepsNoSpareRoom) {
  const auto packed = compress(std::string(5000, 'a'));
  EXPECT_LT(packed.capacity(), 100U);
}

TEST(Compression, RefusesWhatIsNoCompressedText) {
  const auto packed = compress("a text, a text, a text, a text, a text");
  EXPECT_FALSE(decompress(""));
  EXPECT_FALSE(decompress("abc"));
  EXPECT_FALSE(decompress(packed.substr(0, packed.size() - 1)));
  EXPECT_FALSE(decompress(std::string_view(packed).substr(1)));
  EXPECT_FALSE(decompress("\xff\xff\xff\x7f"
                          "abcd")); // allocates no two gigabytes for four bytes
}

} // namespace
} // namespace tidemark
