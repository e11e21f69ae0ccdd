#include "events/reasons.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace tidemark::reasons_test {
namespace {

/// Codes in the source text: where a reason is given, it is a literal beside one of these forms.
std::set<std::string> codes_in(const std::string& text) {
  static const std::regex form(
      R"re((?:reason_code = |Stale\{|quarantined\(\s*|quarantined_part\(\s*|Verdict::[a-z]+,\s*)"([a-z][a-z0-9_]+)")re"
      R"re(|skipped\([^;"]*(?:"[^"]*")?,\s*"([a-z][a-z0-9_]+)")re"
      R"re(|Outcome::[a-z_]+, "([a-z][a-z0-9_]+)")re");
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), form), end; it != end; ++it)
    for (std::size_t group = 1; group < it->size(); ++group)
      if ((*it)[group].matched)
        found.insert((*it)[group].str());
  return found;
}

TEST(Reasons, EveryCodeUsedByDomainAndConnectorsHasASentence) {
  std::set<std::string> used;
  for (const std::string folder : {"/domain", "/connectors"})
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(std::string(TIDEMARK_SOURCE) + folder))
      if (file.path().extension() == ".cpp") {
        std::ifstream in(file.path());
        used.merge(codes_in({std::istreambuf_iterator<char>(in), {}}));
      }
  EXPECT_GT(used.size(), 20U) << "the search finds too little: has the form of the code changed?";
  for (const auto& code : used)
    EXPECT_TRUE(explain_reason(code).known) << code << " has no sentence in events/reasons.cpp";
}

TEST(Reasons, AreListedOnce) {
  std::set<std::string_view> seen;
  for (const auto& reason : all_reasons()) {
    EXPECT_TRUE(seen.insert(reason.code).second) << reason.code;
    EXPECT_TRUE(reason.text.ends_with('.')) << reason.code;
  }
}

TEST(Reasons, AMissingFieldIsNamed) {
  const auto reason = explain_reason("target_needs_phone");
  EXPECT_TRUE(reason.known);
  EXPECT_NE(reason.text.find("phone"), std::string::npos);
}

TEST(Reasons, AnUnknownCodeIsFlaggedAndStillReadable) {
  const auto reason = explain_reason("never_heard_of");
  EXPECT_FALSE(reason.known);
  EXPECT_EQ(reason.text, "The reason is: never heard of.");
}

} // namespace
} // namespace tidemark::reasons_test
