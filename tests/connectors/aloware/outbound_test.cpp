#include "connectors/aloware/aloware.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::aloware_outbound_test {
namespace {

using domain::DeliveryVerdict;
using events::Field;

const Connector aloware_connector = aloware::connector();
const std::string lookup_hit = fixture("aloware", "api-contact-lookup-200.json");
const std::string created = fixture("aloware", "api-forms-201-created.json");
const std::string page = "<!DOCTYPE html><html></html>";

Settings settings() {
  Settings out;
  out.name = ConnectorName("dialer");
  out.values = {{"base_url", "https://app.aloware.com/"}, {"default_region", "US"}};
  out.secrets.emplace("token", SecretText("EXAMPLE_ALOWARE_TOKEN"));
  return out;
}

events::DeliveryIntended create() {
  events::DeliveryIntended out;
  out.operation = events::Operation::create;
  out.fields = {{Field::first_name, "Marisol"},
                {Field::last_name, "Tennerby"},
                {Field::phone, "+12025550142"},
                {Field::email, "marisol.tennerby@example.com"},
                {Field::timezone, "America/New_York"},
                {Field::address_postal_code, "43099"},
                {Field::source, "sync"},
                {Field::company, ""}};
  return out;
}
events::DeliveryIntended update() {
  events::DeliveryIntended out;
  out.operation = events::Operation::update;
  out.remote_id = RemoteId("70000001");
  out.fields = {{Field::email, "new@example.com"}, {Field::company, ""}};
  out.context = {{Field::phone, "+12025550142"}, {Field::first_name, "Marisol"}};
  return out;
}

/// Asks for the step after these answers, and remembers the name of each step on the way.
NextStep after(const events::DeliveryIntended& intent, std::vector<HttpAnswer> answers,
               bool after_unknown = false, const Settings& with = settings()) {
  std::vector<Exchange> exchanges;
  DeliveryWork work{intent, {}, 1, after_unknown, {}, {}};
  for (auto& answer : answers) {
    const auto step = aloware_connector.next(work, with);
    if (!std::holds_alternative<Send>(step))
      throw std::runtime_error("the attempt was over before all answers were used");
    exchanges.push_back({std::get<Send>(step).step, std::move(answer)});
    work.exchanges = exchanges;
  }
  return aloware_connector.next(work, with);
}
Send sent(const NextStep& step) {
  return std::get<Send>(step);
}
std::string concluded(const NextStep& step) {
  static constexpr std::array words{"accepted", "rejected", "retry", "unauthorized", "unknown"};
  const auto& delivery_result = std::get<Conclude>(step).delivery_result;
  return std::string(words[static_cast<std::size_t>(delivery_result.verdict)]) + " "
         + std::string(name_of(delivery_result.reason_code)) + " "
         + delivery_result.remote_id.value;
}

const std::string exists = fixture("aloware", "api-forms-400-exists-without-force-update.json");

TEST(AlowareOutbound, CreatesWithOneFormThatOverwritesNothing) {
  const auto step = sent(after(create(), {}));
  EXPECT_EQ(step.step, "create");
  EXPECT_TRUE(step.effect);
  EXPECT_EQ(step.request.method, "POST");
  EXPECT_EQ(step.request.url, "https://app.aloware.com/api/v1/webhook/forms");
  EXPECT_EQ(header_of(step.request, "Content-Type"), "application/json");
  EXPECT_EQ(header_of(step.request, "Authorization"), "") << "it is not read there";
  auto expected = nlohmann::json::parse(fixture("aloware", "api-forms-request.json"));
  expected.erase("csf1"); // an account's own field: not ours to fill
  expected["zipcode"] = "43099";
  expected.erase("force_update"); // an existing number stays as it is
  EXPECT_EQ(nlohmann::json::parse(step.request.body), expected);
}

TEST(AlowareOutbound, WritesNothingToAnExistingNumberBeforeItsRecordWasHeard) {
  auto same = nlohmann::json::parse(lookup_hit);
  EXPECT_EQ(sent(after(create(), {answer(400, exists)})).step, "lookup");
  EXPECT_EQ(concluded(after(create(), {answer(400, exists), answer(200, same.dump())})),
            "accepted found_there 70000001");
  auto moved = create(); // the number of a record of ours was changed: that one's place is taken
  moved.replaces = RemoteId("70000009");
  const auto overwrite = sent(after(moved, {answer(400, exists), answer(200, same.dump())}));
  EXPECT_EQ(overwrite.step, "upsert");
  EXPECT_EQ(nlohmann::json::parse(overwrite.request.body)["force_update"], true);
  auto other = same;
  other["first_name"] = "Zebulon";
  other["last_name"] = "Quimby";
  for (const bool after_unknown : {false, true}) {
    std::vector<HttpAnswer> answers{answer(200, other.dump())};
    if (!after_unknown)
      answers.insert(answers.begin(), answer(400, exists));
    EXPECT_EQ(concluded(after(create(), answers, after_unknown)),
              "rejected address_belongs_to_other_person ");
  }
  other.erase("first_name");
  other.erase("last_name");
  other["name"] = "Zebulon Quimby";
  EXPECT_EQ(concluded(after(create(), {answer(400, exists), answer(200, other.dump())})),
            "rejected address_belongs_to_other_person ");
}

TEST(AlowareOutbound, DoesNotTakeA200ForACreatedRecord) {
  const auto updated = fixture("aloware", "api-forms-200-updated.json");
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  EXPECT_EQ(concluded(after(create(), {answer(200, updated), answer(200, lookup_hit)})),
            "accepted found_there 70000001");
  EXPECT_EQ(concluded(after(create(), {answer(200, updated), missing})),
            "unknown written_but_not_found_yet ");
}

TEST(AlowareOutbound, TakesA400ForARefusalWhenNoRecordIsThere) {
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  EXPECT_EQ(concluded(after(create(), {answer(400, exists), missing})), "rejected bad_request ");
}

TEST(AlowareOutbound, LearnsTheIdByLookUpInEveryShape) {
  const auto step = sent(after(create(), {answer(201, created)}));
  EXPECT_EQ(step.step, "lookup");
  EXPECT_FALSE(step.effect);
  EXPECT_EQ(step.request.method, "GET");
  EXPECT_EQ(step.request.url, "https://app.aloware.com/api/v1/webhook/contact/phone-number"
                              "?api_token=EXAMPLE_ALOWARE_TOKEN&phone_number=%2B12025550142");
  for (const auto& body :
       {lookup_hit, R"({"contact":)" + lookup_hit + "}", R"({"data":)" + lookup_hit + "}"})
    EXPECT_EQ(concluded(after(create(), {answer(201, created), answer(200, body)})),
              "accepted accepted 70000001");
}

const HttpAnswer found = answer(200, lookup_hit);

TEST(AlowareOutbound, UpdatesAKnownRecordOnceItIsSeenToHaveTheNumber) {
  EXPECT_EQ(sent(after(update(), {})).step, "lookup");
  const auto step = sent(after(update(), {found}));
  const nlohmann::json expected{{"api_token", "EXAMPLE_ALOWARE_TOKEN"},
                                {"phone_number", "+12025550142"},
                                {"email", "new@example.com"},
                                {"company_name", ""},
                                {"force_update", true}};
  EXPECT_EQ(nlohmann::json::parse(step.request.body), expected);
  EXPECT_EQ(concluded(after(
                update(), {found, answer(200, fixture("aloware", "api-forms-200-updated.json"))})),
            "accepted accepted 70000001");
}

TEST(AlowareOutbound, DoesNotWriteToWhomTheNumberPassedMeanwhile) {
  auto other = nlohmann::json::parse(lookup_hit);
  other["id"] = 70000002;
  other["first_name"] = "Zebulon";
  other["last_name"] = "Quimby";
  EXPECT_EQ(concluded(after(update(), {answer(200, other.dump())})),
            "rejected address_belongs_to_other_person ");
  auto same_person = nlohmann::json::parse(lookup_hit); // deleted and added again over there
  same_person["id"] = 70000002;
  const auto updated = answer(200, fixture("aloware", "api-forms-200-updated.json"));
  EXPECT_EQ(concluded(after(update(), {answer(200, same_person.dump()), updated})),
            "accepted accepted 70000002");
}

TEST(AlowareOutbound, MakesNoSecondRecordWhereTheNumberMayHaveBeenChangedThere) {
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  EXPECT_EQ(concluded(after(update(), {missing})), "retry not_under_its_number ");
}

TEST(AlowareOutbound, MakesTheRecordAnewWhenItsNumberIsChanged) {
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  auto intent = update();
  intent.fields.set(Field::phone, "+12025550142");
  intent.context.erase(Field::phone);
  const auto step = sent(after(intent, {missing}));
  EXPECT_EQ(step.step, "create");
  const auto body = nlohmann::json::parse(step.request.body);
  EXPECT_EQ(body["first_name"], "Marisol") << "all that is known, not only what changed";
  EXPECT_FALSE(body.contains("force_update"));
  auto anew = nlohmann::json::parse(lookup_hit);
  anew["id"] = 70000003;
  EXPECT_EQ(concluded(after(intent, {missing, answer(201, created), answer(200, anew.dump())})),
            "accepted accepted 70000003");
}

TEST(AlowareOutbound, NeedsAPhone) {
  auto intent = create();
  intent.fields.erase(Field::phone);
  EXPECT_EQ(concluded(after(intent, {})), "rejected no_phone ");
  EXPECT_TRUE(aloware_connector.capabilities.required.has(Field::phone));
  EXPECT_TRUE(aloware_connector.capabilities.unchangeable.has(Field::phone));
  EXPECT_TRUE(aloware_connector.capabilities.phone_is_key);
}

TEST(AlowareOutbound, LooksFirstWhenAnEarlierAttemptMayHaveTakenEffect) {
  EXPECT_EQ(sent(after(create(), {}, true)).step, "lookup");
  auto held = nlohmann::json::parse(lookup_hit);
  held["zip"] = "43099";
  held["lead_source"] = "sync";
  held["company_name"] = "";
  held["email"] = "old@example.com";
  const auto step = after(create(), {answer(200, held.dump())}, true);
  EXPECT_EQ(concluded(step), "accepted found_there 70000001");
  const auto& delivery_result = std::get<Conclude>(step).delivery_result;
  EXPECT_TRUE(delivery_result.found);
  EXPECT_EQ(delivery_result.fields->get(Field::email), "old@example.com") << "its word, not ours";
  EXPECT_EQ(delivery_result.fields->find(Field::company), nullptr) << "what is empty says nothing";
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  EXPECT_EQ(sent(after(create(), {missing}, true)).step, "create");
  EXPECT_EQ(sent(after(create(), {missing, answer(201, created)}, true)).step, "lookup");
}

TEST(AlowareOutbound, WaitsForAnIndexThatLags) {
  const auto missing = answer(404, fixture("aloware", "api-contact-lookup-404.json"));
  EXPECT_EQ(concluded(after(create(), {answer(201, created), missing})),
            "unknown written_but_not_found_yet ");
}

TEST(AlowareOutbound, DoesNotTakeAnotherPersonsRecordFromALookUp) {
  auto other = nlohmann::json::parse(lookup_hit);
  other["phone_number"] = "+12025550199";
  EXPECT_EQ(concluded(after(create(), {answer(201, created), answer(200, other.dump())})),
            "unknown written_but_not_found_yet ");
  EXPECT_EQ(sent(after(create(), {answer(200, other.dump())}, true)).step, "create");
}

TEST(AlowareOutbound, DoesNotBelieveAPage) {
  EXPECT_EQ(concluded(after(create(), {answer(200, page, "text/html; charset=UTF-8")})),
            "unknown answer_not_json ");
  EXPECT_EQ(concluded(after(create(), {answer(200, R"({"message":"x"})", "text/html")})),
            "unknown answer_not_json ");
  EXPECT_EQ(concluded(after(create(), {answer(200, page, "")})), "unknown answer_not_json ");
  EXPECT_EQ(concluded(after(create(), {answer(200, page, "text/html")}, true)),
            "retry answer_not_json ");
  EXPECT_EQ(concluded(after(create(), {answer(201, created), answer(200, page, "text/html")})),
            "unknown answer_not_json ");
}

TEST(AlowareOutbound, JudgesEveryRefusal) {
  const auto judged = [](HttpAnswer answer) {
    return concluded(after(update(), {found, std::move(answer)}));
  };
  EXPECT_EQ(judged(answer(400, exists)), "rejected bad_request ");
  EXPECT_EQ(judged(answer(422, fixture("aloware", "api-forms-422-validation.json"))),
            "rejected validation_failed ");
  EXPECT_EQ(judged(answer(200, R"({"error":"Invalid token."})")), "rejected vendor_says_not_done ");
  EXPECT_EQ(judged(answer(401, "{}")), "unauthorized unauthorized ");
  EXPECT_EQ(judged(answer(403, "{}")), "rejected forbidden ");
  EXPECT_EQ(judged(answer(429, "{}")), "retry rate_limited ");
  EXPECT_EQ(judged(answer(500, "{}")), "retry vendor_failed ");
  EXPECT_EQ(judged(answer(302, "")), "rejected redirected ");
  EXPECT_EQ(judged(no_answer(Reason::timeout, true)), "unknown timeout ");
  EXPECT_EQ(judged(no_answer(Reason::connect_failed, false)), "retry connect_failed ");
}

TEST(AlowareOutbound, DoesNotSayThatNothingHappenedWhenOnlyTheLookUpFails) {
  const auto judged = [](HttpAnswer second) {
    return concluded(after(create(), {answer(201, created), std::move(second)}));
  };
  EXPECT_EQ(judged(answer(500, "{}")), "unknown vendor_failed ");
  EXPECT_EQ(judged(no_answer(Reason::timeout, true)), "unknown timeout ");
  EXPECT_EQ(judged(no_answer(Reason::connect_failed, false)), "unknown connect_failed ");
  EXPECT_EQ(judged(answer(401, "{}")), "unauthorized unauthorized ");
  EXPECT_EQ(judged(answer(400, fixture("aloware", "api-contact-lookup-400.json"))),
            "accepted accepted_id_not_told ");
}

TEST(AlowareOutbound, ShowsNoTokenWhenMadeWithRedactedSettings) {
  const auto redacted = settings().redacted();
  for (const bool after_unknown : {false, true}) {
    const auto request = sent(after(create(), {}, after_unknown, redacted)).request;
    EXPECT_EQ((request.url + request.body).find("EXAMPLE_ALOWARE_TOKEN"), std::string::npos);
  }
}

ListedPage looked_up(const std::string& body) {
  const auto page = aloware_connector.translate_page(body, settings());
  return page ? *page : ListedPage{{}, 99, ""};
}

TEST(AlowareLookUp, TakesUpTheMarksAndTheNumberAlone) {
  const auto page = looked_up(
      R"({"contact":{"id":7,"phone_number":"(202) 555-0142","first_name":"Old","is_dnc":true}})");
  ASSERT_EQ(page.translation.commands.size(), 1U);
  const auto& record = std::get<domain::ObserveRecord>(page.translation.commands[0]);
  EXPECT_EQ(record.remote_id, RemoteId("7"));
  EXPECT_EQ(record.fields, (events::FieldSet{{Field::phone, "+12025550142"}}));
  EXPECT_TRUE(record.opt_out_seen);
  ASSERT_EQ(record.signs.size(), 1U);
  EXPECT_EQ(record.signs[0].change, events::ConsentChange::revoked);
  EXPECT_EQ(looked_up(R"({"data":{"id":7,"tags":["DNC"]}})").translation.commands.size(), 1U);
}

TEST(AlowareLookUp, ARecordWithoutAMarkOrNoneAtAllNeedsNoCommand) {
  const auto unmarked = looked_up(lookup_hit);
  EXPECT_EQ(unmarked.contacts, 1U);
  EXPECT_TRUE(unmarked.translation.commands.empty());
  ASSERT_EQ(unmarked.translation.skipped.size(), 1U);
  EXPECT_EQ(unmarked.translation.skipped[0].outcome, events::Outcome::no_change);
  EXPECT_EQ(looked_up(R"({"message":"not found"})").contacts, 0U);
  EXPECT_EQ(looked_up(page).contacts, 99U) << "a page of HTML is no answer";
}

} // namespace
} // namespace tidemark::connectors::testing::aloware_outbound_test
