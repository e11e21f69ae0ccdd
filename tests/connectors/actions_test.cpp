#include "connectors/aloware/aloware.hpp"
#include "connectors/gohighlevel/gohighlevel.hpp"
#include "connectors/verity/verity.hpp"
#include "tests/connectors/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::actions_test {
namespace {

using domain::DeliveryVerdict;
using events::Action;
using Json = nlohmann::json;

Settings settings() {
  Settings out;
  out.name = ConnectorName("vendor");
  out.values = {{"base_url", "https://vendor.test"},
                {"location_id", "LOC1"},
                {"conversation_provider_id", "PROV1"},
                {"sms_from", "+13125550117"}};
  out.secrets.emplace("token", SecretText("secret-token"));
  return out;
}

events::ActionIntended action(Action what) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.action = what;
  out.tags = {"Hot", "vip"};
  out.shown_as = "MSG9";
  out.call = events::CallFacts{};
  out.call->source = ConnectorName("dialer");
  out.call->call_id = "90000001";
  out.call->status = "completed";
  out.call->duration_seconds = 116;
  out.call->disposition = "Interested";
  out.message = events::MessageFacts{};
  out.message->inbound = true;
  out.message->their_address = PiiText("+12025550142");
  out.message->text = PiiText("Is Thursday at 10 still open?");
  out.message->stated_at = "2026-08-14T17:05:10.331000Z";
  out.message->status = events::MessageStatus::failed;
  out.message->error_code = "40300";
  return out;
}

/// The step after these answers; `names` tells the steps that led there.
NextStep after(const Connector& vendor, const events::ActionIntended& intent,
               const std::vector<HttpAnswer>& answers, bool after_unknown = false) {
  const auto with = settings();
  std::vector<Exchange> exchanges;
  ActionWork work{intent, RemoteId("CON1"), 1, after_unknown, {}, {}};
  for (const auto& answer : answers) {
    const auto step = vendor.next_action(work, with);
    if (!std::holds_alternative<Send>(step))
      throw std::runtime_error("the attempt was over before all answers were used");
    exchanges.push_back({std::get<Send>(step).step, answer});
    work.exchanges = exchanges;
  }
  return vendor.next_action(work, with);
}
Send sent(const NextStep& step) {
  return std::get<Send>(step);
}
domain::DeliveryResult judged(const NextStep& step) {
  return std::get<Conclude>(step).delivery_result;
}
Json body_of(const NextStep& step) {
  return Json::parse(sent(step).request.body);
}

const Connector ghl = gohighlevel::connector();
const Connector texting = verity::connector();
const Connector dialer = aloware::connector();

