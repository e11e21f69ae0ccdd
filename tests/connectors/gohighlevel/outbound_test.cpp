#include "connectors/gohighlevel/gohighlevel.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::gohighlevel_outbound_test {
namespace {

using domain::DeliveryVerdict;
using events::Field;
using events::Operation;
using Json = nlohmann::json;

const Connector ghl = gohighlevel::connector();

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values = {
      {"base_url", "https://crm.test/"}, {"location_id", "LOC 1"}, {"default_region", "US"}};
  out.secrets["token"] = SecretText("pit-secret\n");
  return out;
}

events::DeliveryIntended intent(Operation operation, std::string remote_id = "") {
  events::DeliveryIntended out;
  out.target = ConnectorName("crm");
  out.operation = operation;
  out.remote_id = RemoteId(std::move(remote_id));
  if (operation == Operation::create)
    out.fields = {{Field::first_name, "Marisol"},
                  {Field::last_name, "Tennerby"},
                  {Field::phone, "+12025550142"},
                  {Field::email, "marisol.tennerby@example.com"},
                  {Field::company, ""}};
  else
    out.fields = {{Field::address_city, "Marrowfield Heights"}, {Field::company, ""}};
  if (operation == Operation::update)
    out.context = {{Field::first_name, "Marisol"},
                   {Field::last_name, "Tennerby"},
                   {Field::phone, "+12025550142"},
                   {Field::email, "marisol.tennerby@example.com"}};
  return out;
}

NextStep after(const events::DeliveryIntended& what, std::vector<Exchange> exchanges,
               std::string remote_id = "") {
  DeliveryWork work{
      what, RemoteId(std::move(remote_id)), 1, false, at("2026-08-14T16:00:00Z"), exchanges, {},
      {}};
  return ghl.next(work, settings());
}

Send sends(const NextStep& step) {
  if (const auto* concluded = std::get_if<Conclude>(&step))
    throw std::runtime_error("concluded: "
                             + std::string(name_of(concluded->delivery_result.reason_code)));
  return std::get<Send>(step);
}
domain::DeliveryResult ends(const NextStep& step) {
  if (const auto* send = std::get_if<Send>(&step))
    throw std::runtime_error("sends: " + send->step);
  return std::get<Conclude>(step).delivery_result;
}

HttpAnswer recorded(std::uint32_t status, const std::string& file) {
  return answer(status, fixture("gohighlevel", file));
}
const HttpAnswer miss = answer(200, R"({"contact":null})");
const std::vector<Exchange> both_missed{{"search_phone", miss}, {"search_email", miss}};

std::vector<Exchange> then(std::vector<Exchange> before, std::string step, HttpAnswer last) {
  before.push_back({std::move(step), std::move(last)});
  return before;
}

TEST(GoHighLevelDelivery, UpdatesAKnownRecordWithTheIntendedFieldsOnly) {
  const auto what = intent(Operation::update, "CON/1");
  const auto step = after(what, {});
  const auto send = sends(step);
  EXPECT_EQ(send.step, "update");
  EXPECT_TRUE(send.effect);
  EXPECT_EQ(send.request.method, "PUT");
  EXPECT_EQ(send.request.url, "https://crm.test/contacts/CON%2F1");
  EXPECT_EQ(send.request.body, R"({"companyName":"","city":"Marrowfield Heights"})");
  EXPECT_EQ(header_of(send.request, "Authorization"), "Bearer pit-secret");
  EXPECT_EQ(header_of(send.request, "Version"), "2021-07-28");
  EXPECT_EQ(header_of(send.request, "Content-Type"), "application/json");
  EXPECT_EQ(header_of(send.request, "Accept"), "application/json");
}

TEST(GoHighLevelDelivery, PrefersTheNewestKnownId) {
  const auto step = after(intent(Operation::update, "old"), {}, "new");
  EXPECT_EQ(sends(step).request.url, "https://crm.test/contacts/new");
}

TEST(GoHighLevelDelivery, LooksForAnUnknownRecordByPhoneThenEmailThenCreates) {
  const auto what = intent(Operation::create);
  const auto first = after(what, {});
  EXPECT_EQ(sends(first).request.method, "GET");
  EXPECT_FALSE(sends(first).effect);
  EXPECT_EQ(sends(first).request.url, "https://crm.test/contacts/search/"
                                      "duplicate?locationId=LOC%201&number=%2B12025550142");
  EXPECT_EQ(sends(first).request.body, "");
  const auto second =
      after(what, {{"search_phone", recorded(200, "api-search-duplicate-miss.json")}});
  EXPECT_EQ(sends(second).request.url,
            "https://crm.test/contacts/search/"
            "duplicate?locationId=LOC%201&email=marisol.tennerby%40example.com");
  const auto third = after(what, both_missed);
  EXPECT_EQ(sends(third).step, "create");
  EXPECT_EQ(sends(third).request.method, "POST");
  EXPECT_EQ(sends(third).request.url, "https://crm.test/contacts/");
  EXPECT_EQ(sends(third).request.body,
            R"({"locationId":"LOC 1","firstName":"Marisol","lastName":"Tennerby",)"
            R"("phone":"+12025550142","email":"marisol.tennerby@example.com"})");
}

