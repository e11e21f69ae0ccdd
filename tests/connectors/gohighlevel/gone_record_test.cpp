#include "connectors/gohighlevel/gohighlevel.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// A record that was merged away or deleted over there while its webhook was lost
/// (connectors/gohighlevel/README.md fact 9).
namespace tidemark::connectors::testing::gone_record_test {
namespace {

using events::Action;
using Json = nlohmann::json;

const Connector ghl = gohighlevel::connector();
const auto gone = answer(400, R"({"error":"Contact with id CON1 not found","status":400})");
const auto nobody = answer(200, R"({"contact":null})");

HttpAnswer found(const std::string& id, const std::string& phone = "+12025550142",
                 const std::string& last_name = "Tennerby") {
  return answer(200,
                Json{{"contact", {{"id", id}, {"phone", phone}, {"lastName", last_name}}}}.dump());
}
HttpAnswer blocked(const char* status) {
  return answer(200, Json{{"contact",
                           {{"dndSettings", {{"SMS", {{"status", status}}}}},
                            {"tags", {"dnc-sms", "sms opted out"}}}}}
                         .dump());
}

events::ActionIntended action(Action what) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = what;
  out.context.set(events::Field::phone, "+12025550142");
  out.context.set(events::Field::email, "marisol@example.com");
  out.context.set(events::Field::last_name, "Tennerby");
  out.channels = {events::Channel::sms};
  out.tags = {"Hot"};
  out.call = events::CallFacts{};
  out.call->source = ConnectorName("dialer");
  out.call->call_id = "90000001";
  out.message = events::MessageFacts{};
  out.message->text = PiiText("Is Thursday at 10 still open?");
  return out;
}

/// Each request as `METHOD path`, then how it ended; the answers are those to the requests.
std::vector<std::string> told(const events::ActionIntended& intent,
                              const std::vector<HttpAnswer>& answers, bool after_unknown = false,
                              const RemoteId& known = RemoteId("CON1")) {
  Settings settings;
  settings.name = ConnectorName("vendor");
  settings.values = {{"base_url", "https://v"}, {"location_id", "L"}};
  settings.secrets.emplace("token", SecretText("t"));
  std::vector<Exchange> exchanges;
  std::vector<std::string> out;
  for (std::size_t i = 0;; ++i) {
    const ActionWork work{intent, known, 1, after_unknown, {}, exchanges};
    const auto step = ghl.next_action(work, settings);
    if (const auto* over = std::get_if<Conclude>(&step)) {
      out.push_back(std::to_string(static_cast<int>(over->delivery_result.verdict)) + " "
                    + std::string(name_of(over->delivery_result.reason_code)));
      return out;
    }
    const auto& send = std::get<Send>(step);
    EXPECT_EQ(send.gone.value, "");
    out.push_back(send.request.method + send.request.url.substr(9));
    if (i == answers.size())
      return out;
    exchanges.push_back({send.step, answers[i]});
  }
}
std::string ended(domain::DeliveryVerdict verdict, Reason reason) {
  return std::to_string(static_cast<int>(verdict)) + " " + std::string(name_of(reason));
}
using domain::DeliveryVerdict;
using Lines = std::vector<std::string>;

const std::string by_number = "GET/contacts/search/duplicate?locationId=L&number=%2B12025550142";
const std::string by_mail =
    "GET/contacts/search/duplicate?locationId=L&email=marisol%40example.com";

TEST(AGoneRecord, HearsOfAnOptOutWhereThePersonIsNow) {
  EXPECT_EQ(told(action(Action::opt_out), {gone, found("CON2"), blocked("inactive"),
                                           answer(200, R"({"succeded":true})"), blocked("active")}),
            (Lines{"GET/contacts/CON1", by_number, "GET/contacts/CON2", "PUT/contacts/CON2",
                   "GET/contacts/CON2", ended(DeliveryVerdict::accepted, Reason::accepted)}));
}

TEST(AGoneRecord, IsMetOnlyWhenNobodyHasTheNumberOrTheMail) {
  EXPECT_EQ(told(action(Action::opt_out), {gone, nobody, nobody}),
            (Lines{"GET/contacts/CON1", by_number, by_mail,
                   ended(DeliveryVerdict::rejected, Reason::not_found)}));
  EXPECT_EQ(
      told(action(Action::opt_out), {gone, nobody, found("CON2", ""), blocked("active")}).back(),
      ended(DeliveryVerdict::accepted, Reason::found_as_wanted));
  EXPECT_EQ(told(action(Action::opt_out), {gone, found("CON2"), gone}).back(),
            ended(DeliveryVerdict::rejected, Reason::not_found))
      << "no circle";
}

TEST(AGoneRecord, IsNoneWhereTheAnswerDoesNotSaySo) {
  const auto route = answer(404, R"({"statusCode":404,"message":"Cannot GET /contacts/CON1"})");
  EXPECT_EQ(told(action(Action::opt_out), {route}).back(),
            ended(DeliveryVerdict::rejected, Reason::no_such_route));
  EXPECT_EQ(told(action(Action::opt_out), {answer(404, "<html></html>", "text/html")}).back(),
            ended(DeliveryVerdict::retry, Reason::answer_not_json));
  EXPECT_EQ(told(action(Action::opt_out), {gone, answer(404, "<html></html>")}).back(),
            ended(DeliveryVerdict::retry, Reason::answer_not_json));
  EXPECT_EQ(told(action(Action::opt_out), {gone, found("CON1")}).back(),
            ended(DeliveryVerdict::retry, Reason::record_gone_but_found));
}

TEST(AGoneRecord, IsNotTakenForAnotherPersons) {
  EXPECT_EQ(told(action(Action::opt_out), {gone, found("CON2", "+12025550199")}).back(), by_mail)
      << "the vendor's search is loose";
  EXPECT_EQ(told(action(Action::opt_in), {gone, found("CON2", "+12025550142", "Quimby")}).back(),
            by_mail);
  EXPECT_EQ(told(action(Action::opt_out), {gone, found("CON2", "+12025550142", "Quimby")}).back(),
            "GET/contacts/CON2")
      << "an opt-out holds for everybody with the number";
  EXPECT_EQ(told(action(Action::log_call), {gone, found("CON2", "+12025550142", "Quimby")}).back(),
            by_mail);
}

TEST(AnUnknownRecord, IsSearchedForByNumberThenByMail) {
  EXPECT_EQ(told(action(Action::opt_out), {nobody, nobody}, false, RemoteId()),
            (Lines{by_number, by_mail, ended(DeliveryVerdict::rejected, Reason::no_record_there)}));
  EXPECT_EQ(told(action(Action::opt_out), {found("CON2"), gone, found("CON3")}, false, RemoteId()),
            (Lines{by_number, "GET/contacts/CON2", by_number, "GET/contacts/CON3"}));
}

TEST(AGoneRecord, ShowsItsCallsAndTagsWhereThePersonIsNow) {
  EXPECT_EQ(told(action(Action::log_call), {gone, found("CON2"), answer(201, R"({"id":"N1"})")}),
            (Lines{"POST/contacts/CON1/notes", by_number, "POST/contacts/CON2/notes",
                   ended(DeliveryVerdict::accepted, Reason::accepted)}));
  EXPECT_EQ(told(action(Action::log_call), {gone, found("CON2")}, true),
            (Lines{"GET/contacts/CON1/notes", by_number, "GET/contacts/CON2/notes"}))
      << "notes move with a record that is merged";
  EXPECT_EQ(told(action(Action::add_tags), {gone, found("CON2"), answer(201, "{}")}),
            (Lines{"POST/contacts/CON1/tags", by_number, "POST/contacts/CON2/tags",
                   ended(DeliveryVerdict::accepted, Reason::accepted)}));
}

TEST(AGoneRecord, MakesCallsAndMessagesWaitWhenThePersonIsNowhere) {
  for (const auto what : {Action::log_call, Action::log_message, Action::add_tags})
    EXPECT_EQ(told(action(what), {gone, nobody, nobody}).back(),
              ended(DeliveryVerdict::rejected, Reason::no_record_there));
  EXPECT_EQ(told(action(Action::log_call), {gone, found("CON1"), nobody}).back(),
            ended(DeliveryVerdict::rejected, Reason::no_record_there))
      << "its search still shows the dead record";
}

TEST(AGoneRecord, ShowsItsMessagesInTheThreadOfTheRecordThatIsThereNow) {
  const auto opened = answer(201, R"({"conversation":{"id":"CNV2"}})");
  const auto posted = answer(201, R"({"messageId":"M1"})");
  EXPECT_EQ(told(action(Action::log_message), {gone, found("CON2"), opened, posted}),
            (Lines{"POST/conversations/", by_number, "POST/conversations/",
                   "POST/conversations/messages/inbound",
                   ended(DeliveryVerdict::accepted, Reason::accepted)}));
  auto known = action(Action::log_message);
  known.message->conversation = "CNV1";
  EXPECT_EQ(told(known, {gone, found("CON2"), opened, posted}),
            (Lines{"POST/conversations/messages/inbound", by_number, "POST/conversations/",
                   "POST/conversations/messages/inbound",
                   ended(DeliveryVerdict::accepted, Reason::accepted)}));
}

TEST(ARememberedThread, IsOpenedAgainWhenItIsGoneOrAnotherContacts) {
  const auto posted = answer(201, R"({"messageId":"M1"})");
  auto known = action(Action::log_message);
  known.message->conversation = "CNV1";
  for (const auto* words :
       {"Conversation with id CNV1 not found", "conversationId and contactId do not match"}) {
    const auto refused = answer(400, Json{{"message", words}}.dump());
    EXPECT_EQ(told(known, {refused, answer(201, R"({"conversation":{"id":"CNV2"}})"), posted}),
              (Lines{"POST/conversations/messages/inbound", "POST/conversations/",
                     "POST/conversations/messages/inbound",
                     ended(DeliveryVerdict::accepted, Reason::accepted)}));
    EXPECT_EQ(told(known, {refused, answer(201, R"({"conversation":{"id":"CNV2"}})")}, true).back(),
              "GET/conversations/CNV2/messages?limit=100");
    EXPECT_EQ(
        told(known, {refused, answer(201, R"({"conversation":{"id":"CNV2"}})"), refused}).back(),
        ended(DeliveryVerdict::rejected, Reason::bad_request))
        << "once only";
  }
}

TEST(ARememberedThread, ThatIsTheRightOneIsNotPostedToTwice) {
  auto known = action(Action::log_message);
  known.message->conversation = "CNV1";
  const auto refused =
      answer(400, R"({"message":"Cannot send message as DND is active for SMS."})");
  EXPECT_EQ(told(known, {refused, answer(400, R"({"message":"already exists"})"),
                         answer(200, R"({"conversations":[{"id":"CNV1","contactId":"CON1"}]})")}),
            (Lines{"POST/conversations/messages/inbound", "POST/conversations/",
                   "GET/conversations/search?locationId=L&contactId=CON1",
                   ended(DeliveryVerdict::rejected, Reason::bad_request)}));
}

TEST(ALookThatIsTooLong, SaysSoInsteadOfBeingUnreadable) {
  auto notes = answer(200, R"({"notes":[{"id":"N1","bo)");
  notes.cut = true;
  EXPECT_EQ(told(action(Action::log_call), {notes}, true).back(),
            ended(DeliveryVerdict::retry, Reason::answer_too_long));
}

} // namespace
} // namespace tidemark::connectors::testing::gone_record_test
