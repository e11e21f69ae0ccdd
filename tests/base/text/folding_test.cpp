#include "base/text/folding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::folding_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words)
    out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string utf8(unsigned c) {
  const auto byte = [](unsigned value) { return std::string(1, static_cast<char>(value)); };
  const auto next = [&](unsigned shift) { return byte(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x80)
    return byte(c);
  if (c < 0x800)
    return byte(0xC0U | c >> 6U) + next(0);
  if (c < 0x10000)
    return byte(0xE0U | c >> 12U) + next(6) + next(0);
  return byte(0xF0U | c >> 18U) + next(12) + next(6) + next(0);
}

TEST(Folding, GivesWordsWithoutCasePunctuationAndSymbols) {
  EXPECT_THAT(folded_words(" Stop,\tALL!\r\n(now) "), ElementsAre("stop", "all", "now"));
  EXPECT_THAT(folded_words("“Stop” «all»\xC2\xA0now…"), ElementsAre("stop", "all", "now"));
  EXPECT_THAT(folded_words("🛑stop🛑all 5️⃣ ™ ℹ️"), ElementsAre("stop", "all", "5"));
  EXPECT_THAT(folded_words(" .-'\xC2\xAD "), IsEmpty());
}

TEST(Folding, KeepsAWordWholeAcrossApostrophesHyphensAndWhatHasNoWidth) {
  EXPECT_THAT(folded_words("don't don’t Opt-Out opt‑out"),
              ElementsAre("dont", "dont", "optout", "optout"));
  EXPECT_THAT(folded_words("‘quit’ -end- st\xE2\x80\x8Bop ca\xC2\xADncel \xEF\xBB\xBFstop"),
              ElementsAre("quit", "end", "stop", "cancel", "stop"));
}

TEST(Folding, MakesOneFormOfWhatLooksTheSameByUnicode) {
  EXPECT_THAT(folded_words("ＳＴＯＰ 𝐒𝐓𝐎𝐏 Ⓢⓣⓞⓟ"), ElementsAre("stop", "stop", "stop"));
  EXPECT_THAT(folded_words("ARRÊT arre\xCC\x82t STRASSE straße"),
              ElementsAre("arrêt", "arrêt", "strasse", "strasse"));
  EXPECT_THAT(folded_words("STOPÉ"), ElementsAre("stopé")) << "accents are no decoration";
  EXPECT_THAT(folded_words("ЅТОР"), ElementsAre("ѕтор"))
      << "other letters, whatever they look like";
}

TEST(Folding, TakesBytesThatAreNoTextAsSeparators) {
  EXPECT_THAT(folded_words("stop\xFFnow \xE2\x80 \xED\xA0\x80 \xC0\xAF"),
              ElementsAre("stop", "now"));
  EXPECT_THAT(folded_words(std::string_view("a\0b", 3)), ElementsAre("a", "b"));
}

TEST(Folding, AgainChangesNothingForAnyCharacter) {
  for (unsigned c = 1; c < 0x110000; ++c) {
    const auto once = joined(folded_words("a" + utf8(c) + "b" + utf8(c)));
    ASSERT_EQ(joined(folded_words(once)), once) << "U+" << std::hex << c;
  }
}

RC_GTEST_PROP(Folding, AgainChangesNothing, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(
      rc::gen::oneOf(rc::gen::map(rc::gen::inRange(1U, 0x500U), utf8),
                     rc::gen::map(rc::gen::inRange(1U, 0x30000U), utf8),
                     rc::gen::element<std::string>("a", "'", "\xCC\x81", "\xCC\xA3", "-", " ",
                                                   "\xE1\x84\x80", "\xE1\x85\xA1"),
                     rc::gen::string<std::string>()));
  std::string text;
  for (const auto& piece : pieces)
    text += piece;
  const auto once = joined(folded_words(text));
  RC_ASSERT(joined(folded_words(once)) == once);
}

TEST(Folding, OrdersAnyNumberOfMarksOnALetter) {
  std::string marks, ordered;
  for (int i = 0; i < 200'000; ++i)
    marks += "\xCC\x95\xCC\xB2"; // of classes 232 and 220
  const auto words = folded_words("a" + marks);
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].size(), 1 + marks.size());
  EXPECT_EQ(words[0].substr(1, 4), "\xCC\xB2\xCC\xB2");
}

} // namespace
} // namespace tidemark::folding_test
