#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/aloware/aloware.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::aloware_inbound_test {
namespace {

using events::Field;

const Connector aloware_connector = aloware::connector();

Settings with_auth(const std::string& way, const std::string& user, const std::string& password) {
  Settings out;
  out.name = ConnectorName("dialer");
  out.values = {{"webhook_auth", way}, {"webhook_user", user}, {"default_region", "US"}};
  out.secrets.emplace("webhook_password", SecretText(password));
  return out;
}
Settings settings() {
  return with_auth("bearer", "", "example-aloware-hook-bearer");
}

std::string verdict(const Headers& headers, const Settings& settings,
                    std::string_view body = "{}") {
  const auto result = aloware_connector.verify(request(headers, body), settings, {});
  if (const auto* forged = std::get_if<Forged>(&result))
    return std::string(name_of(forged->reason_code));
  return std::holds_alternative<Verified>(result) ? "verified" : "stale";
}

domain::Translation of(std::string_view body) {
  return translated(aloware_connector, settings(), body);
}
Peek peeked(std::string_view body) {
  static const Headers none;
  return aloware_connector.peek(request(none, body), settings());
}

TEST(AlowareCredential, PassesEveryVector) {
  const auto file = nlohmann::json::parse(fixture("aloware", "signature-vectors.json"));
  ASSERT_GE(file["vectors"].size(), 9U);
  for (const auto& vector : file["vectors"]) {
    const auto& configured = vector["configured"];
    const bool basic = configured["mode"] == "basic";
    const auto with = with_auth(configured["mode"], basic ? configured["user"] : "",
                                configured[basic ? "password" : "token"]);
    Headers headers;
    for (const auto& [name, value] : vector["headers"].items())
      headers.emplace_back("authorization", value.get<std::string>());
    const auto body = fixture("aloware", vector["body_file"]);
    EXPECT_EQ(to_hex(sha256(body)), vector["body_sha256"]);
    EXPECT_EQ(verdict(headers, with, body) == "verified", vector["expect"] == "valid")
        << vector["id"];
  }
}

TEST(AlowareCredential, RefusesEverythingThatIsNotExactlyTheCredential) {
  const auto bearer = settings();
  const auto basic = with_auth("basic", "hook", "pass");
  const auto shown = [](std::string value) { return Headers{{"authorization", std::move(value)}}; };
  EXPECT_EQ(verdict(shown("Bearer example-aloware-hook-bearer"), bearer), "verified");
  EXPECT_EQ(verdict(shown("bearer example-aloware-hook-bearer"), bearer), "verified");
  EXPECT_EQ(verdict({}, bearer), "missing_credential");
  const Headers twice{{"authorization", "Bearer example-aloware-hook-bearer"},
                      {"authorization", "Bearer example-aloware-hook-bearer"}};
  EXPECT_EQ(verdict(twice, bearer), "repeated_header");
  for (const auto* wrong :
       {"", "Bearer", "Bearer ", "Bear-er example-aloware-hook-bearer",
        "Bearer\t example-aloware-hook-bearer", "Bearer  example-aloware-hook-bearer",
        "Bearer example-aloware-hook-beare", "Bearer example-aloware-hook-bearer2",
        "Bearer EXAMPLE-aloware-hook-bearer", "example-aloware-hook-bearer",
        "Basic example-aloware-hook-bearer"})
    EXPECT_EQ(verdict(shown(wrong), bearer), "bad_credential") << wrong;
  EXPECT_EQ(verdict(shown("Basic " + to_base64("hook:pass")), basic), "verified");
  for (const auto* wrong : {"hook:pas", "hook:pass2", ":pass", "hook:", "HOOK:pass", "hookpass"})
    EXPECT_EQ(verdict(shown("Basic " + to_base64(wrong)), basic), "bad_credential") << wrong;
  EXPECT_EQ(verdict(shown("Basic hook:pass"), basic), "bad_credential");
}

TEST(AlowareCredential, AcceptsNothingWhileNoPasswordIsConfigured) {
  const auto open = with_auth("bearer", "", "");
  EXPECT_EQ(verdict({{"authorization", "Bearer "}}, open), "no_credential_configured");
  EXPECT_EQ(verdict({}, open), "no_credential_configured");
}

TEST(AlowareSettings, NamesEveryFaultWithoutTheSecret) {
  const auto codes = [](const Settings& settings) {
    std::string out;
    for (const auto& fault : aloware_connector.check(settings)) {
      out += fault.code + " ";
      EXPECT_EQ(fault.text.find("hunter2"), std::string::npos);
    }
    return out;
  };
  EXPECT_EQ(codes(with_auth("digest", "", "")), "bad_webhook_auth missing_token ");
  EXPECT_EQ(codes(with_auth("basic", "a:b", "hunter2")), "bad_webhook_user missing_token ");
  auto good = with_auth("basic", "hook", "hunter2");
  good.secrets.emplace("token", SecretText("hunter2"));
  EXPECT_EQ(codes(good), "");
}

TEST(AlowareInbound, ReadsAContactEventAsTheRecordsState) {
  for (const std::string name : {"Contact-Created", "Contact-Updated", "Contact-Disposed"}) {
    const auto translation = of(fixture("aloware", name + ".UNVERIFIED.json"));
    EXPECT_EQ(translation.kind, name);
    EXPECT_TRUE(translation.skipped.empty());
    const auto& record = only_record(translation);
    EXPECT_EQ(record.connector.value, "dialer");
    EXPECT_EQ(record.remote_id.value, "70000001");
    EXPECT_EQ(record.source_version, "") << "these events have none: log order counts";
    EXPECT_FALSE(record.opt_out_seen) << "text_authorized is not an opt-out";
    const events::FieldSet expected{{Field::first_name, "Marisol"},
                                    {Field::last_name, "Tennerby"},
                                    {Field::phone, "+12025550142"},
                                    {Field::email, name == "Contact-Updated"
                                                       ? "m.tennerby@example.com"
                                                       : "marisol.tennerby@example.com"},
                                    {Field::company, "Tennerby Joinery"},
                                    {Field::timezone, "America/New_York"}};
    EXPECT_TRUE(record.fields == expected) << name;
  }
}

TEST(AlowareInbound, KnowsContactEventsInEverySpelling) {
  for (const std::string name :
       {"Contact-Updated", "ContactUpdated", "contact.updated", "CONTACT UPDATED"})
    EXPECT_EQ(of(R"({"event":")" + name + R"(","body":{"id":"7"}})").commands.size(), 1U) << name;
}

TEST(AlowareInbound, ReadsAddressFieldsAndSplitsAFullName) {
  const auto record = only_record(of(
      R"({"event":"Contact-Created","body":{"id":7,"name":"Ana Maria Lopez","phone_number":"(202) 555-0142",
      "address":"18 Lantern Row","city":"Marrowfield","state":"OH",
      "zip":43099,"country":"US","email":null}})"));
  const events::FieldSet expected{
      {Field::first_name, "Ana Maria"},      {Field::last_name, "Lopez"},
      {Field::phone, "+12025550142"},        {Field::address_line1, "18 Lantern Row"},
      {Field::address_city, "Marrowfield"},  {Field::address_state, "OH"},
      {Field::address_postal_code, "43099"}, {Field::address_country, "US"}};
  EXPECT_TRUE(record.fields == expected);
}

