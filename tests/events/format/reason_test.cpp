#include "events/codec.hpp"
#include "events/format/reason.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace tidemark::reason_test {
namespace {

using events::EnumNames;

/// Every reason but `none`.
std::vector<Reason> all_reasons() {
  std::vector<Reason> out;
  for (std::size_t i = 1; i < EnumNames<Reason>::names.size(); ++i)
    out.push_back(static_cast<Reason>(i));
  return out;
}

/// What the program's source gives as a reason.
std::set<std::string> names_in_source() {
  static const std::regex form(R"(Reason::([a-z_0-9]+))");
  std::set<std::string> out;
  for (const std::string folder : {"/domain", "/connectors", "/actors", "/projections", "/gateway",
                                   "/explanation", "/replay-tools", "/app"})
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(std::string(TIDEMARK_SOURCE) + folder))
      if (file.path().extension() == ".cpp" || file.path().extension() == ".hpp") {
        std::ifstream in(file.path());
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        for (std::sregex_iterator it(text.begin(), text.end(), form), end; it != end; ++it)
          out.insert((*it)[1].str());
      }
  return out;
}

TEST(Reasons, EachHasASentenceAndANameOfItsOwn) {
  for (const auto reason : all_reasons()) {
    EXPECT_TRUE(explain_reason(reason).text.ends_with('.')) << name_of(reason);
    EXPECT_EQ(reason_named(name_of(reason)), reason) << name_of(reason);
  }
}

TEST(Reasons, EachIsGivenSomewhere) {
  auto given = names_in_source();
  // Those of an enum's names, of a field that is missing and of a body that is no JSON.
  for (const auto name : EnumNames<events::Action>::names)
    given.emplace(name);
  for (const auto name : EnumNames<events::Operation>::names)
    given.emplace(name);
  for (const auto* name :
       {"body_empty", "body_not_json", "body_not_utf8", "body_too_deep", "duplicate_key"})
    given.emplace(name);
  for (const auto reason : all_reasons())
    EXPECT_TRUE(given.contains(std::string(name_of(reason)))
                || name_of(reason).starts_with("target_needs_"))
        << name_of(reason);
}

TEST(Reasons, ThatAFieldIsMissingNamesTheField) {
  for (std::size_t i = 0; i < events::field_count; ++i) {
    const auto field = static_cast<events::Field>(i);
    EXPECT_EQ(name_of(target_needs(field)), "target_needs_" + std::string(name_of(field)));
  }
}

TEST(Reasons, OfAnActionIsItsName) {
  EXPECT_EQ(reason_like(events::Action::opt_out), Reason::opt_out);
  EXPECT_EQ(reason_like(events::Action::leave_sequences), Reason::leave_sequences);
}

TEST(Reasons, ThatNobodyKnowsIsNoReason) {
  EXPECT_EQ(reason_named("never_heard_of"), std::nullopt);
  EXPECT_EQ(reason_named(""), Reason::none);
  EXPECT_EQ(explain_reason(Reason::none).text, "");
}

/// An older program reads what a newer one has written: neither of the codec's two readers takes a
/// reason for another one.
TEST(Reasons, AnUnknownOneInAnEventIsAnError) {
  const std::string known =
      R"({"delivery":"d1","intent":7,"reason_code":"opted_out","evidence":8})";
  EXPECT_TRUE(events::decode(events::DeliverySuppressed::name, known));
  auto newer = known;
  newer.replace(newer.find("opted_out"), 9, "of_a_newer_program");
  for (const auto& payload : {newer, " " + newer}) {
    const auto event = events::decode(events::DeliverySuppressed::name, payload);
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().code, "payload_unfit");
    EXPECT_TRUE(event.error().text.ends_with("run the version of Tidemark that wrote it"));
  }
}

} // namespace
} // namespace tidemark::reason_test
