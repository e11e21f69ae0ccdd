#include "domain/rules/custom_field_rule.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::custom_field_rule_test {
namespace {

std::string fit(CustomType type, std::string_view value) {
  CustomFieldRule rule;
  rule.field = *events::custom_field("shoe_size");
  rule.type = type;
  rule.options = {"Web form", "Phone"};
  return fitting(rule, value).value_or("unfit");
}

TEST(CustomFields, ANumberHasOneForm) {
  EXPECT_EQ(fit(CustomType::number, "12500"), "12500");
  EXPECT_EQ(fit(CustomType::number, " -012.50 "), "-12.5");
  EXPECT_EQ(fit(CustomType::number, "12.0"), "12");
  EXPECT_EQ(fit(CustomType::number, "-0.0"), "0");
  for (const auto* no : {"12,5", "1e3", "twelve", "1.", ".5", "--1", "0x10"})
    EXPECT_EQ(fit(CustomType::number, no), "unfit") << no;
}

TEST(CustomFields, ADateIsADay) {
  EXPECT_EQ(fit(CustomType::date, "2026-08-14"), "2026-08-14");
  EXPECT_EQ(fit(CustomType::date, "2026-08-14T23:59:00.000Z"), "2026-08-14");
  for (const auto* no : {"14.08.2026", "2026-13-01", "2026-02-30", "2026-08-14 and more"})
    EXPECT_EQ(fit(CustomType::date, no), "unfit") << no;
}

TEST(CustomFields, AChoiceIsSpeltAsItsOption) {
  EXPECT_EQ(fit(CustomType::choice, "WEB form"), "Web form");
  EXPECT_EQ(fit(CustomType::choice, "Fax"), "unfit");
}

TEST(CustomFields, NothingEmptiesAFieldOfAnyType) {
  for (const auto type :
       {CustomType::text, CustomType::number, CustomType::date, CustomType::choice})
    EXPECT_EQ(fit(type, "  "), "");
  EXPECT_EQ(fit(CustomType::text, " two\nlines "), "two lines");
}

} // namespace
} // namespace tidemark::domain::custom_field_rule_test
