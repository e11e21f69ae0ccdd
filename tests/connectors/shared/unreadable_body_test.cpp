#include "connectors/shared/recorded_inputs.hpp"
#include "connectors/shared/unreadable_body.hpp"

#include <gtest/gtest.h>

#include <string>

/// What nobody can read must not hide an opt-out (requirement O19).
namespace tidemark::connectors::test::unreadable_body_test {
namespace {

std::string utf16(std::string_view text) {
  std::string out = "\xFF\xFE";
  for (const char c : text)
    out += {c, '\0'};
  return out;
}

TEST(UnreadableBody, MayHoldAnOptOut) {
  const std::string text = R"({"from":"+12025550142","body":"STOP"})";
  for (const auto& body : {
           std::string("{\"from\":\"+12025550142\",\"body\":\"STOP\",\"senderName\":\"Jos\xE9\"}"),
           std::string("{\"body\":\"STOP\nThanks\"}"),
           std::string(R"({"body":"stop\nSent from my phone",})"),
           std::string(R"({"body":"Please stop texting me",})"),
           std::string(R"({"body":"STOP: please",})"),
           std::string(R"({"body":"\u0053TOP",})"),
           std::string(R"([{"body":"STOP"}])"),
           text + text,
           utf16(text),
           std::string("from=%2B12025550142&body=please+stop+texting+me"),
           std::string("Body=%53TOP"),
           std::string(R"({"type":"optout.stop",})"),
           std::string(R"({"is_dnc":0,"is_dnc":1,})"),
           std::string(R"({"dnd":true,})"),
           std::string(R"({"dnd" : "yes",})"),
           std::string(R"({dnd: true})"),
           std::string(R"({"dndSettings":{"SMS":{"status":"active"}},})"),
           std::string(R"({"dndSettings":{"SMS":{"status":"permanent"}},})"),
           std::string(R"({"tags":["DNC-SMS"],})"),
           std::string(R"({"event":"unsubscribed",})"),
           "{" + std::string(60'000, ',') + "\"a\":1," +
               [] {
                 std::string out;
                 for (int i = 0; i < 30'000; ++i)
                   out += "1,";
                 return out;
               }(),
       })
    EXPECT_TRUE(may_hold_opt_out(body)) << body.substr(0, 100);
}

TEST(UnreadableBody, RaisesNoAlarmWithoutASign) {
  for (const auto& body : {
           std::string(),
           std::string("\0\xFF\xFE", 3),
           std::string("{\"first_name\":\"Ren\xE9\",\"last_name\":\"Stopford\"}"),
           std::string(R"({"dnd":false,"is_dnc":0,"unsubscribe":null,"email":"a@example.com",})"),
           std::string(R"({"dndSettings":{"SMS":{"status":"inactive"}},})"),
           std::string(R"({"status":"active","body":"See you at nine",})"),
           std::string(R"({"type":"optout.help","body":"HELP",})"),
           std::string(R"({"stop":1,"body":"See you",})"),
           std::string("from=%2B12025550142&body=see+you"),
           std::string("\\"),
           std::string("{\"a\":\"\\u00"),
           std::string("a=%"),
       })
    EXPECT_FALSE(may_hold_opt_out(body)) << body;
}

domain::Translation stored(std::string_view connector, const std::string& body) {
  Settings settings;
  settings.name = ConnectorName(std::string(connector));
  settings.values["location_id"] = "loc-1";
  const Configured configured{find(connector), settings};
  events::StoredEvent event;
  event.attachment = body;
  events::WebhookReceived webhook;
  webhook.connector = settings.name;
  webhook.maybe_opt_out = configured.connector->peek({{}, body, {}}, settings).maybe_opt_out;
  return translate_stored(&configured, event, webhook);
}

std::string reasons(const domain::Translation& translation) {
  std::string out;
  for (const auto& part : translation.skipped)
    out += std::string(name_of(part.reason_code)) + " ";
  return out;
}

TEST(UnreadableBody, AnOptOutBesideBytesThatAreNoUtf8Applies) {
  const std::string who = R"("from":"+12025550142","senderName":")";
  const auto verity =
      stored("verity", R"({"type":"message.received","body":"STOP",)" + who + "Jos\xE9\"}");
  ASSERT_EQ(verity.commands.size(), 1U);
  const auto& record = std::get<domain::ObserveRecord>(verity.commands[0]);
  EXPECT_TRUE(record.opt_out_seen);
  EXPECT_EQ(record.fields.get(events::Field::phone), "+12025550142");
  EXPECT_EQ(reasons(verity), "body_not_utf8 ");
  const auto ghl = stored("gohighlevel", "{\"type\":\"ContactUpdate\",\"id\":\"c-1\",\"firstName\":"
                                         "\"Jos\xE9\",\"dnd\":true,\"locationId\":\"loc-1\"}");
  ASSERT_EQ(ghl.commands.size(), 1U);
  EXPECT_TRUE(std::get<domain::ObserveRecord>(ghl.commands[0]).opt_out_seen);
  EXPECT_FALSE(
      std::get<domain::ObserveRecord>(ghl.commands[0]).fields.has_value(events::Field::first_name));
  const auto message = stored(
      "gohighlevel", "{\"type\":\"InboundMessage\",\"contactId\":\"c-1\",\"messageId\":\"m\","
                     "\"direction\":\"inbound\",\"messageType\":\"SMS\",\"body\":\"stop\","
                     "\"locationId\":\"loc-1\",\"x\":\"\xE9\"}");
  ASSERT_EQ(message.commands.size(), 1U);
  EXPECT_EQ(std::get<domain::ObserveRecord>(message.commands[0]).signs.size(), 1U);
}

TEST(UnreadableBody, AStartBesideBytesThatAreNoUtf8OpensNothing) {
  const auto out = stored("verity", "{\"type\":\"message.received\",\"body\":\"START\","
                                    "\"from\":\"+12025550142\",\"x\":\"optout \xE9\"}");
  EXPECT_TRUE(out.commands.empty());
}

TEST(UnreadableBody, WhoseNobodyCanTellIsHeldForAPerson) {
  for (const auto* connector : {"verity", "gohighlevel", "aloware", "generic"}) {
    EXPECT_EQ(reasons(stored(connector, R"({"body":"STOP",})")),
              "body_not_json opt_out_unreadable ")
        << connector;
    EXPECT_EQ(reasons(stored(connector, R"([{"body":"STOP"}])")),
              "body_not_an_object opt_out_unreadable ")
        << connector;
    EXPECT_EQ(reasons(stored(connector, R"({"body":"hello",})")), "body_not_json ") << connector;
  }
}

} // namespace
} // namespace tidemark::connectors::test::unreadable_body_test