TEST(AlowareInbound, SeesAnOptOutInEveryFlag) {
  const auto dnc = fixture("aloware", "Contact-DNCUpdated.UNVERIFIED.json");
  EXPECT_TRUE(only_record(of(dnc)).opt_out_seen);
  for (const std::string sign : {R"("is_dnc":true)", R"("is_opted_out":1)", R"("is_blocked":"yes")",
                                 R"("unsubscribed":true)", R"("tags":["vip","Do not call"])"}) {
    const auto in_contact =
        R"({"event":"Contact-Updated","body":{"id":7,"phone_number":"+12025550142",)" + sign + "}}";
    EXPECT_TRUE(only_record(of(in_contact)).opt_out_seen) << sign;
    const auto in_call =
        R"({"event":"Call-Disposed","body":{"id":1,"contact_id":7,"contact":{"phone_number":"+12025550142",)"
        + sign + "}}}";
    EXPECT_TRUE(first_of<domain::ObserveRecord>(of(in_call)).opt_out_seen) << sign;
    for (const auto& body : {in_contact, in_call}) {
      const auto peek = peeked(body);
      EXPECT_TRUE(peek.maybe_opt_out) << sign;
      EXPECT_EQ(peek.addresses, (std::vector{PeekedAddress{Field::phone, "+12025550142"}})) << sign;
    }
  }
}

