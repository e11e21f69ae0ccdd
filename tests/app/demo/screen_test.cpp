#include "app/demo/screen.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace tidemark::demo::screen_test {
namespace {

TEST(DemoScreen, WrapsAtWordsAndStaysWithinNinetySixColumns) {
  std::ostringstream out;
  std::string words;
  for (int i = 0; i < 60; ++i)
    words += "word ";
  Screen screen(out, false);
  screen.text(words, 4, 2);
  screen.row({{"a"}, {words}}, {10}, 4);
  screen.text(std::string(300, 'x'));
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 96U);
    EXPECT_EQ(line.find("wor "), std::string::npos);
  }
}

TEST(DemoScreen, KeepsColumnsUnderEachOther) {
  std::ostringstream out;
  Screen screen(out, false);
  screen.row({{"one"}, {"two"}, {"three"}}, {6, 6}, 2);
  screen.row({{"1"}, {"2"}, {"3"}}, {6, 6}, 2);
  EXPECT_EQ(out.str(), "  one   two   three\n"
                       "  1     2     3\n");
}

TEST(DemoScreen, ColoursOnlyWhereTheyCanBeSeen) {
  std::ostringstream plain, coloured;
  Screen(plain, false).text("yes", 0, 0, Tone::good);
  Screen(coloured, true).text("yes", 0, 0, Tone::good);
  EXPECT_EQ(plain.str(), "yes\n");
  EXPECT_EQ(coloured.str(), "\x1b[32myes\x1b[0m\n");
}

} // namespace
} // namespace tidemark::demo::screen_test
