#include "base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::bytes_test {
namespace {

TEST(Hex, IsLowerCaseAndReadsBothCases) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xFF\x0a", 3)), "00ff0a");
  EXPECT_EQ(from_hex("00Ff0A"), std::string("\x00\xFF\x0a", 3));
  EXPECT_EQ(from_hex(""), std::string());
}

TEST(Hex, RefusesOddLengthsAndOtherLetters) {
  for (const auto* text : {"0", "000", "0g", "g0", " 00", "00 ", "0x00", "-1"})
    EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Hex, AHashHasExactlySixteenBytes) {
  EXPECT_TRUE(hash16_from_hex("000102030405060708090a0b0c0d0e0f"));
  EXPECT_EQ((*hash16_from_hex("000102030405060708090a0b0c0d0e0f"))[15], 15);
  EXPECT_FALSE(hash16_from_hex("000102030405060708090a0b0c0d0e"));
  EXPECT_FALSE(hash16_from_hex("000102030405060708090a0b0c0d0e0f00"));
  EXPECT_FALSE(hash16_from_hex("000102030405060708090a0b0c0d0e0g"));
}

TEST(Base64, KnowsTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), std::string(bytes));
  }
  EXPECT_EQ(to_base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, AcceptsOnlyTheOneCanonicalForm) {
  for (const auto* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v\n", " Zm9v", "Zm 9v",
                           "Zh==", "Zm9=", "Zg==Zg==", "Zg==Zm9v", "Zm=v", "Z=9v", "-__-",
                           "Zm9v*w==", "Zm9vY", "Zm\xC3\xA9"})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Numbers, AreBigEndian) {
  std::string out;
  append_u64(out, 0x0102030405060708U);
  append_u32(out, 0x090a0b0cU);
  append_u16(out, 0xfffeU);
  EXPECT_EQ(to_hex(out), "0102030405060708090a0b0cfffe");
  EXPECT_EQ(read_u64(out), 0x0102030405060708U);
  EXPECT_EQ(read_u32(std::string_view(out).substr(8)), 0x090a0b0cU);
  EXPECT_EQ(read_u16(std::string_view(out).substr(12)), 0xfffeU);
}

RC_GTEST_PROP(Bytes, AreReadBackFromHexAndBase64, (const std::string& bytes)) {
  RC_ASSERT(from_hex(to_hex(bytes)) == std::optional(bytes));
  RC_ASSERT(from_base64(to_base64(bytes)) == std::optional(bytes));
}

RC_GTEST_PROP(Bytes, WhatBase64AcceptsIsTheFormItWrites, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AQgwZ9+/==")));
  const auto bytes = from_base64(text);
  RC_ASSERT((!bytes || to_base64(*bytes) == text));
}

RC_GTEST_PROP(Numbers, SortAsBytesLikeTheyCount, (std::uint64_t a, std::uint64_t b)) {
  std::string bytes_a, bytes_b;
  append_u64(bytes_a, a);
  append_u64(bytes_b, b);
  RC_ASSERT((a < b) == (bytes_a < bytes_b));
}

} // namespace
} // namespace tidemark::bytes_test
