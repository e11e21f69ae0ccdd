#include "connectors/shared/recorded_inputs.hpp"
#include "connectors/shared/refusal.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

/// What a vendor's refusal says, and what of it nobody may see.
namespace tidemark::connectors::testing::refusal_test {
namespace {

const std::vector<std::string> marisol{"Marisol", "Tennerby", "+12025550142", "m.t@example.com"};

/// `field: words` of a body that the vendor refuses with.
std::string said(std::string_view vendor, std::string body, std::uint32_t status = 422,
                 std::string content_type = "application/json") {
  const std::vector<Exchange> exchanges{
      {"write", answer(status, std::move(body), std::move(content_type))}};
  const auto found = refusal_of(*find(vendor), exchanges, marisol);
  if (!found)
    return "nothing";
  return found->field + ": " + found->words;
}

TEST(Refusal, OfGoHighLevelIsATextAListOrAnError) {
  const std::string vendor = "gohighlevel";
  EXPECT_EQ(
      said(vendor, R"({"statusCode":422,"message":["property additionalEmails should not exist"],
                             "error":"Unprocessable Entity"})"),
      "additionalEmails: property additionalEmails should not exist");
  EXPECT_EQ(said(vendor, R"({"message":["dndSettings.property email should not exist"]})"),
            "dndSettings.email: dndSettings.property email should not exist");
  EXPECT_EQ(said(vendor, R"({"message":["email must be an email","phone must be a phone"]})"),
            "email: email must be an email");
  EXPECT_EQ(said(vendor, R"({"message":"This location does not allow duplicated contacts.",
                             "meta":{"contactName":"Ann Other","matchingField":"phone"}})",
                 400),
            "phone: This location does not allow duplicated contacts.");
  EXPECT_EQ(said(vendor,
                 R"({"error":"Contact with id CONexample0000000404 not found","status":400})", 400),
            ": Contact with id CONexample0000000404 not found");
  EXPECT_EQ(said(vendor,
                 R"({"statusCode":401,"message":"The token is not authorized for this scope."})",
                 401),
            ": The token is not authorized for this scope.");
}

TEST(Refusal, OfAlowareNamesTheMemberWhereItListsThem) {
  const std::string vendor = "aloware";
  EXPECT_EQ(said(vendor, R"({"message":"The given data was invalid.",
                             "errors":{"user":["There are no available inbox users."]}})"),
            "user: There are no available inbox users.");
  EXPECT_EQ(said(vendor, R"({"error":"Phone number is empty or invalid."})", 400),
            ": Phone number is empty or invalid.");
  EXPECT_EQ(said(vendor, R"({"message":"The requested contact id does not exist."})", 404),
            ": The requested contact id does not exist.");
}

TEST(Refusal, OfVerityIsFreeText) {
  EXPECT_EQ(said("verity", "missing  field:\n body", 400, "text/plain"), ": missing field: body");
  EXPECT_EQ(said("verity", R"({"error":"number not registered"})", 400), ": number not registered");
  EXPECT_EQ(said("verity", "<html>Bad gateway</html>", 400, "text/html"), "nothing");
}

TEST(Refusal, OfAGenericSystemIsReadInTheUsualShapes) {
  const std::string vendor = "generic";
  EXPECT_EQ(
      said(vendor, R"({"type":"about:blank","title":"Bad Request","detail":"no such owner"})"),
      ": no such owner");
  EXPECT_EQ(said(vendor, R"({"errors":[{"field":"data.phone","message":"is too short"}]})"),
            "data.phone: is too short");
  EXPECT_EQ(said(vendor, R"({"errors":{"email":["is taken"]},"message":"invalid"})"),
            "email: is taken");
  EXPECT_EQ(said(vendor, R"({"error":{"message":"bad stage","param":"stage"}})"),
            "stage: bad stage");
  EXPECT_EQ(said(vendor, R"({"error":"bad stage"})"), ": bad stage");
  EXPECT_EQ(said(vendor, "no", 400), "nothing");
}

TEST(Refusal, ShowsNothingOfAPerson) {
  const std::string vendor = "aloware";
  const auto masked = [&](const std::string& words) {
    return said(vendor, R"({"error":")" + words + R"("})", 400);
  };
  EXPECT_EQ(masked("The number +12025550142 is on a list"), ": The number ***42 is on a list");
  EXPECT_EQ(masked("(202) 555-0199 cannot be called"), ": ***99 cannot be called");
  EXPECT_EQ(masked("marisol tennerby is known"), ": m*** t*** is known");
  EXPECT_EQ(masked("ann@example.org is known already"), ": a***@example.org is known already");
  EXPECT_EQ(masked("the value 'Ann Other' of 'first_name' doesn't fit"),
            ": the value 'A***' of 'first_name' doesn't fit");
  EXPECT_EQ(masked("contact 90001 of record CON1234567890"), ": contact 90001 of record "
                                                             "CON1234567890");
  const auto field = said(vendor, R"({"errors":{"Ann Other":["is known"]}})");
  EXPECT_EQ(field, ": is known") << "a name is no member's";
}

TEST(Refusal, IsOneLineOfBoundedLength) {
  const std::string umlauts = "\xc3\xa4\xc3\xb6";
  std::string words;
  for (int i = 0; i < 300; ++i)
    words += umlauts;
  const auto cut = masked_words(words, {});
  EXPECT_LE(cut.size(), 203U);
  EXPECT_TRUE(cut.ends_with(umlauts + "...") || cut.ends_with("\xc3\xa4...")) << cut;
}

TEST(Refusal, IsOfTheNewestAnswerThatSaysSomething) {
  const auto& aloware = *find("aloware");
  const std::vector<Exchange> exchanges{
      {"create", answer(400, R"({"error":"Phone number is empty or invalid."})")},
      {"lookup", answer(404, R"({"error":"Contact not found."})")}};
  EXPECT_EQ(refusal_of(aloware, exchanges, {})->words, "Phone number is empty or invalid.");
  const std::vector<Exchange> failed{{"create", answer(503, R"({"error":"down"})")}};
  EXPECT_FALSE(refusal_of(aloware, failed, {})) << "it failed, it did not refuse";
}

/// As the engine and a replay ask: with what the delivery knows of the person.
TEST(Refusal, IsPartOfWhatTheAttemptConcludes) {
  Configured configured{find("gohighlevel"), {}};
  configured.settings.name = ConnectorName("crm");
  configured.settings.values["location_id"] = "LOC1";
  domain::PendingDelivery delivery;
  delivery.intent.operation = events::Operation::update;
  delivery.intent.remote_id = RemoteId("CON1");
  delivery.intent.fields.set(events::Field::first_name, "Marisol");
  delivery.dispatched = true;
  AttemptInput input;
  input.exchanges.push_back(
      {"update", answer(422, R"({"message":["firstName must not be Marisol"]})")});
  const auto step = next_step(configured, {}, delivery, input, at("2026-08-14T16:00:00Z"));
  const auto& result = std::get<Conclude>(step).delivery_result;
  EXPECT_EQ(result.verdict, domain::DeliveryVerdict::rejected);
  ASSERT_TRUE(result.refused);
  EXPECT_EQ(result.refused->field, "firstName");
  EXPECT_EQ(result.refused->words, "firstName must not be M***");
}

} // namespace
} // namespace tidemark::connectors::testing::refusal_test