TEST(AlowareInbound, TakesContactAndTextOfAMessage) {
  const auto stop = of(fixture("aloware", "InboundSMS-DispositionCompleted-stop.json"));
  const auto& record = first_of<domain::ObserveRecord>(stop);
  EXPECT_TRUE(record.opt_out_seen);
  EXPECT_EQ(record.remote_id.value, "70000001") << "the contact's id, not the message's";
  EXPECT_EQ(record.fields.get(Field::last_name), "Tennerby");
  const auto hello = of(fixture("aloware", "InboundSMS-DispositionCompleted.json"));
  EXPECT_EQ(reasons(hello), "");
  const auto& told = first_of<domain::ObserveMessage>(hello);
  EXPECT_EQ(told.remote_id.value, "70000001");
  EXPECT_EQ(told.fields.get(Field::phone), "+12025550142");
  EXPECT_EQ(told.message.message_id, "90000005");
  EXPECT_EQ(told.message.conversation, "70000001/3001");
  EXPECT_TRUE(told.message.inbound);
  EXPECT_EQ(told.message.text.reveal(), "Is Thursday at 10 still open? \u2013 Marisol \u2713");
  EXPECT_EQ(told.message.stated_at, "2026-08-14T17:05:10.000000Z");
  const auto failed = of(fixture("aloware", "OutboundSMS-DispositionInvalid.json"));
  const auto& invalid = first_of<domain::ObserveMessage>(failed).message;
  EXPECT_FALSE(invalid.inbound);
  EXPECT_EQ(invalid.status, events::MessageStatus::failed);
  EXPECT_EQ(invalid.error_text, "Invalid");
}

TEST(AlowareInbound, TellsThePartsOfACallApart) {
  const std::vector<std::tuple<std::string, std::string, std::string>> parts{
      {"OutboundPhoneCall.json", "initiated", "initiated"},
      {"OutboundPhoneCall-DispositionCompleted.json", "disposed", "completed"},
      {"OutboundPhoneCall-DispositionFailed.json", "disposed", "failed"},
      {"InboundPhoneCall.json", "initiated", "initiated"},
      {"InboundPhoneCall-DispositionMissed.json", "disposed", "missed"},
      {"Call-Disposed.json", "call_disposed", "completed"},
      {"Recording-Saved.json", "recording", "completed"},
      {"transcription.open_search.saved.json", "transcript", "completed"},
      {"transcription.call.summarized.json", "summary", ""},
  };
  for (const auto& [file, part, status] : parts) {
    const auto& told = first_of<domain::ObserveCall>(of(fixture("aloware", file)));
    EXPECT_EQ(told.part, part) << file;
    EXPECT_EQ(told.call.status, status) << file;
    EXPECT_EQ(told.remote_id.value, "70000001") << file;
    EXPECT_EQ(told.call.inbound, file.starts_with("Inbound")) << file;
  }
}

