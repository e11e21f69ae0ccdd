#include "base/text/json_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tidemark::json::json_reader_test {
namespace {

std::string code_of(std::string_view body) {
  const auto document = parse(body);
  return document ? "ok" : document.error().code;
}

TEST(JsonReader, ReadsEveryKindOfValue) {
  const auto document = parse(
      R"({"t":"x","n":-5,"u":18446744073709551615,"d":1.5,"b":true,"z":null,"a":[1,"2"],"o":{"k":"v"}})");
  ASSERT_TRUE(document.ok());
  const auto root = document.value().root();
  EXPECT_EQ(root["t"].text(), "x");
  EXPECT_EQ(root["n"].integer(), -5);
  EXPECT_EQ(root["n"].scalar(), "-5");
  EXPECT_EQ(root["u"].scalar(), "18446744073709551615");
  EXPECT_EQ(root["u"].integer(), std::nullopt);
  EXPECT_EQ(root["d"].scalar(), "1.5");
  EXPECT_EQ(root["b"].boolean(), true);
  EXPECT_EQ(root["z"].kind(), Kind::null);
  EXPECT_FALSE(root["z"].stated());
  EXPECT_EQ(root["a"].items().size(), 2U);
  EXPECT_EQ(root["a"].items()[1].text(), "2");
  EXPECT_EQ(root["o"]["k"].text(), "v");
  EXPECT_EQ(root.members().size(), 8U);
  EXPECT_EQ(root.members()[7].first, "o");
}

TEST(JsonReader, GivesNothingForWhatAValueIsNot) {
  const auto document = parse(R"({"t":"x","n":1})");
  const auto root = document.value().root();
  EXPECT_EQ(root["none"].kind(), Kind::missing);
  EXPECT_EQ(root["none"]["deeper"].text(), std::nullopt);
  EXPECT_EQ(root["t"]["deeper"].kind(), Kind::missing);
  EXPECT_EQ(root["n"].text(), std::nullopt);
  EXPECT_EQ(root["t"].boolean(), std::nullopt);
  EXPECT_TRUE(root["t"].items().empty());
  EXPECT_TRUE(root["t"].members().empty());
  EXPECT_EQ(Value().scalar(), std::nullopt);
}

TEST(JsonReader, RefusesEverythingThatIsNoWholeDocument) {
  EXPECT_EQ(code_of(""), "body_empty");
  EXPECT_EQ(code_of("   "), "body_empty");
  for (const auto* body : {"{", "{\"a\":1}x", "{\"a\":1,}", "{'a':1}", "NaN", "01", "{\"a\":1",
                           "[1,2", "{\"a\":\"\\ud800\"}", "a=b&c=d"})
    EXPECT_EQ(code_of(body), "body_not_json") << body;
  EXPECT_EQ(code_of("\"\xFF\""), "body_not_utf8");
  EXPECT_EQ(code_of("\xEF\xBB\xBF{}"), "ok");
}

TEST(JsonReader, LimitsDepth) {
  EXPECT_EQ(code_of(std::string(63, '[') + std::string(63, ']')), "ok");
  EXPECT_EQ(code_of(std::string(65, '[') + std::string(65, ']')), "body_too_deep");
  EXPECT_EQ(code_of(std::string(100000, '[') + std::string(100000, ']')), "body_too_deep");
}

TEST(JsonReader, RefusesDuplicateKeysAtAnyDepthAndSpelling) {
  EXPECT_EQ(code_of(R"({"a":1,"a":1})"), "duplicate_key");
  EXPECT_EQ(code_of(R"({"x":[{"a":1,"b":2,"a":3}]})"), "duplicate_key");
  EXPECT_EQ(code_of(R"({"a":1,"\u0061":2})"), "duplicate_key");
  EXPECT_EQ(code_of(R"({"a":{"a":{"a":1}},"b":{"a":1}})"), "ok");
}

TEST(JsonReader, KeepsDocumentsApartThatAreOpenAtTheSameTime) {
  auto first = parse(R"({"a":"first"})");
  auto second = parse(R"({"a":"second"})");
  { const auto third = parse(R"({"a":"third"})"); }
  const auto fourth = parse(R"({"a":"fourth"})");
  EXPECT_EQ(first.value()["a"].text(), "first");
  EXPECT_EQ(second.value()["a"].text(), "second");
  auto moved = std::move(first.value());
  EXPECT_EQ(moved["a"].text(), "first");
  EXPECT_EQ(fourth.value()["a"].text(), "fourth");
}

TEST(JsonReader, DoesNotDependOnTheBytesItWasReadFrom) {
  auto body = std::make_unique<std::string>(R"({"a":"kept","e":"caf\u00e9"})");
  const auto document = parse(*body);
  body->assign(body->size(), 'x');
  body.reset();
  EXPECT_EQ(document.value()["a"].text(), "kept");
  EXPECT_EQ(document.value()["e"].text(), "caf\xC3\xA9");
}

TEST(JsonReader, ReadsLargeDocumentsAndSmallOnesAfterwards) {
  const auto large = "{\"a\":\"" + std::string(10U << 20U, 'x') + "\"}";
  EXPECT_EQ(parse(large).value()["a"].text()->size(), 10U << 20U);
  EXPECT_EQ(parse("{\"a\":\"small\"}").value()["a"].text(), "small");
}

} // namespace
} // namespace tidemark::json::json_reader_test
