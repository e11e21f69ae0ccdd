#include "connectors/connector.hpp"

#include <gtest/gtest.h>

/// What each connector asks a system that nobody has asked for a while, and what it reads from the
/// answer.
namespace tidemark::connectors::probe_test {
namespace {

using domain::DeliveryVerdict;

Settings settings_of(std::string_view type) {
  Settings out;
  out.name = ConnectorName(std::string(type));
  out.values["base_url"] = "https://vendor.test";
  out.values["send_url"] = "https://vendor.test/in";
  out.values["location_id"] = "LOC1";
  out.secrets["token"] = SecretText("the-token");
  return out;
}

HttpAnswer answer(std::uint32_t status, std::string body,
                  std::string content_type = "application/json") {
  HttpAnswer out;
  out.status = status;
  out.body = std::move(body);
  out.content_type = std::move(content_type);
  return out;
}

Reason judged(std::string_view type, const HttpAnswer& given) {
  const auto said = find(type)->judge_probe(given);
  EXPECT_EQ(said.verdict == DeliveryVerdict::accepted, said.reason_code == Reason::accepted);
  return said.reason_code;
}

TEST(Probe, ChangesNothingOverThere) {
  for (const auto& connector : all()) {
    ASSERT_TRUE(connector.probe) << connector.type;
    const auto request = connector.probe(settings_of(connector.type));
    const bool search = request.method == "POST" && request.url.ends_with("/contacts/search");
    EXPECT_TRUE(request.method == "GET" || search) << connector.type;
    EXPECT_TRUE(request.url.starts_with("https://vendor.test/")) << request.url;
  }
}

TEST(Probe, BearsTheKeyExactlyWhereItsAnswerIsReadForIt) {
  for (const auto& connector : all()) {
    const auto request = connector.probe(settings_of(connector.type));
    std::string text = request.url + request.body;
    for (const auto& [name, value] : request.headers)
      text += value;
    EXPECT_EQ(text.find("the-token") != std::string::npos, connector.judge_probe != nullptr)
        << connector.type;
  }
}

TEST(Probe, IsNotSentWhereNoAddressIsConfigured) {
  for (const auto type : {"verity", "generic"})
    EXPECT_EQ(find(type)->probe({}).url, "") << type;
}

TEST(Probe, IsNotSentWithoutTheKeyThatItIsAbout) {
  for (const auto type : {"gohighlevel", "aloware"}) {
    auto settings = settings_of(type);
    settings.secrets["token"] = SecretText(" ");
    EXPECT_EQ(find(type)->probe(settings).url, "") << type;
  }
}

TEST(Probe, OfGoHighLevelTellsAWrongKeyFromAMissingRight) {
  EXPECT_EQ(judged("gohighlevel", answer(200, R"({"contacts":[],"total":0})")), Reason::accepted);
  EXPECT_EQ(judged("gohighlevel", answer(401, R"({"message":"Invalid JWT"})")),
            Reason::unauthorized);
  EXPECT_EQ(judged("gohighlevel",
                   answer(401, R"({"message":"The token is not authorized for this scope."})")),
            Reason::scope_missing);
  EXPECT_EQ(judged("gohighlevel", answer(403, R"({"message":"no access"})")), Reason::forbidden);
  EXPECT_EQ(judged("gohighlevel", answer(402, "{}")), Reason::payment_required);
  EXPECT_EQ(judged("gohighlevel", answer(503, "")), Reason::vendor_failed);
  EXPECT_EQ(judged("gohighlevel", answer(200, "<html>", "text/html")), Reason::answer_not_json);
}

TEST(Probe, OfAlowareIsNotFooledByAPageThatAnswersAWrongKey) {
  EXPECT_EQ(judged("aloware", answer(404, R"({"message":"Contact not found."})")),
            Reason::accepted);
  EXPECT_EQ(judged("aloware", answer(200, R"({"contact":{"id":5}})")), Reason::accepted);
  EXPECT_EQ(judged("aloware", answer(200, "<html>", "text/html")), Reason::answer_not_json);
  EXPECT_EQ(judged("aloware", answer(404, "<html>", "text/html")), Reason::answer_not_json);
  EXPECT_EQ(judged("aloware", answer(401, R"({"message":"Unauthenticated."})")),
            Reason::unauthorized);
  EXPECT_EQ(judged("aloware", answer(403, "{}")), Reason::forbidden);
}

TEST(Probe, OfASystemWithoutAHarmlessQuestionProvesNoKey) {
  for (const auto type : {"verity", "generic"})
    EXPECT_FALSE(find(type)->judge_probe) << type << ": an answer, such as a page, shows the way";
}

} // namespace
} // namespace tidemark::connectors::probe_test