TEST(AlowareInbound, ACallThatIsOverIsOverWhateverItsCode) {
  const auto status = [](const std::string& event, const std::string& codes) {
    return first_of<domain::ObserveCall>(of(R"({"event":")" + event
                                            + R"(","body":{"id":1,"contact_id":70000001)" + codes
                                            + "}}"))
        .call.status;
  };
  const std::string left = "OutboundPhoneCall-DispositionVoicemail";
  for (const auto* code : {"6", "8", "null", "\"6\"", "{}"})
    EXPECT_EQ(status(left, std::string(R"(,"current_status2":9,"disposition_status2":)") + code),
              "completed")
        << code;
  EXPECT_EQ(status(left, R"(,"current_status2":2)"), "completed") << "its name says so";
  EXPECT_EQ(status("Call-Disposed", ""), "completed");
  EXPECT_EQ(status("OutboundPhoneCall", R"(,"current_status2":9)"), "completed");
  EXPECT_EQ(status("OutboundPhoneCall", R"(,"current_status2":1)"), "initiated");
  EXPECT_EQ(status("OutboundPhoneCall", ""), "initiated");
  EXPECT_EQ(status("Recording-Saved", R"(,"current_status2":9,"disposition_status2":8)"),
            "completed");
  EXPECT_EQ(status("Recording-Saved", R"(,"current_status2":2)"), "") << "what was known stands";
  EXPECT_EQ(status(left, R"(,"current_status2":9,"disposition_status2":3)"), "missed");
}

TEST(AlowareInbound, ReadsEverythingThatACallTells) {
  const auto translation = of(fixture("aloware", "Call-Disposed.json"));
  EXPECT_EQ(first_of<domain::ObserveRecord>(translation).remote_id.value, "70000001");
  const auto& call = first_of<domain::ObserveCall>(translation).call;
  EXPECT_EQ(call.call_id, "90000001");
  EXPECT_EQ(call.their_number.reveal(), "+12025550142");
  EXPECT_EQ(call.our_number, "+13125550117");
  EXPECT_EQ(call.agent, "501");
  EXPECT_EQ(call.started_at, "2026-08-14T17:40:00.000000Z");
  EXPECT_EQ(call.updated_at, "2026-08-14T17:42:11.000000Z");
  EXPECT_EQ(call.duration_seconds, 116U);
  EXPECT_EQ(call.talk_seconds, 107U);
  EXPECT_EQ(call.disposition, "Interested");
  EXPECT_FALSE(call.recording.reveal().empty());
  EXPECT_FALSE(call.rating) << "null is no rating";
  auto rated = fixture("aloware", "Call-Disposed.json");
  const std::string none = R"("csat_score":null)";
  rated.replace(rated.find(none), none.size(), R"("csat_score":4)");
  EXPECT_EQ(first_of<domain::ObserveCall>(of(rated)).call.rating, events::CallRating{"4"});
  const auto named = of(R"({"event":"transcription.call.summarized","body":{"id":5,
    "communication_id":90000001,"contact_id":70000001,"summary":"They agreed."}})");
  EXPECT_EQ(first_of<domain::ObserveCall>(named).call.call_id, "90000001");
  const auto summarized = of(fixture("aloware", "transcription.call.summarized.json"));
  EXPECT_EQ(summarized.commands.size(), 1U) << "there is no contact in this body";
  EXPECT_FALSE(first_of<domain::ObserveCall>(summarized).call.summary.reveal().empty());
}

TEST(AlowareInbound, ACallThatNamesNobodyIsKeptForAPerson) {
  EXPECT_EQ(reasons(of(R"({"event":"Call-Disposed","body":{"id":1}})")), "missing_record_id");
  EXPECT_EQ(reasons(of(R"({"event":"Call-Disposed","body":{"contact_id":7}})")), "missing_call_id");
  EXPECT_EQ(reasons(of(R"({"event":"InboundSMS","body":{"id":1,"body":"hi"}})")),
            "missing_record_id");
}

