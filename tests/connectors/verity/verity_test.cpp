#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "connectors/verity/verity.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::verity_test {
namespace {

using domain::DeliveryVerdict;
using events::Field;
using Json = nlohmann::json;

const Connector vendor = verity::connector();
constexpr std::string_view secret = "example-verity-webhook-secret";

Settings settings() {
  Settings out;
  out.name = ConnectorName("texting");
  out.values = {{"base_url", "https://verity.test"}, {"default_region", "US"}};
  for (const auto* key : {"texting_secret", "broadcast_secret"})
    out.secrets[key] = SecretText(std::string(secret));
  out.secrets["forward_secret"] = SecretText("forward-me");
  return out;
}

std::string verdict(const Headers& headers, std::string_view body, std::string_view channel,
                    const Settings& with = settings()) {
  const auto out = vendor.verify(request(headers, body, channel), with, at("2026-09-01T00:00:00Z"));
  if (const auto* forged = std::get_if<Forged>(&out))
    return std::string(name_of(forged->reason_code));
  return std::holds_alternative<Verified>(out) ? "verified" : "stale";
}

std::string lower(std::string text) {
  for (auto& c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

domain::Translation of(std::string_view body, bool stale = false) {
  return translated(vendor, settings(), body, "texting", stale);
}

Peek peeked(std::string_view body, std::string_view channel = "texting") {
  static const Headers none;
  return vendor.peek(request(none, body, channel), settings());
}

TEST(VeritySignature, AgreesWithEveryVector) {
  const auto content = Json::parse(fixture("verity", "signature-vectors.json"));
  ASSERT_EQ(content["vectors"].size(), 20U);
  for (const auto& vector : content["vectors"]) {
    Headers headers;
    for (const auto& [name, value] : vector["headers"].items())
      headers.emplace_back(lower(name), value);
    const auto body = vector.contains("body_file") ? fixture("verity", vector["body_file"])
                                                   : vector["body_utf8"].get<std::string>();
    ASSERT_EQ(to_hex(sha256(body)), vector["body_sha256"]);
    const bool broadcast = vector["id"].get<std::string>().find("broadcast") != std::string::npos;
    EXPECT_EQ(verdict(headers, body, broadcast ? "broadcast" : "texting") == "verified",
              vector["expect"] == "valid")
        << vector["id"];
  }
}

TEST(VeritySignature, LetsAWrongHmacBeFinal) {
  EXPECT_EQ(verdict({{"x-texting-signature", "00"}, {"x-texting-secret", std::string(secret)}},
                    "{}", "texting"),
            "bad_signature");
  EXPECT_EQ(
      verdict({{"x-signature", ""}, {"x-texting-secret", std::string(secret)}}, "{}", "texting"),
      "bad_signature");
}

TEST(VeritySignature, RefusesAFlippedBitAnywhere) {
  const auto body = fixture("verity", "message.received-stop.json");
  const auto mac = to_hex(hmac_sha256(secret, {body}));
  ASSERT_EQ(verdict({{"x-texting-signature", mac}}, body, "texting"), "verified");
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
    auto changed = body;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_EQ(verdict({{"x-texting-signature", mac}}, changed, "texting"), "bad_signature");
  }
}

TEST(VeritySignature, SaysOfAWrongHmacWhatCameAndHowTheRightOneBegins) {
  const auto right = to_hex(hmac_sha256(secret, {"{}"}));
  const Headers wrong{{"x-texting-signature", std::string(300, 'a')}};
  const auto outcome = vendor.verify({wrong, "{}", "texting"}, settings(), {});
  const auto* forged = std::get_if<Forged>(&outcome);
  ASSERT_NE(forged, nullptr);
  EXPECT_EQ(forged->received, std::string(200, 'a'));
  EXPECT_EQ(forged->computed_start, right.substr(0, 8));
  const Headers plain{{"x-texting-secret", "nearly-the-secret"}};
  const auto guessed = vendor.verify({plain, "{}", "texting"}, settings(), {});
  EXPECT_EQ(std::get<Forged>(guessed).received, "") << "it may be somebody's secret";
}

TEST(VeritySignature, TakesTheHmacWithItsNameBeforeIt) {
  const auto mac = to_hex(hmac_sha256(secret, {"{}"}));
  EXPECT_EQ(verdict({{"x-signature", "sha256=" + mac}}, "{}", "texting"), "verified");
  EXPECT_EQ(verdict({{"x-signature", "sha256=" + mac}}, "{ }", "texting"), "bad_signature");
  EXPECT_EQ(verdict({{"x-signature", "sha512=" + mac}}, "{}", "texting"), "bad_signature");
}

TEST(VeritySignature, CanRequireTheHmac) {
  auto strict = settings();
  strict.values["require_hmac"] = "true";
  EXPECT_EQ(verdict({{"x-texting-secret", std::string(secret)}}, "{}", "texting", strict),
            "plain_secret_refused");
  EXPECT_EQ(verdict({{"x-texting-signature", to_hex(hmac_sha256(secret, {"{}"}))}}, "{}", "texting",
                    strict),
            "verified");
}

TEST(VeritySignature, FailsClosedWithoutSecretAndWithDoubledHeaders) {
  auto open = settings();
  open.secrets.erase("texting_secret");
  EXPECT_EQ(verdict({{"x-texting-secret", ""}}, "{}", "texting", open), "secret_not_configured");
  EXPECT_EQ(verdict({{"x-texting-secret", std::string(secret)},
                     {"x-texting-secret", std::string(secret)}},
                    "{}", "texting"),
            "repeated_header");
}

TEST(VeritySignature, KeepsTheSecretsOfTheChannelsApart) {
  auto apart = settings();
  apart.secrets["broadcast_secret"] = SecretText("another");
  EXPECT_EQ(verdict({{"x-df-broadcast-secret", std::string(secret)}}, "{}", "broadcast", apart),
            "bad_secret");
  EXPECT_EQ(verdict({{"x-texting-secret", std::string(secret)}}, "{}", "broadcast"),
            "missing_signature");
}

TEST(VerityInbound, TakesTheSenderOfAMessageAsAContact) {
  const auto translation = of(fixture("verity", "message.received.json"));
  const auto record = first_of<domain::ObserveRecord>(translation);
  EXPECT_EQ(translation.kind, "message.received");
  EXPECT_EQ(record.connector.value, "texting");
  EXPECT_EQ(record.remote_id.value, "");
  EXPECT_TRUE(record.fields == (events::FieldSet{{Field::phone, "+12025550142"}}));
  EXPECT_FALSE(record.opt_out_seen);
  EXPECT_EQ(reasons(translation), "");
  const auto told = first_of<domain::ObserveMessage>(translation);
  EXPECT_EQ(told.fields.get(Field::phone), "+12025550142");
  EXPECT_TRUE(told.message.inbound);
  EXPECT_EQ(told.message.message_id, "b0000000-0000-4000-8000-000000000001");
  EXPECT_EQ(told.message.other_ids,
            (std::vector<std::string>{"f0000000-0000-4000-8000-000000000001"}));
  EXPECT_EQ(told.message.conversation, "a0000000-0000-4000-8000-000000000001");
  EXPECT_EQ(told.message.our_address, "+13125550117");
  EXPECT_EQ(told.message.stated_at, "2026-08-14T17:05:11.020000Z");
}

TEST(VerityInbound, CarriesPicturesWithATextAndAlone) {
  const auto told = [](const std::string& more) {
    return of(R"({"type":"message.received","direction":"inbound","from":"+12025550142",)"
              R"("messageId":"m",)"
              + more + "}");
  };
  const auto links = [](const domain::Translation& translation) {
    return first_of<domain::ObserveMessage>(translation).message.attachments;
  };
  const std::vector<std::string> one{"https://media.example.com/1"};
  EXPECT_EQ(links(told(R"("body":"See","media":[{"url":"https://media.example.com/1"}])")), one);
  EXPECT_EQ(links(told(R"("mediaUrls":["https://media.example.com/1"])")), one) << "no text at all";
  EXPECT_EQ(reasons(told(R"("body":"See","mediaUrls":["https://media.example.com/1"])")), "");
  const auto odd = told(R"("body":"STOP","media":[{"url":"https://media.example.com/1",)"
                        R"("content_type":"application/smil"}])");
  EXPECT_EQ(reasons(odd), "links_left_out");
  EXPECT_EQ(first_of<domain::ObserveMessage>(odd).message.text.reveal(), "STOP");
  EXPECT_TRUE(first_of<domain::ObserveRecord>(odd).opt_out_seen);
  EXPECT_EQ(
      links(of(R"({"type":"message.sent","direction":"outbound","to":"+12025550142",)"
               R"("messageId":"m","body":"hi","attachments":["https://media.example.com/1"]})")),
      one);
}

TEST(VerityInbound, TellsHowFarASentMessageCame) {
  using enum events::MessageStatus;
  const std::vector<std::pair<std::string, events::MessageStatus>> files{
      {"message.sent.json", sent},
      {"message.sent-without-conversation.json", sent},
      {"message.delivered.json", delivered},
      {"message.failed.json", failed},
  };
  for (const auto& [file, status] : files) {
    const auto translation = of(fixture("verity", file));
    EXPECT_EQ(translation.commands.size(), 1U) << file << ": sending makes nobody known";
    const auto told = first_of<domain::ObserveMessage>(translation);
    EXPECT_EQ(told.message.status, status) << file;
    EXPECT_FALSE(told.message.inbound) << file;
    EXPECT_EQ(told.fields.get(Field::phone), "+12025550142")
        << file << ": the person, not our line";
  }
  const auto blocked =
      first_of<domain::ObserveMessage>(of(fixture("verity", "message.failed.json")));
  EXPECT_EQ(blocked.message.error_code, "40300");
  EXPECT_EQ(blocked.message.error_text, "Blocked due to STOP message");
}

TEST(VerityInbound, ReadsTheNestedVariant) {
  const auto body = fixture("verity", "message.received-nested-variant.json");
  EXPECT_EQ(first_of<domain::ObserveRecord>(of(body)).fields.get(Field::phone), "+12025550142");
  EXPECT_EQ(peeked(body).delivery_id, "message.received/b0000000-0000-4000-8000-000000000012");
  EXPECT_EQ(first_of<domain::ObserveRecord>(
                of(R"({"event":"message.received","message":{"from":"2025550142","text":"hi"}})"))
                .fields.get(Field::phone),
            "+12025550142");
}

TEST(VerityInbound, ReadsTypeBeforeEventTypeBeforeEvent) {
  EXPECT_EQ(of(R"({"event":"c","eventType":"b","type":"a"})").kind, "a");
  EXPECT_EQ(of(R"({"event":"c","eventType":"b"})").kind, "b");
  EXPECT_EQ(of(R"({"event":"message.finalized"})").kind, "message.sent");
}

TEST(VerityInbound, SeesAStopOnlyInTheWholeMessage) {
  EXPECT_TRUE(first_of<domain::ObserveRecord>(of(fixture("verity", "message.received-stop.json")))
                  .opt_out_seen);
  const auto says = [](const std::string& text) {
    return R"({"type":"message.received","direction":"inbound","from":"+12025550142","messageId":"m","body":")"
           + text + "\"}";
  };
  for (const auto* text : {"stop", " Stop! ", "STOP ALL", "opt-out", "Opt out.", "unsubscribe me",
                           "STOP texting me", "Cancel", "quit.", "END"}) {
    EXPECT_TRUE(first_of<domain::ObserveRecord>(of(says(text))).opt_out_seen) << text;
    EXPECT_TRUE(peeked(says(text)).maybe_opt_out) << text;
  }
  for (const auto* text : {"see you at the weekend", "I recommend it", "send it",
                           "cancelled flight", "Yes please", ""}) {
    EXPECT_FALSE(first_of<domain::ObserveRecord>(of(says(text))).opt_out_seen) << text;
    EXPECT_FALSE(peeked(says(text)).maybe_opt_out) << text;
  }
  for (const auto* text :
       {"cancel my other appointment", "please do stop calling me all day", "where does it end"}) {
    EXPECT_FALSE(first_of<domain::ObserveRecord>(of(says(text))).opt_out_seen) << text;
    EXPECT_TRUE(peeked(says(text)).maybe_opt_out) << text;
    EXPECT_EQ(first_of<domain::ObserveRecord>(of(says(text))).signs.at(0).change,
              events::ConsentChange::review)
        << text;
  }
}

TEST(VerityInbound, TakesACarriersRefusalAsEvidenceOfAnOptOut) {
  const auto body = fixture("verity", "message.failed.json");
  const auto message = first_of<domain::ObserveMessage>(of(body));
  ASSERT_EQ(message.signs.size(), 1U);
  EXPECT_EQ(message.signs[0].change, events::ConsentChange::revoked);
  EXPECT_EQ(message.signs[0].evidence, events::Evidence::vendor_refusal);
  EXPECT_EQ(message.signs[0].address.reveal(), "+12025550142");
  EXPECT_TRUE(peeked(body).maybe_opt_out);
  EXPECT_EQ(peeked(body).addresses, (std::vector{PeekedAddress{Field::phone, "+12025550142"}}));
  EXPECT_FALSE(peeked(fixture("verity", "message.delivered.json")).maybe_opt_out);
}

TEST(VerityInbound, HearsARefusalInTheCarriersLastWordUnderTheNameOfSent) {
  const auto sent = [](const std::string& status, const std::string& code) {
    return R"({"eventType":"message.sent","messageId":"m1","direction":"outbound",)"
           R"("from":"+13125550117","to":"+12025550142","body":"hi","status":")"
           + status + R"(","errorCode":")" + code + "\"}";
  };
  const auto blocked = sent("failed", "40300");
  const auto message = first_of<domain::ObserveMessage>(of(blocked));
  EXPECT_EQ(message.message.status, events::MessageStatus::failed);
  ASSERT_EQ(message.signs.size(), 1U);
  EXPECT_EQ(message.signs[0].evidence, events::Evidence::vendor_refusal);
  EXPECT_TRUE(peeked(blocked).maybe_opt_out);
  EXPECT_NE(peeked(blocked).delivery_id, peeked(sent("sent", "")).delivery_id)
      << "not swallowed as a repeat of the first word";
  EXPECT_EQ(peeked(blocked).delivery_id, peeked(sent("failed", "40300")).delivery_id);
  EXPECT_FALSE(peeked(sent("failed", "40001")).maybe_opt_out);
  EXPECT_TRUE(first_of<domain::ObserveMessage>(of(sent("sent", "40300"))).signs.empty());
}

TEST(VerityInbound, NamesTheSenderAsTheOneWhoMayOptOut) {
  const auto peek = peeked(fixture("verity", "message.received-stop.json"));
  ASSERT_EQ(peek.addresses.size(), 1U);
  EXPECT_TRUE((peek.addresses[0] == PeekedAddress{Field::phone, "+12025550142"}));
  const auto event = R"({"eventType":"optout.stop","from":"+12025550142"})";
  EXPECT_TRUE(first_of<domain::ObserveRecord>(of(event)).opt_out_seen);
  EXPECT_TRUE(peeked(event).maybe_opt_out);
}

TEST(VerityInbound, NamesADeliveryWithoutTheTimeOfForwarding) {
  EXPECT_EQ(peeked(fixture("verity", "message.received.json")).delivery_id,
            "message.received/b0000000-0000-4000-8000-000000000001");
  EXPECT_NE(peeked(fixture("verity", "message.sent.json")).delivery_id,
            peeked(fixture("verity", "message.delivered.json")).delivery_id);
  EXPECT_EQ(peeked(R"({"eventType":"message.received"})").delivery_id, "");
  EXPECT_EQ(peeked(fixture("verity", "broadcast_completed.json"), "broadcast").delivery_id,
            "ba000000-0000-4000-8000-000000000001/broadcast_completed/2026-08-14T18:30:00.000Z");
}

TEST(VerityInbound, TellsARepeatOfAnOptOutByItsSenderAndWords) {
  const auto said = [](const std::string& from, const std::string& text, const std::string& at) {
    return peeked(R"({"type":"message.received","messageId":"m","from":")" + from + R"(","body":")"
                  + text + R"(","timestamp":")" + at + R"("})")
        .said;
  };
  const auto first = said("+12025550142", "STOP", "2026-08-14T16:00:00Z");
  EXPECT_EQ(said("+12025550142", "STOP", "2026-08-14T16:00:09Z"), first);
  EXPECT_NE(said("+12025550142", "stop it", "2026-08-14T16:00:00Z"), first);
  EXPECT_NE(said("+12025550143", "STOP", "2026-08-14T16:00:00Z"), first);
  EXPECT_EQ(said("+12025550142", "hello", "2026-08-14T16:00:00Z"), "");
}

TEST(VerityInbound, TellsOfBroadcasts) {
  const auto translation =
      translated(vendor, settings(), fixture("verity", "broadcast_completed.json"), "broadcast");
  EXPECT_EQ(translation.broadcasts.size(), 1U);
  EXPECT_EQ(reasons(translation), "");
  EXPECT_EQ(reasons(translated(vendor, settings(), R"({"eventType":"x"})", "broadcast")),
            "missing_required_fields");
}

TEST(VerityInbound, RecordsWhyNothingFollows) {
  EXPECT_EQ(reasons(of("{}")), "no_event_type");
  EXPECT_EQ(reasons(of(R"({"type":"brand.new"})")), "unknown_event_type");
  EXPECT_EQ(reasons(of(R"({"type":"message.received","direction":"inbound"})")), "missing_sender");
  EXPECT_EQ(reasons(of(R"({"type":"message.received","direction":"inbound","from":"BANK"})")),
            "sender_is_no_phone_number");
  EXPECT_EQ(reasons(of("{")), "body_not_json");
  EXPECT_EQ(reasons(of("[]")), "body_not_an_object");
  EXPECT_TRUE(of(fixture("verity", "message.received.json"), true).commands.empty());
  EXPECT_TRUE(
      first_of<domain::ObserveRecord>(of(fixture("verity", "message.received-stop.json"), true))
          .opt_out_seen);
}

TEST(VerityInbound, HoldsAStopOfWhichNobodyCanTellWhoseItIs) {
  for (const auto* from : {"BANK", "+1202555014", "+12025550142,+12025550199", "40404"}) {
    const std::string sender = std::string(R"("from":")") + from + R"("})";
    EXPECT_EQ(reasons(of(R"({"type":"message.received","body":"Stop!",)" + sender)),
              "opt_out_unreadable")
        << from;
    EXPECT_EQ(reasons(of(R"({"type":"optout.stop",)" + sender)), "opt_out_unreadable") << from;
    EXPECT_EQ(reasons(of(R"({"type":"message.received","body":"stop by at 5",)" + sender)),
              "opt_out_unreadable")
        << "a person has to read it";
    EXPECT_EQ(reasons(of(R"({"type":"message.received","body":"hello",)" + sender)),
              "sender_is_no_phone_number");
  }
}

TEST(VerityInbound, TakesAnIncomingMessageForOneWhateverTheBodyIsCalled) {
  const std::string body =
      R"({"data":{"direction":"inbound","from":"+12025550142","body":"stop"}})";
  EXPECT_TRUE(peeked(body).maybe_opt_out);
  EXPECT_TRUE(first_of<domain::ObserveRecord>(of(body)).opt_out_seen);
  EXPECT_EQ(reasons(of(R"({"data":{"direction":"outbound","to":"+12025550142","body":"hi"}})")),
            "no_event_type");
}

TEST(VerityInbound, TakesAStopFromAnEventThatItDoesNotKnow) {
  const std::string body = R"({"type":"sms.incoming","direction":"inbound","from":"+12025550142",)";
  EXPECT_TRUE(first_of<domain::ObserveRecord>(of(body + R"("body":"STOP"})")).opt_out_seen);
  EXPECT_EQ(reasons(of(body + R"("body":"hello"})")), "unknown_event_type");
}

TEST(VerityInbound, HoldsAMessageWhoseTextIsNone) {
  for (const auto* text : {R"(["stop"])", R"({"text":"stop"})"}) {
    const auto body =
        std::string(R"({"type":"message.received","from":"+12025550142","body":)") + text + "}";
    EXPECT_EQ(reasons(of(body)), "wrong_type opt_out_unreadable") << text;
    EXPECT_TRUE(peeked(body).maybe_opt_out) << text;
  }
  EXPECT_EQ(reasons(of(R"({"type":"message.received","from":"+12025550142","body":null})")), "");
}

TEST(VerityInbound, AnswersWhatVerityExpects) {
  for (const auto& channel : vendor.channels)
    EXPECT_EQ(Json::parse(channel.acknowledgement),
              Json::parse(R"({"success":true,"message":"Webhook received"})"));
}

events::DeliveryIntended forwarded() {
  events::DeliveryIntended out;
  out.forward = Position{7};
  return out;
}

const std::vector<std::pair<std::string, std::string>> kept{{"x-ghl-signature", "c2ln"},
                                                            {"x-other", "no"}};

NextStep after(const events::DeliveryIntended& intent, std::vector<Exchange> exchanges,
               const Settings& with = settings(), std::string_view body = "{\"a\": 1.0}\n") {
  DeliveryWork work{intent, {}, 1, false, at("2026-09-01T00:00:00Z"), exchanges, body, kept};
  return vendor.next(work, with);
}

TEST(VerityDelivery, HasNoContactCallsOfItsOwn) {
  EXPECT_FALSE(vendor.capabilities.contact_api);
  EXPECT_EQ(vendor.capabilities.forwards_from, "gohighlevel");
  EXPECT_EQ(std::get<Conclude>(after({}, {})).delivery_result.reason_code,
            Reason::target_has_no_contact_api);
}

TEST(VerityDelivery, ForwardsTheBodyByteForByteWithItsSignature) {
  const auto send = std::get<Send>(after(forwarded(), {}));
  EXPECT_TRUE(send.effect);
  EXPECT_EQ(send.request.method, "POST");
  EXPECT_EQ(send.request.url, "https://verity.test/api/integrations/ghl/webhook");
  EXPECT_EQ(send.request.body, "{\"a\": 1.0}\n");
  EXPECT_EQ(header_of(send.request, "x-ghl-signature"), "c2ln");
  EXPECT_EQ(header_of(send.request, "X-Middleware-Forwarded"), "true");
  EXPECT_EQ(header_of(send.request, "X-Middleware-Secret"), "forward-me");
  EXPECT_EQ(header_of(send.request, "x-other"), "");
}

TEST(VerityDelivery, CanProveItselfWithAnHmacAndAtAnotherAddress) {
  auto with = settings();
  with.values["forward_secret_form"] = "hmac";
  with.values["forward_url"] = "https://forward.test/";
  const auto send = std::get<Send>(after(forwarded(), {}, with));
  EXPECT_EQ(send.request.url, "https://forward.test/api/integrations/ghl/webhook");
  EXPECT_EQ(header_of(send.request, "X-Middleware-Secret"),
            to_hex(hmac_sha256("forward-me", {"{\"a\": 1.0}\n"})));
}

/// It went on, as every body does, but nobody can be written to by it.
TEST(VerityDelivery, ARecordWithoutAnAddressIsTakenAndNoMore) {
  const auto reason = [](const std::string& body) {
    const auto step =
        after(forwarded(), {{"forward", answer(200, R"({"success":true})")}}, settings(), body);
    return std::get<Conclude>(step).delivery_result.reason_code;
  };
  EXPECT_EQ(reason(R"({"type":"ContactUpdate","firstName":"Ann"})"), Reason::taken_without_address);
  EXPECT_EQ(reason(R"({"type":"ContactCreate","phone":" ","email":null})"),
            Reason::taken_without_address);
  EXPECT_EQ(reason(R"({"type":"ContactCreate","email":"a@example.com"})"), Reason::accepted);
  EXPECT_EQ(reason(R"({"type":"NoteCreate","body":"x"})"), Reason::accepted);
  EXPECT_EQ(reason(R"({"type":"ContactDelete","id":"1"})"), Reason::accepted);
}

TEST(VerityDelivery, JudgesAnswersToAForwardedBody) {
  const auto judged = [](const HttpAnswer& what) {
    return std::get<Conclude>(after(forwarded(), {{"forward", what}})).delivery_result;
  };
  EXPECT_EQ(judged(answer(200, R"({"success":true})")).verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(judged(answer(202, "")).verdict, DeliveryVerdict::accepted);
  EXPECT_EQ(judged(answer(200, "<html>", "text/html; charset=utf-8")).verdict,
            DeliveryVerdict::unknown);
  EXPECT_EQ(judged(answer(401, "Unauthorized")).verdict, DeliveryVerdict::unauthorized);
  EXPECT_EQ(judged(answer(400, "Invalid JSON")).verdict, DeliveryVerdict::rejected);
  EXPECT_EQ(judged(answer(404, "")).verdict, DeliveryVerdict::retry);
  EXPECT_EQ(judged(answer(500, "")).verdict, DeliveryVerdict::retry);
  EXPECT_EQ(judged(no_answer(Reason::timeout, true)).verdict, DeliveryVerdict::unknown);
  EXPECT_EQ(judged(no_answer(Reason::connect_failed, false)).verdict, DeliveryVerdict::retry);
  EXPECT_EQ(std::get<Conclude>(after(forwarded(), {}, settings(), "")).delivery_result.reason_code,
            Reason::nothing_to_forward);
}

TEST(VeritySettings, NamesWhatIsMissing) {
  EXPECT_TRUE(vendor.check(settings()).empty());
  Settings empty;
  EXPECT_EQ(vendor.check(empty).size(), 2U);
  empty.values["receives"] = "false";
  EXPECT_TRUE(vendor.check(empty).empty()) << "who only listens needs no address";
  auto odd = settings();
  odd.values["forward_secret_form"] = "both";
  ASSERT_EQ(vendor.check(odd).size(), 1U);
  EXPECT_EQ(vendor.check(odd)[0].code, "bad_forward_secret_form");
}

} // namespace
} // namespace tidemark::connectors::testing::verity_test
