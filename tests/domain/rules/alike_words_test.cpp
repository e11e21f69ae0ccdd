#include "base/contains.hpp"
#include "domain/rules/alike_words.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::alike_words_test {
namespace {

TEST(AlikeWords, AreOneSlipAwayTheWordItselfFirst) {
  const auto alike = alike_words("jon");
  EXPECT_EQ(alike.front(), "jon");
  for (const auto* word : {"john", "jo", "jan", "ojn", "joan", "jonn"})
    EXPECT_TRUE(contains(alike, std::string(word))) << word;
  for (const auto* word : {"jonathan", "johan", "nj"})
    EXPECT_FALSE(contains(alike, std::string(word))) << word;
  EXPECT_EQ(std::count(alike.begin(), alike.end(), "jon"), 1);
}

TEST(AlikeWords, AreBoundedAndOfPlainLettersOnly) {
  EXPECT_LE(alike_words(std::string(16, 'a')).size(), 900U);
  for (const std::string word : {"ed", "r2d2", "j\xC3\xBCrgen", "aaaaaaaaaaaaaaaaa"})
    EXPECT_EQ(alike_words(word), std::vector{word});
}

} // namespace
} // namespace tidemark::domain::alike_words_test