TEST(AlowareInbound, TakesTheWordStopBeforeTheFlagIsSet) {
  const auto message = [](const std::string& event, int direction, const std::string& text) {
    return R"({"event":")" + event + R"(","body":{"id":9,"contact_id":7,"type":2,"direction":)"
           + std::to_string(direction) + R"(,"lead_number":"+12025550142","body":")" + text
           + R"(","contact":{"id":7,"is_opted_out":false}}})";
  };
  const auto stop = message("InboundSMS-DispositionCompleted", 1, "Stop.");
  EXPECT_TRUE(first_of<domain::ObserveRecord>(of(stop)).opt_out_seen);
  EXPECT_TRUE(peeked(stop).maybe_opt_out);
  EXPECT_EQ(peeked(stop).addresses.size(), 1U);
  const auto maybe =
      message("InboundSMS-DispositionCompleted", 1, "please make them stop texting me ok");
  EXPECT_TRUE(peeked(maybe).maybe_opt_out);
  const auto asked = first_of<domain::ObserveRecord>(of(maybe));
  EXPECT_FALSE(asked.opt_out_seen);
  ASSERT_EQ(asked.signs.size(), 1U);
  EXPECT_EQ(asked.signs[0].change, events::ConsentChange::review) << "a person decides";
  const auto start =
      first_of<domain::ObserveRecord>(of(message("InboundSMS-DispositionCompleted", 1, "START")));
  EXPECT_EQ(start.signs.at(0).change, events::ConsentChange::granted);
  EXPECT_EQ(start.signs.at(0).address.reveal(), "+12025550142");
  const auto ours = message("OutboundSMS-DispositionCompleted", 2, "STOP");
  EXPECT_FALSE(peeked(ours).maybe_opt_out);
  EXPECT_FALSE(first_of<domain::ObserveRecord>(of(ours)).opt_out_seen);
}

/// The settings call events otherwise than the wire, and a middleware may pass the
/// name under another member (requirement A1.3).
TEST(AlowareInbound, KnowsEventsByTheSettingsNamesToo) {
  const auto told = [](const std::string& name, const std::string& more) {
    return of(R"({"event":")" + name + R"(","body":{"id":9,"contact_id":7,)" + more
              + R"("lead_number":"+12025550142","body":"Stop.","recording_url":"https://a.test/r",)"
                R"("contact":{"id":7}}})");
  };
  const std::string call = R"("type":1,"direction":1,)", text = R"("type":2,"direction":1,)";
  EXPECT_EQ(first_of<domain::ObserveCall>(told("Communication Initiated", call)).part, "initiated");
  EXPECT_EQ(first_of<domain::ObserveCall>(told("Communication Disposed", call)).part, "disposed");
  for (const auto& [name, part] :
       {std::pair{"Call Disposed", "call_disposed"}, std::pair{"Recording Saved", "recording"},
        std::pair{"Transcription Saved", "transcript"}, std::pair{"Call Summarized", "summary"},
        std::pair{"Voicemail Saved", "voicemail"}})
    EXPECT_EQ(first_of<domain::ObserveCall>(told(name, call)).part, part) << name;
  const auto stop = told("Communication Disposed", text);
  EXPECT_TRUE(first_of<domain::ObserveMessage>(stop).message.inbound);
  EXPECT_TRUE(first_of<domain::ObserveRecord>(stop).opt_out_seen);
  EXPECT_EQ(reasons(of(R"({"event":"Communication Disposed","body":{"id":9,"type":11}})")),
            "unknown_event_type");
  for (const auto* member : {"type", "eventType"})
    EXPECT_EQ(of(std::string(R"({")") + member
                 + R"(":"Contact DNC Updated","body":{"id":7,"is_dnc":true}})")
                  .commands.size(),
              1U)
        << member;
  EXPECT_EQ(of(R"({"data":{"event":"Contact Updated"},"body":{"id":7,"first_name":"A"}})")
                .commands.size(),
            1U);
}

