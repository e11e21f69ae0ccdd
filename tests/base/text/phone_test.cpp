#include "base/text/phone.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::phone_test {
namespace {

using Number = std::optional<std::string>;

TEST(Phone, ReadsEveryUsualForm) {
  for (const auto* text :
       {"+12025550142", "12025550142", "2025550142", "(202) 555-0142", "202.555.0142",
        "+1 202 555 0142", "+1-202-555-0142", "1 (202) 555-0142", " 202 555 0142 ",
        "tel:+1-202-555-0142", "0012025550142", "00 1 202-555-0142", "01112025550142",
        "tel:2025550142", "sip:+12025550142@pbx.example.com",
        "sips:2025550142@pbx.example.com;user=phone",
        "\xEF\xBC\x8B"
        "12025550142"})
    EXPECT_EQ(to_e164(text, "US"), Number("+12025550142")) << text;
}

TEST(Phone, ReadsNationalFormsOfTheRegion) {
  EXPECT_EQ(to_e164("020 7946 0018", "GB"), Number("+442079460018"));
  EXPECT_EQ(to_e164("0044 20 7946 0018", "GB"), Number("+442079460018"));
  EXPECT_EQ(to_e164("06 12 34 56 78", "FR"), Number("+33612345678"));
  EXPECT_EQ(to_e164("011 44 20 7946 0018", "US"), Number("+442079460018"));
}

TEST(Phone, KnowsTheRegionsWhoseNumbersItCanRead) {
  for (const auto* region : {"US", "GB", "CA", "TA"})
    EXPECT_TRUE(is_region(region)) << region;
  for (const auto* text : {"", "us", "USA", "XX", "ZZ", "001"})
    EXPECT_FALSE(is_region(text)) << text;
}

TEST(Phone, AnInternationalNumberNeedsNoRegion) {
  EXPECT_EQ(to_e164("+44 20 7946 0018", ""), Number("+442079460018"));
  EXPECT_EQ(to_e164("+44 20 7946 0018", "US"), Number("+442079460018"));
  EXPECT_EQ(to_e164("020 7946 0018", ""), Number());
  EXPECT_EQ(to_e164("2025550142", ""), Number());
}

TEST(Phone, RefusesWhatCannotBeANumber) {
  for (const auto* text : {"", " ", "+", "++", "abc", "123", "+1", "+0123456789",
                           "+1202555014299999", "jane@example.com", "not a number", "1-2",
                           "\xFF\xFE", "000", "sip:jane@example.com", "+12025550142,+12025550199"})
    EXPECT_EQ(to_e164(text, "US"), Number()) << text;
  EXPECT_EQ(to_e164(std::string(65, '2'), "US"), Number()) << "longer than any written number";
}

TEST(Phone, ANorthAmericanNumberHasTenDigits) {
  for (const auto* text :
       {"+1202555014", "+120255501421", "5550142", "1 202 555 014", "001202555014"})
    EXPECT_EQ(to_e164(text, "US"), Number()) << text;
}

TEST(Phone, SaysWhatIsWrongWithWhatItCannotRead) {
  const auto all_are = [](PhoneFault fault, std::initializer_list<const char*> texts) {
    for (const auto* text : texts) {
      EXPECT_FALSE(to_e164(text, "US")) << text;
      EXPECT_EQ(phone_fault(text), fault) << text;
    }
  };
  all_are(PhoneFault::none, {"", "  "});
  all_are(PhoneFault::too_short,
          {"555-1234", "+1202555014", "123", "+1", "001202555014", "555-1234 x12"});
  all_are(PhoneFault::too_long, {"+120255501421", "202555014211", "+1202555014299999"});
  all_are(PhoneFault::not_a_number, {"abc", "n/a", "0000000000", "+", "ask office", "none"});
  all_are(PhoneFault::impossible_area,
          {"102-555-0142", "+0123456789", "1 102 555 0142", "1 202 555 014"});
}

TEST(Phone, NumbersSetAsideForFictionAreNumbersToo) {
  EXPECT_EQ(to_e164("555-010-0142", "US"), Number("+15550100142"));
}

TEST(Phone, E164IsPlusAndTwoToFifteenDigits) {
  for (const auto* yes : {"+12", "+12025550142", "+123456789012345"})
    EXPECT_TRUE(is_e164(yes)) << yes;
  for (const auto* no : {"", "+", "+1", "+02", "12025550142", "+1234567890123456", "+1 2025550142",
                         "+1202555014x", "++12025550142", "+12025550142 "})
    EXPECT_FALSE(is_e164(no)) << no;
}

RC_GTEST_PROP(Phone, ReadingTwiceChangesNothing, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("+0123456789012345678 ()-.ex;,")));
  for (const auto* region : {"US", "GB", ""}) {
    const auto once = to_e164(text, region);
    if (!once)
      continue;
    RC_ASSERT(is_e164(*once));
    RC_ASSERT(to_e164(*once, region) == once);
    RC_ASSERT(to_e164(*once, "DE") == once);
  }
}

} // namespace
} // namespace tidemark::phone_test