TEST(GoHighLevelActions, ShowACallAsANote) {
  const auto step = after(ghl, action(Action::log_call), {});
  EXPECT_EQ(sent(step).request.method, "POST");
  EXPECT_EQ(sent(step).request.url, "https://vendor.test/contacts/CON1/notes");
  EXPECT_EQ(header_of(sent(step).request, "Version"), "2021-07-28");
  const auto note = body_of(step)["body"].get<std::string>();
  EXPECT_NE(note.find("Call made"), note.npos);
  EXPECT_NE(note.find("Duration: 1m 56s"), note.npos);
  EXPECT_NE(note.find("Disposition: Interested"), note.npos);
  EXPECT_TRUE(note.ends_with("Ref: dialer call 90000001"));
  const auto done =
      judged(after(ghl, action(Action::log_call), {answer(201, R"({"note":{"id":"N1"}})")}));
  EXPECT_EQ(done.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(done.result_id, "N1");
  EXPECT_EQ(judged(after(ghl, action(Action::log_call), {answer(201, "{}")})).verdict,
            DeliveryVerdict::unknown)
      << "an answer without the note proves nothing";
}

TEST(GoHighLevelActions, SayWhoCalledAndHowTheyWereRated) {
  auto intent = action(Action::log_call);
  EXPECT_EQ(body_of(after(ghl, intent, {}))["body"].get<std::string>().find("rating"),
            Json::string_t::npos);
  intent.call->agent = "MARIA";
  intent.call->rating = events::CallRating{"4"};
  const auto note = body_of(after(ghl, intent, {}))["body"].get<std::string>();
  EXPECT_NE(note.find("\nAgent: MARIA\n"), note.npos);
  EXPECT_NE(note.find("\nCustomer's rating: 4\n"), note.npos);
}

TEST(GoHighLevelActions, LookForTheNoteBeforeASecondOne) {
  const auto look = after(ghl, action(Action::log_call), {}, true);
  EXPECT_EQ(sent(look).request.method, "GET");
  EXPECT_FALSE(sent(look).effect);
  const auto found = judged(after(
      ghl, action(Action::log_call),
      {answer(200, R"({"notes":[{"id":"N1","body":"x\nRef: dialer call 90000001"}]})")}, true));
  EXPECT_EQ(found.verdict, DeliveryVerdict::accepted);
  EXPECT_TRUE(found.read_back);
  EXPECT_EQ(sent(after(ghl, action(Action::log_call), {answer(200, R"({"notes":[]})")}, true)).step,
            "create_note");
}

TEST(GoHighLevelActions, ShowAMessageInTheContactsOneThread) {
  const auto open = after(ghl, action(Action::log_message), {});
  EXPECT_EQ(sent(open).request.url, "https://vendor.test/conversations/");
  EXPECT_EQ(header_of(sent(open).request, "Version"), "2021-04-15");
  const auto made = answer(201, R"({"conversation":{"id":"CNV1"}})");
  const auto post = after(ghl, action(Action::log_message), {made});
  const auto body = body_of(post);
  EXPECT_EQ(sent(post).request.url, "https://vendor.test/conversations/messages/inbound");
  EXPECT_EQ(body["altId"], "d1");
  EXPECT_EQ(body["direction"], "inbound");
  EXPECT_EQ(body["type"], "SMS");
  EXPECT_EQ(body["conversationId"], "CNV1");
  EXPECT_EQ(body["conversationProviderId"], "PROV1");
  EXPECT_EQ(body["date"], "2026-08-14T17:05:10.331Z");
  const auto done =
      judged(after(ghl, action(Action::log_message), {made, answer(201, R"({"messageId":"M1"})")}));
  EXPECT_EQ(done.result_id, "M1");
  EXPECT_EQ(done.conversation, "CNV1");
}

TEST(GoHighLevelActions, LeaveOutLinksIntoPrivateNetworksAndKeepTheText) {
  const auto made = answer(201, R"({"conversation":{"id":"CNV1"}})");
  auto shown = action(Action::log_message);
  shown.message->attachments = {"http://169.254.169.254/latest/meta-data/",
                                "https://media.example.com/ghl/map.png"};
  const auto body = body_of(after(ghl, shown, {made}));
  EXPECT_EQ(body["attachments"], Json::parse(R"(["https://media.example.com/ghl/map.png"])"));
  EXPECT_EQ(body["message"], shown.message->text.reveal());
  const auto done = judged(after(ghl, shown, {made, answer(201, R"({"messageId":"M1"})")}));
  EXPECT_EQ(done.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(done.reason_code, Reason::links_left_out);
  shown.message->attachments.resize(1);
  shown.message->text = PiiText();
  const auto nothing_else = body_of(after(ghl, shown, {made}));
  EXPECT_FALSE(nothing_else.contains("attachments"));
  EXPECT_THAT(nothing_else["message"].get<std::string>(), ::testing::HasSubstr("left out"));
}

TEST(GoHighLevelActions, FindTheThreadThatExists) {
  const auto refused = answer(400, R"({"message":"Conversation already exists"})");
  EXPECT_EQ(sent(after(ghl, action(Action::log_message), {refused})).step, "find_thread");
  EXPECT_EQ(body_of(after(
                ghl, action(Action::log_message),
                {refused, answer(200, R"({"conversations":[{"id":"CNV2"}]})")}))["conversationId"],
            "CNV2");
  EXPECT_EQ(judged(after(ghl, action(Action::log_message),
                         {refused, answer(200, R"({"conversations":[]})")}))
                .verdict,
            DeliveryVerdict::retry);
}

TEST(GoHighLevelActions, AMessageWithoutAnIdIsNoSuccess) {
  auto known = action(Action::log_message);
  known.message->conversation = "CNV1";
  EXPECT_EQ(judged(after(ghl, known, {answer(201, "{}")})).verdict, DeliveryVerdict::unknown);
  EXPECT_EQ(sent(after(ghl, known, {}, true)).step, "look");
  const auto found = judged(after(
      ghl, known, {answer(200, R"({"messages":{"messages":[{"id":"M1","altId":"d1"}]}})")}, true));
  EXPECT_EQ(found.result_id, "M1");
  EXPECT_TRUE(found.read_back);
  EXPECT_EQ(sent(after(ghl, known, {answer(200, R"({"messages":{"messages":[]}})")}, true)).step,
            "post");
}

TEST(GoHighLevelActions, TellTheStatusAgainUntilTheMessageIsReady) {
  const auto step = after(ghl, action(Action::set_status), {});
  EXPECT_EQ(sent(step).request.method, "PUT");
  EXPECT_EQ(sent(step).request.url, "https://vendor.test/conversations/messages/MSG9/status");
  EXPECT_EQ(body_of(step)["status"], "failed");
  EXPECT_EQ(body_of(step)["error"]["code"], "40300");
  EXPECT_EQ(
      judged(
          after(ghl, action(Action::set_status),
                {answer(403, R"({"message":"No conversation provider found for this message"})")}))
          .verdict,
      DeliveryVerdict::retry);
  EXPECT_EQ(
      judged(after(ghl, action(Action::set_status), {answer(403, R"({"message":"no"})")})).verdict,
      DeliveryVerdict::rejected);
}

TEST(GoHighLevelActions, AStatusOfWhatNoProviderOwnsIsToldOnce) {
  auto step = action(Action::set_status);
  step.target = ConnectorName("vendor");
  step.message->source = ConnectorName("texting");
  auto nobodys = settings();
  nobodys.values.erase("conversation_provider_id");
  const std::vector<Exchange> exchanges{
      {"set_status",
       answer(403, R"({"message":"No conversation provider found for this message"})")}};
  const ActionWork work{step, RemoteId("CON1"), 1, false, {}, exchanges};
  const auto told = judged(ghl.next_action(work, nobodys));
  EXPECT_EQ(told.verdict, DeliveryVerdict::rejected);
  EXPECT_EQ(told.reason_code, Reason::status_needs_a_provider);
}

TEST(GoHighLevelActions, AnOptOutNamesOnlyWhatItClosesAndWhatIsClosed) {
  auto stop = action(Action::opt_out);
  stop.channels = {events::Channel::sms};
  const auto write = after(ghl, stop, {answer(200, R"({"contact":{"id":"CON1","dndSettings":{
      "SMS":{"status":"inactive"},"Email":{"status":"inactive"},
      "Call":{"status":"active","message":"asked us"}}}})")});
  EXPECT_EQ(sent(write).step, "write");
  EXPECT_EQ(body_of(write), Json::parse(R"({"dndSettings":{
      "SMS":{"status":"active","message":"Opt-out kept by Tidemark","code":"101"},
      "Call":{"status":"active","message":"asked us","code":""}}})"));
}

HttpAnswer contact_with(const std::string& status, const std::string& tags) {
  return answer(200, R"({"contact":{"id":"CON1","dndSettings":{"SMS":{"status":")" + status
                         + R"("}},"tags":[)" + tags + "]}}");
}

