#include "base/text/json_writer.hpp"
#include "domain/rules/normalise.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::domain::normalise_test {
namespace {

using events::Field;

TEST(Normalise, PhonesBecomeE164WhereTheyCanBeRead) {
  EXPECT_EQ(normalised(Field::phone, " (202) 555-0142 ", "US"), "+12025550142");
  EXPECT_EQ(normalised(Field::phone, "+44 20 7946 0018", "US"), "+442079460018");
  EXPECT_EQ(normalised(Field::phone, "020 7946 0018", ""), "020 7946 0018");
  EXPECT_EQ(normalised(Field::phone, "  call   me ", "US"), "call me");
  EXPECT_EQ(normalised(Field::phone, "0000000000", "US"), "0000000000") << "nobody has it";
}

TEST(Normalise, EmailsKeepTheirLocalPartAndLowerTheDomain) {
  EXPECT_EQ(normalised(Field::email, " Jane.Doe@EXAMPLE.Com ", "US"), "Jane.Doe@example.com");
  EXPECT_EQ(comparable(Field::email, "Jane@Example.com"), "jane@example.com");
}

TEST(Normalise, OtherTextIsTrimmedAndValid) {
  EXPECT_EQ(normalised(Field::company, "\t Acme \n  GmbH\r\n", "US"), "Acme GmbH");
  EXPECT_EQ(normalised(Field::company, "Ac\x01me\x7F", "US"), "Acme");
  EXPECT_EQ(normalised(Field::first_name, "J\xFFo", "US"), "J\xEF\xBF\xBDo");
  EXPECT_EQ(normalised(Field::first_name, " \t ", "US"), "");
}

TEST(Normalise, OnlyWhatCanBeAnAddressIsAKey) {
  EXPECT_EQ(identity_key(Field::phone, "+12025550142"), "+12025550142");
  for (const auto* no :
       {"", "2025550142", "+12345", "call me", "+10000000000", "+11125550142", "+4444444444"})
    EXPECT_EQ(identity_key(Field::phone, no), "") << no;
  EXPECT_EQ(identity_key(Field::email, "Jane@Example.COM"), "jane@example.com");
  for (const auto* no : {"", "jane", "@example.com", "jane@", "jane@example", "jane@.com",
                         "jane@example.", "a@b@example.com", "jane doe@example.com"})
    EXPECT_EQ(identity_key(Field::email, no), "") << no;
  EXPECT_EQ(identity_key(Field::company, "Acme"), "");
}

TEST(Normalise, NamesAreFoldedToWords) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(name_words("José María", "O'Brien-Smith"), (Words{"jose", "maria", "obrien", "smith"}));
  EXPECT_EQ(name_words("Łukasz", "Łukasz ŻÓŁĆ"), (Words{"lukasz", "zolc"}));
  EXPECT_EQ(name_words("", " . "), Words{});
  EXPECT_EQ(name_words("山田", "太郎"), (Words{"太郎", "山田"}));
  EXPECT_EQ(comparable(Field::last_name, "MÜLLER"), comparable(Field::last_name, "muller"));
}

TEST(Normalise, FullNamesAreSplitAtTheLastSpace) {
  EXPECT_EQ(split_name(" Ana  Maria Lopez "),
            (std::pair<std::string, std::string>{"Ana Maria", "Lopez"}));
  EXPECT_EQ(split_name("Cher"), (std::pair<std::string, std::string>{"Cher", ""}));
  EXPECT_EQ(split_name(""), (std::pair<std::string, std::string>{}));
}

rc::Gen<std::string> messy_text() {
  static const std::vector<std::string> pieces{
      "a",       "Z",    "7",    "+1",       "202",
      "5550142", "(",    ")",    "-",        " ",
      "  ",      "\t",   "\n",   "@",        ".",
      "é",       "Ł",    "ß",    "東",       "😀",
      "\xFF",    "\xC3", "\x01", "\xC2\xA0", "\xEF\xBC\x8B",
      "ext",     "J",    "'"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& parts) {
                        std::string out;
                        for (const auto& part : parts)
                          out += part;
                        return out;
                      });
}

RC_GTEST_PROP(Normalise, DoingItTwiceChangesNothing, ()) {
  const auto text = *messy_text();
  const auto field = static_cast<Field>(*rc::gen::inRange<std::size_t>(0, events::field_count));
  const auto region = *rc::gen::element<std::string>("US", "GB", "");
  const auto once = normalised(field, text, region);
  RC_ASSERT(normalised(field, once, region) == once);
  RC_ASSERT(json::to_valid_utf8(once) == once);
  RC_ASSERT(comparable(field, comparable(field, once)) == comparable(field, once));
  const auto key = identity_key(field, once);
  RC_ASSERT(identity_key(field, key) == key);
}

RC_GTEST_PROP(Normalise, WordsAreSortedOnceEachAndNeverEmpty, ()) {
  const auto words = name_words(*messy_text(), *messy_text());
  RC_ASSERT(std::is_sorted(words.begin(), words.end()));
  RC_ASSERT(std::adjacent_find(words.begin(), words.end()) == words.end());
  for (const auto& word : words)
    RC_ASSERT(!word.empty());
}

} // namespace
} // namespace tidemark::domain::normalise_test