TEST(GoHighLevelDelivery, TakesAMissingKeyOr404AsNotFound) {
  const auto what = intent(Operation::create);
  EXPECT_EQ(sends(after(what, {{"search_phone", answer(200, "{}")}})).step, "search_email");
  EXPECT_EQ(sends(after(what, {{"search_phone", answer(404, "{}")}})).step, "search_email");
}

TEST(GoHighLevelDelivery, WritesNothingToARecordThatASearchFinds) {
  const auto found = ends(
      after(intent(Operation::create), {{"search_phone", answer(200, R"({"contact":{"id":"CON1",
    "firstName":"Marisol","lastName":"Tennerby","phone":"(202) 555-0142","companyName":"",
    "email":null,"city":"Marrowfield"}})")}}));
  EXPECT_EQ(found.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(found.reason_code, Reason::found_there);
  EXPECT_TRUE(found.found);
  EXPECT_EQ(found.remote_id.value, "CON1");
  EXPECT_TRUE(found.fields
              == (events::FieldSet{{Field::first_name, "Marisol"},
                                   {Field::last_name, "Tennerby"},
                                   {Field::phone, "+12025550142"},
                                   {Field::address_city, "Marrowfield"}}))
      << "all that the record shows, also what was not to be written; what is empty says nothing";
}

TEST(GoHighLevelDelivery, IgnoresASearchHitThatIsSomebodyElse) {
  const auto what = intent(Operation::create);
  const auto hit = [](std::string contact) {
    return std::vector<Exchange>{{"search_phone", answer(200, R"({"contact":)" + contact + "}")}};
  };
  EXPECT_EQ(sends(after(what, hit(R"({"id":"X","phone":"+12025550199"})"))).step, "search_email");
  EXPECT_EQ(
      sends(
          after(
              what,
              hit(R"({"id":"X","phone":"+12025550142","firstName":"Odell","lastName":"Quanbeck"})")))
          .step,
      "search_email");
  EXPECT_TRUE(
      ends(
          after(
              what,
              hit(R"({"id":"X","phone":"(202) 555-0142","firstName":"M.","lastName":"Tennerby"})")))
          .found);
  EXPECT_EQ(ends(after(what, hit(R"({"id":77})"))).remote_id.value, "77");
}

TEST(GoHighLevelDelivery, AcceptsAWriteWithTheRecordInTheAnswer) {
  const auto put = ends(after(intent(Operation::update, "CONexample0000000001"),
                              {{"update", recorded(200, "api-contact-put-200.json")}}));
  EXPECT_EQ(put.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(put.remote_id.value, "CONexample0000000001");
  ASSERT_TRUE(put.fields.has_value());
  EXPECT_TRUE(*put.fields
              == (events::FieldSet{{Field::address_city, "Marrowfield"},
                                   {Field::company, "Tennerby Joinery"}}))
      << "what the answer shows of the sent fields, and nothing else";
  const auto post = ends(
      after(intent(Operation::create),
            then(both_missed, "create", answer(201, R"({"contact":{"id":"N","email":null}})"))));
  EXPECT_EQ(post.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(post.remote_id.value, "N");
  EXPECT_EQ(post.fields->get(Field::email), "") << "the vendor dropped it without an error";
  EXPECT_EQ(post.fields->get(Field::phone), "+12025550142");
}

TEST(GoHighLevelDelivery, AsksForEvidenceInASuccess) {
  const auto update = intent(Operation::update, "C");
  EXPECT_EQ(ends(after(update, {{"update", answer(200, R"({"succeded":true})")}})).verdict,
            DeliveryVerdict::accepted);
  EXPECT_EQ(ends(after(update, {{"update", answer(200, R"({"succeded":false})")}})).reason_code,
            Reason::vendor_says_not_done);
  for (const auto* body : {"", "{}", "[]", "null", "{\"contact\":", R"({"contact":{}})"})
    EXPECT_EQ(ends(after(update, {{"update", answer(200, body)}})).verdict,
              DeliveryVerdict::unknown)
        << body;
  const auto page = answer(200, "<html>maintenance</html>", "text/html");
  EXPECT_EQ(ends(after(update, {{"update", page}})).reason_code, Reason::answer_not_json);
  EXPECT_EQ(ends(after(intent(Operation::create), {{"search_phone", page}})).verdict,
            DeliveryVerdict::retry);
  EXPECT_EQ(
      ends(after(intent(Operation::create), then(both_missed, "create", answer(201, "")))).verdict,
      DeliveryVerdict::unknown);
}

TEST(GoHighLevelDelivery, LooksAtTheRecordThatADuplicateReports) {
  const auto what = intent(Operation::create);
  const auto refused =
      then(both_missed, "create", recorded(400, "api-contact-create-400-duplicate.json"));
  const auto step = after(what, refused);
  EXPECT_EQ(sends(step).request.method, "GET");
  EXPECT_FALSE(sends(step).effect);
  EXPECT_EQ(sends(step).request.url, "https://crm.test/contacts/CONexample0000000001");
  const auto seen = [&](HttpAnswer answer) {
    return ends(after(what, then(refused, "read_found", std::move(answer))));
  };
  const auto end = seen(answer(
      200, R"({"contact":{"id":"CONexample0000000001","firstName":"Marisol","city":"Ashby"}})"));
  EXPECT_TRUE(end.found);
  EXPECT_EQ(end.remote_id.value, "CONexample0000000001");
  EXPECT_EQ(end.fields->get(Field::address_city), "Ashby");
  EXPECT_EQ(seen(answer(200, R"({"contact":{"id":"CONexample0000000001","firstName":"Zebulon"}})"))
                .reason_code,
            Reason::address_belongs_to_other_person);
  EXPECT_EQ(seen(recorded(400, "api-error-400-contact-not-found.json")).reason_code,
            Reason::duplicate_of_missing_record);
  EXPECT_EQ(seen(answer(200, R"({"contact":{"id":"another"}})")).verdict, DeliveryVerdict::retry);
  EXPECT_EQ(seen(answer(500, "")).verdict, DeliveryVerdict::retry);
}

TEST(GoHighLevelDelivery, LooksAtTheRecordThatADuplicateReportsWithAConflict) {
  auto conflict = recorded(400, "api-contact-create-400-duplicate.json");
  conflict.status = 409;
  const auto what = intent(Operation::create);
  const auto refused = then(both_missed, "create", conflict);
  EXPECT_EQ(sends(after(what, refused)).request.url,
            "https://crm.test/contacts/CONexample0000000001");
  const auto end = ends(after(
      what,
      then(refused, "read_found",
           answer(200, R"({"contact":{"id":"CONexample0000000001","firstName":"Marisol"}})"))));
  EXPECT_TRUE(end.found);
  EXPECT_EQ(end.remote_id.value, "CONexample0000000001");
}

TEST(GoHighLevelDelivery, DoesNotOverwriteAnotherPersonWithTheSameAddress) {
  const auto end = ends(after(
      intent(Operation::create),
      then(both_missed, "create",
           answer(400,
                  R"({"message":"x","meta":{"contactId":"X","contactName":"Odell Quanbeck"}})"))));
  EXPECT_EQ(end.verdict, DeliveryVerdict::rejected);
  EXPECT_EQ(end.reason_code, Reason::address_belongs_to_other_person);
}

TEST(GoHighLevelDelivery, SearchesAgainWhenAKnownRecordIsGone) {
  const auto what = intent(Operation::update, "gone");
  const std::vector<Exchange> gone{
      {"update", recorded(400, "api-error-400-contact-not-found.json")}};
  EXPECT_EQ(sends(after(what, gone)).step, "search_phone");
  EXPECT_EQ(sends(after(what, {{"update", answer(404, "{}")}})).step, "search_phone");
  const auto found = then(gone, "search_phone",
                          answer(200, R"({"contact":{"id":"other","phone":"+12025550142"}})"));
  EXPECT_EQ(sends(after(what, found)).request.url, "https://crm.test/contacts/other");
  EXPECT_EQ(sends(after(what, found)).request.body,
            R"({"companyName":"","city":"Marrowfield Heights"})");
  const auto same = then(gone, "search_phone",
                         answer(200, R"({"contact":{"id":"gone","phone":"+12025550142"}})"));
  EXPECT_EQ(sends(after(what, same)).step, "search_email")
      << "a stale index must not lead in circles";
  const auto created = after(what, then(same, "search_email", miss));
  EXPECT_EQ(sends(created).step, "create");
  EXPECT_NE(sends(created).request.body.find("Marisol"), std::string::npos);
  EXPECT_NE(sends(created).request.body.find("Marrowfield Heights"), std::string::npos);
}

TEST(GoHighLevelDelivery, EndsAlsoWhenEveryAnswerSaysNotFound) {
  const auto what = intent(Operation::update, "gone");
  std::vector<Exchange> exchanges;
  for (int i = 0; i < 20; ++i) {
    const auto step = after(what, exchanges);
    if (std::holds_alternative<Conclude>(step))
      return SUCCEED();
    const auto send = sends(step);
    exchanges.push_back(
        {send.step, send.step == "create"
                        ? answer(400, R"({"meta":{"contactId":"n)" + std::to_string(i) + R"("}})")
                    : send.step == "update"
                        ? answer(404, "{}")
                        : answer(200, R"({"contact":{"id":"s)" + std::to_string(i) + R"("}})")});
  }
  FAIL() << "no end after 20 requests";
}

TEST(GoHighLevelDelivery, TakesAMissingRouteForAWrongAddress) {
  EXPECT_EQ(ends(after(intent(Operation::update, "C"),
                       {{"update", recorded(404, "api-error-404-no-route.json")}}))
                .reason_code,
            Reason::no_such_route);
}

struct Case {
  HttpAnswer what;
  DeliveryVerdict search, update, create;
  Reason reason;
};

TEST(GoHighLevelDelivery, JudgesEveryClassOfAnswer) {
  constexpr auto retry = DeliveryVerdict::retry, unknown = DeliveryVerdict::unknown,
                 rejected = DeliveryVerdict::rejected, unauthorized = DeliveryVerdict::unauthorized;
  const std::vector<Case> cases{
      {recorded(401, "api-error-401-bad-token.json"), unauthorized, unauthorized, unauthorized,
       Reason::unauthorized},
      {recorded(401, "api-error-401-scope.json"), unauthorized, unauthorized, unauthorized,
       Reason::scope_missing},
      {recorded(401, "api-error-401-version-header.json"), unauthorized, unauthorized, unauthorized,
       Reason::version_refused},
      {answer(401, "<html>"), unauthorized, unauthorized, unauthorized, Reason::unauthorized},
      {recorded(403, "api-error-403-location.json"), rejected, rejected, rejected,
       Reason::forbidden},
      {recorded(422, "api-error-422.json"), rejected, rejected, rejected,
       Reason::validation_failed},
      {answer(400, R"({"message":["a","b"]})"), rejected, rejected, rejected, Reason::bad_request},
      {answer(409, "{}"), rejected, rejected, rejected, Reason::conflict},
      {answer(429, ""), retry, retry, retry, Reason::rate_limited},
      {answer(408, ""), retry, retry, retry, Reason::vendor_asks_to_repeat},
      {answer(500, ""), retry, retry, unknown, Reason::vendor_failed},
      {answer(503, "<html>"), retry, retry, unknown, Reason::vendor_failed},
      {answer(302, ""), rejected, rejected, rejected, Reason::redirected},
      {no_answer(Reason::timeout, true), retry, unknown, unknown, Reason::timeout},
      {no_answer(Reason::too_large, true), retry, unknown, unknown, Reason::too_large},
      {no_answer(Reason::connect_failed, false), retry, retry, retry, Reason::connect_failed}};
  for (const auto& c : cases) {
    const auto label = std::to_string(c.what.status) + " " + std::string(name_of(c.reason));
    const auto search = ends(after(intent(Operation::create), {{"search_phone", c.what}}));
    EXPECT_EQ(search.verdict, c.search) << label;
    EXPECT_EQ(search.reason_code, c.reason) << label;
    EXPECT_EQ(ends(after(intent(Operation::update, "C"), {{"update", c.what}})).verdict, c.update)
        << label;
    EXPECT_EQ(ends(after(intent(Operation::create), then(both_missed, "create", c.what))).verdict,
              c.create)
        << label;
  }
}

TEST(GoHighLevelDelivery, LooksFirstAfterAnUnknownOutcome) {
  const auto what = intent(Operation::create);
  DeliveryWork work{what, {}, 2, true, at("2026-08-14T16:00:00Z"), {}, {}, {}};
  EXPECT_EQ(sends(ghl.next(work, settings())).step, "search_phone");
}

TEST(GoHighLevelDelivery, RefusesToCreateWhatCouldNeverBeFoundAgain) {
  auto what = intent(Operation::create);
  what.fields = {{Field::first_name, "Ana"}};
  EXPECT_EQ(ends(after(what, {})).reason_code, Reason::no_phone_or_email);
}

TEST(GoHighLevelDelivery, WritesEveryFieldUnderTheVendorsName) {
  auto what = intent(Operation::update, "C");
  what.fields = {};
  for (std::size_t i = 0; i < events::field_count; ++i)
    what.fields.set(static_cast<Field>(i), "v" + std::to_string(i));
  const auto body = Json::parse(sends(after(what, {})).request.body);
  EXPECT_EQ(body, Json::parse(R"({"firstName":"v0","lastName":"v1","phone":"v2","email":"v3",
    "companyName":"v4","timezone":"v5","address1":"v6","city":"v7","state":"v8","postalCode":"v9",
    "country":"v10","source":"v11"})"));
}

} // namespace
} // namespace tidemark::connectors::testing::gohighlevel_outbound_test