TEST(GoHighLevelActions, BehindTheMarkForTextsStandTheTagsThatWorkflowsGoBy) {
  auto stop = action(Action::opt_out);
  stop.channels = {events::Channel::sms};
  const auto closed = contact_with("active", R"("vip","dnc-sms")");
  const auto open = contact_with("inactive", R"("vip")"), ok = answer(200, "{}");
  const auto tags = after(ghl, stop, {open, ok, closed});
  EXPECT_EQ(sent(tags).step, "add_tags");
  EXPECT_EQ(sent(tags).request.method, "POST") << "others stay";
  EXPECT_EQ(body_of(tags), Json::parse(R"({"tags":["DNC-SMS","SMS Opted Out"]})"));
  const auto done = judged(after(ghl, stop, {open, ok, closed, answer(201, "{}")}));
  EXPECT_EQ(done.verdict, DeliveryVerdict::accepted);
  EXPECT_TRUE(done.read_back);
  const auto all = contact_with("active", R"("dnc-sms","sms opted out")");
  EXPECT_EQ(judged(after(ghl, stop, {all})).reason_code, Reason::found_as_wanted);
  auto calls = stop;
  calls.channels = {events::Channel::call};
  const auto no_calls = answer(200, R"({"contact":{"dndSettings":{"Call":{"status":"active"}}}})");
  EXPECT_EQ(judged(after(ghl, calls, {no_calls})).reason_code, Reason::found_as_wanted);
}

