#include "base/secret.hpp"
#include "base/text/json_writer.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::secret_test {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};
template <class T>
concept BecomesText = std::is_convertible_v<T, std::string_view>;

// A log line with one of these in it does not compile.
static_assert(!fmt::is_formattable<SecretText>::value);
static_assert(!fmt::is_formattable<PiiText>::value);
static_assert(!Printable<SecretText> && !Printable<PiiText>);
static_assert(!BecomesText<SecretText> && !BecomesText<PiiText>);
// Secrets are compared with equal_constant_time only.
static_assert(!Comparable<SecretText>);
static_assert(Comparable<PiiText>);
static_assert(!std::is_convertible_v<std::string, SecretText>);
static_assert(!std::is_convertible_v<std::string, PiiText>);
// The checks themselves can say yes.
static_assert(fmt::is_formattable<std::string>::value
              && Printable<std::string> && BecomesText<std::string> && Comparable<std::string>);

TEST(Secret, ShowsItsValueOnlyWhenAsked) {
  const SecretText secret(std::string("key"));
  EXPECT_EQ(secret.reveal(), "key");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(SecretText().empty());
}

TEST(Masked, PhonesShowTwoDigitsAtMost) {
  EXPECT_EQ(masked_phone("+12025550142"), "***42");
  EXPECT_EQ(masked_phone("12345"), "***45");
  EXPECT_EQ(masked_phone("1234"), "***") << "two of four would be half the number";
  EXPECT_EQ(masked_phone("call Mary"), "***");
  EXPECT_EQ(masked_phone(""), "");
}

TEST(Masked, EmailsShowTheFirstLetterAndTheDomain) {
  EXPECT_EQ(masked_email("mary@example.com"), "m***@example.com");
  EXPECT_EQ(masked_email("m@example.com"), "m***@example.com");
  EXPECT_EQ(masked_email("@example.com"), "***");
  EXPECT_EQ(masked_email("no address"), "***");
  EXPECT_EQ(masked_email(""), "");
}

TEST(Masked, OtherTextShowsItsFirstLetter) {
  EXPECT_EQ(masked_text("Mary"), "M***");
  EXPECT_EQ(masked_text("Élodie"), "É***");
  EXPECT_EQ(masked_text(""), "");
}

RC_GTEST_PROP(Masked, NeverBreaksALetterInTwo, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(std::vector<std::string>{"a", "é", "東", "😀", "@", ".", "7"}));
  std::string text;
  for (const auto& part : parts)
    text += part;
  for (const auto& masked : {masked_email(text), masked_text(text), masked_phone(text)})
    RC_ASSERT(json::to_valid_utf8(masked) == masked);
}

} // namespace
} // namespace tidemark::secret_test