TEST(AlowareInbound, ReadsEscapedTextLikePlainText) {
  const auto body = fixture("aloware", "InboundSMS-DispositionCompleted-php-escapes.json");
  EXPECT_EQ(first_of<domain::ObserveMessage>(of(body)).message.text.reveal(),
            first_of<domain::ObserveMessage>(
                of(fixture("aloware", "InboundSMS-DispositionCompleted.json")))
                .message.text.reveal());
  EXPECT_EQ(
      only_record(of(R"({"event":"Contact-Updated","body":{"id":7,"timezone":"America\/New_York",
      "first_name":"Zo\u00eb"}})"))
          .fields.get(Field::first_name),
      "Zo\xC3\xAB");
}

TEST(AlowareInbound, AnswersThePingAndKeepsWhatItDoesNotKnow) {
  EXPECT_EQ(reasons(of(fixture("aloware", "test-payload.json"))), "test_ping");
  EXPECT_EQ(reasons(of(R"({"event":"Contact-Merged","body":{"id":1}})")), "unknown_event_type");
  EXPECT_EQ(reasons(of(R"({"Event":"x"})")), "no_event_type");
  EXPECT_EQ(reasons(of("")), "body_empty");
  EXPECT_EQ(reasons(of("{")), "body_not_json");
  EXPECT_EQ(reasons(of("[1]")), "body_not_an_object");
  EXPECT_EQ(reasons(of(R"({"event":"Contact-Created","body":{"phone_number":"+12025550142"}})")),
            "missing_record_id");
  EXPECT_EQ(reasons(of(R"({"event":"Contact-Created","body":{"id":1,"email":{}}})")), "wrong_type");
}

TEST(AlowareInbound, AppliesTheOptOutInABodyThatIsOtherwiseUnusable) {
  const auto no_id =
      of(R"({"event":"Contact-Created","body":{"is_dnc":true,"phone_number":"+12025550142",
      "first_name":"A"}})");
  EXPECT_EQ(reasons(no_id), "missing_record_id");
  EXPECT_TRUE(only_record(no_id).opt_out_seen);
  EXPECT_TRUE(only_record(no_id).fields == (events::FieldSet{{Field::phone, "+12025550142"}}));
  const auto unknown =
      of(R"({"event":"Contact-Merged","body":{"id":1,"contact_id":7,"is_dnc":true}})");
  EXPECT_EQ(only_record(unknown).remote_id.value, "7");
}

TEST(AlowareInbound, LosesNoFixture) {
  const auto files = webhook_files("aloware");
  ASSERT_GE(files.size(), 20U);
  for (const auto& file : files) {
    const auto body = fixture("aloware", file);
    const auto translation = of(body);
    EXPECT_FALSE(translation.commands.empty() && translation.skipped.empty()) << file;
    EXPECT_EQ(reasons(translation).find("unknown"), std::string::npos) << file;
    bool opt_out = false;
    for (const auto& command : translation.commands)
      if (const auto* record = std::get_if<domain::ObserveRecord>(&command))
        opt_out |= record->opt_out_seen;
    EXPECT_TRUE(!opt_out || peeked(body).maybe_opt_out) << file;
    EXPECT_EQ(peeked(body).delivery_id, "") << "Aloware names none";
  }
  EXPECT_EQ(aloware_connector.capabilities.repeat_window_seconds, 60U);
  for (const auto* body :
       {R"({"event":"Contact-Updated","body":{"id":7001,"contact":{"id":1}}})",
        R"({"event":"Contact-Updated","body":{"contact":{"id":"1"}}})",
        R"({"event":"InboundSms","body":{"id":55,"contact_id":1,"body":"hello"}})",
        R"({"event":"InboundSms","body":{"communication":{"id":55,"contact":{"id":1}}}})"})
    EXPECT_EQ(peeked(body).subject, "1") << body;
  EXPECT_EQ(peeked(R"({"event":"Contact-Created","body":{"id":7001}})").subject, "7001");
  EXPECT_EQ(peeked(R"({"event":"Contact-Created","body":{}})").subject, "");
}

} // namespace
} // namespace tidemark::connectors::testing::aloware_inbound_test