TEST(GoHighLevelActions, TagsThatAreRefusedLeaveTheMarkConfirmed) {
  auto stop = action(Action::opt_out);
  stop.channels = {events::Channel::sms};
  const auto closed = contact_with("active", "");
  const auto refused = judged(after(ghl, stop, {closed, answer(422, R"({"message":"no"})")}));
  EXPECT_EQ(refused.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(refused.reason_code, Reason::accepted_without_tags);
  EXPECT_EQ(judged(after(ghl, stop, {closed, answer(503, "{}")})).verdict, DeliveryVerdict::retry)
      << "it may come about yet";
}

TEST(GoHighLevelActions, AnOptInTakesTheTagsAwayBeforeTheMark) {
  auto start = action(Action::opt_in);
  start.channels = {events::Channel::sms};
  const auto closed = contact_with("active", R"("vip","dnc-sms","sms opted out")");
  const auto untag = after(ghl, start, {closed});
  EXPECT_EQ(sent(untag).request.method, "DELETE");
  EXPECT_EQ(body_of(untag), Json::parse(R"({"tags":["dnc-sms","sms opted out"]})"));
  const auto ok = answer(200, "{}"), untagged = contact_with("active", R"("vip")");
  EXPECT_EQ(sent(after(ghl, start, {closed, ok})).step, "read");
  EXPECT_EQ(sent(after(ghl, start, {closed, ok, untagged})).step, "write");
  EXPECT_EQ(
      judged(after(ghl, start, {closed, ok, untagged, ok, contact_with("inactive", "")})).verdict,
      DeliveryVerdict::accepted);
}

TEST(GoHighLevelActions, AddAndRemoveTags) {
  const auto add = after(ghl, action(Action::add_tags), {});
  EXPECT_EQ(sent(add).request.method, "POST");
  EXPECT_EQ(body_of(add), Json::parse(R"({"tags":["Hot","vip"]})"));
  EXPECT_EQ(sent(after(ghl, action(Action::remove_tags), {})).request.method, "DELETE");
  EXPECT_EQ(judged(after(ghl, action(Action::add_tags), {answer(201, R"({"tags":[]})")})).verdict,
            DeliveryVerdict::accepted);
}

TEST(VerityActions, SendOnceAndNeverGuess) {
  const auto step = after(texting, action(Action::send_message), {});
  EXPECT_EQ(sent(step).request.url,
            "https://vendor.test/api/integrations/df-middleware/send-message");
  const auto body = body_of(step);
  EXPECT_EQ(body["to"], "+12025550142");
  EXPECT_EQ(body["correlationId"], "d1");
  const auto done = judged(after(
      texting, action(Action::send_message),
      {answer(200, R"({"success":true,"messageId":"f9","chatId":"a1","status":"pending"})")}));
  EXPECT_EQ(done.verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(done.result_id, "f9");
  EXPECT_EQ(done.conversation, "a1");
  EXPECT_EQ(judged(after(texting, action(Action::send_message), {no_answer(Reason::timeout, true)}))
                .verdict,
            DeliveryVerdict::unknown);
  EXPECT_EQ(judged(after(texting, action(Action::send_message), {}, true)).reason_code,
            Reason::outcome_unknown_not_repeated);
  EXPECT_EQ(
      judged(after(texting, action(Action::send_message), {answer(200, R"({"success":true})")}))
          .verdict,
      DeliveryVerdict::unknown);
}

TEST(TextsWithAttachments, AreRefusedWhereTheyCannotGoAlong) {
  const auto judged_with = [&](const auto& system, std::vector<std::string> links) {
    auto text = action(Action::send_message);
    text.message->attachments = std::move(links);
    const auto step = after(system, text, {});
    return std::holds_alternative<Send>(step) ? "sent"
                                              : std::string(name_of(judged(step).reason_code));
  };
  const std::string a = "https://files.test/a.pdf", b = "https://files.test/b.pdf";
  EXPECT_EQ(judged_with(texting, {a}), "attachments_not_supported");
  EXPECT_EQ(judged_with(dialer, {a}), "sent");
  EXPECT_EQ(judged_with(dialer, {a, b}), "attachments_not_supported");
  EXPECT_EQ(judged_with(dialer, {a, "https://10.0.0.1/b.pdf"}), "sent") << "the first alone";
}

TEST(AlowareActions, SendFromTheConfiguredLine) {
  const auto step = after(dialer, action(Action::send_message), {});
  EXPECT_EQ(sent(step).request.url, "https://vendor.test/api/v1/webhook/sms-gateway/send");
  EXPECT_EQ(body_of(step)["from"], "+13125550117");
  EXPECT_EQ(judged(after(dialer, action(Action::send_message),
                         {answer(202, R"({"message":"Message sent."})")}))
                .verdict,
            DeliveryVerdict::accepted);
  EXPECT_EQ(judged(after(dialer, action(Action::send_message),
                         {answer(200, "<html></html>", "text/html")}))
                .verdict,
            DeliveryVerdict::unknown);
  EXPECT_EQ(judged(after(dialer, action(Action::send_message), {}, true)).verdict,
            DeliveryVerdict::rejected);
}

} // namespace
} // namespace tidemark::connectors::testing::actions_test
