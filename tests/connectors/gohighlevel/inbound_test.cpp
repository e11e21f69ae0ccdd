#include "connectors/gohighlevel/gohighlevel.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::connectors::testing::gohighlevel_inbound_test {
namespace {

using events::Field;

const Connector ghl = gohighlevel::connector();

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values = {{"location_id", "LOCexample0000000001"}, {"default_region", "US"}};
  return out;
}

domain::Translation of(std::string_view body, bool stale = false) {
  return translated(ghl, settings(), body, "", stale);
}

Peek peeked(std::string_view body, std::string_view channel = "") {
  static const Headers none;
  return ghl.peek(request(none, body, channel), settings());
}

TEST(GoHighLevelInbound, TakesNoWordsFromWhatWasLoggedUnderOurOwnProvider) {
  const auto body = R"({"type":"InboundMessage","direction":"inbound","messageType":"SMS",)"
                    R"("contactId":"C1","messageId":"m","from":"+12025550142","body":"STOP",)"
                    R"("conversationProviderId":"ours"})";
  auto configured = settings();
  EXPECT_EQ(first_of<domain::ObserveMessage>(translated(ghl, configured, body)).signs.size(), 1U);
  configured.values["conversation_provider_id"] = "ours";
  EXPECT_TRUE(first_of<domain::ObserveMessage>(translated(ghl, configured, body)).signs.empty());
  configured.values["conversation_provider_id"] = "others";
  EXPECT_EQ(first_of<domain::ObserveMessage>(translated(ghl, configured, body)).signs.size(), 1U);
}

TEST(GoHighLevelInbound, ReadsEveryFieldOfACreatedContact) {
  const auto translation = of(fixture("gohighlevel", "ContactCreate.json"));
  const auto& record = only_record(translation);
  EXPECT_EQ(translation.kind, "ContactCreate");
  EXPECT_TRUE(translation.skipped.empty());
  EXPECT_EQ(record.connector.value, "crm");
  EXPECT_EQ(record.remote_id.value, "CONexample0000000001");
  EXPECT_EQ(record.source_version, "2026-08-14T15:02:12.019000Z");
  EXPECT_FALSE(record.removed);
  EXPECT_FALSE(record.opt_out_seen);
  const events::FieldSet expected{{Field::first_name, "Marisol"},
                                  {Field::last_name, "Tennerby"},
                                  {Field::phone, "+12025550142"},
                                  {Field::email, "marisol.tennerby@example.com"},
                                  {Field::company, "Tennerby Joinery"},
                                  {Field::address_line1, "18 Lantern Row"},
                                  {Field::address_city, "Marrowfield"},
                                  {Field::address_state, "OH"},
                                  {Field::address_postal_code, "43099"},
                                  {Field::address_country, "US"},
                                  {Field::source, "web form"}};
  EXPECT_TRUE(record.fields == expected);
}

TEST(GoHighLevelInbound, TakesTheSendersTimeSoThatLateEditsCanBeOrdered) {
  const auto earlier = only_record(of(fixture("gohighlevel", "ContactCreate.json")));
  const auto later = only_record(of(fixture("gohighlevel", "ContactUpdate.json")));
  EXPECT_LT(earlier.source_version, later.source_version);
  const auto zoned =
      of(R"({"type":"ContactUpdate","timestamp":"2026-08-14T18:00:00+02:00","id":"C"})");
  EXPECT_EQ(only_record(zoned).source_version, "2026-08-14T16:00:00.000000Z");
  const auto updated =
      of(R"({"type":"ContactUpdate","dateUpdated":"2026-08-14T18:00:00Z","id":"C"})");
  EXPECT_EQ(only_record(updated).source_version, "2026-08-14T18:00:00.000000Z");
  EXPECT_EQ(only_record(of(R"({"type":"ContactUpdate","timestamp":17,"id":"C"})")).source_version,
            "");
}

TEST(GoHighLevelInbound, TellsADeletionWithoutRepeatingItsLastState) {
  const auto record = only_record(of(fixture("gohighlevel", "ContactDelete.json")));
  EXPECT_TRUE(record.removed);
  EXPECT_TRUE(record.fields.empty());
  EXPECT_EQ(record.remote_id.value, "CONexample0000000001");
}

TEST(GoHighLevelInbound, SeesEveryFormOfDoNotDisturb) {
  for (const auto* file : {"ContactDndUpdate.json", "ContactDndUpdate-all-channels.json",
                           "ContactDndUpdate-permanent-sms.json"})
    EXPECT_TRUE(only_record(of(fixture("gohighlevel", file))).opt_out_seen) << file;
  for (const auto* sign :
       {R"("dnd":true)", R"("dnd":"true")", R"("dnd":1)", R"("dnd":{"x":1})",
        R"("dndSettings":{"SMS":{"status":"active"}})",
        R"("dndSettings":{"RCS":{"status":"PERMANENT"}})", R"("dndSettings":{"sms":"active"})",
        R"("dndSettings":{"SMS":{"status":"some-new-word"}})",
        R"("inboundDndSettings":{"all":{"status":"active"}})", R"("tags":["vip","DNC-SMS"])",
        R"("tags":["SMS Opted Out"])", R"("tags":"new lead, do not call")"}) {
    const auto body =
        std::string(R"({"type":"ContactUpdate","id":"C","phone":"+12025550142",)") + sign + "}";
    EXPECT_TRUE(only_record(of(body)).opt_out_seen) << sign;
    EXPECT_TRUE(peeked(body).maybe_opt_out) << sign;
    EXPECT_EQ(peeked(body).addresses.size(), 1U) << sign;
  }
}

TEST(GoHighLevelInbound, SeesNoOptOutWhereNoneIs) {
  for (const auto* sign :
       {R"("dnd":false)", R"("dnd":null)", R"("dnd":"")", R"("dndSettings":null)",
        R"("dndSettings":{"SMS":{"status":"inactive","message":"","code":""},"Call":{}})",
        R"("tags":["vip","weekend offers","stopover","Richmond NC"])", R"("tags":[])"}) {
    const auto body = std::string(R"({"type":"ContactUpdate","id":"C",)") + sign + "}";
    EXPECT_FALSE(only_record(of(body)).opt_out_seen) << sign;
    EXPECT_FALSE(peeked(body).maybe_opt_out) << sign;
  }
}

TEST(GoHighLevelInbound, AcceptsTheNamesOfBothVendorAndMiddleware) {
  for (const auto* name : {"ContactCreate", "ContactUpdate", "ContactTagUpdate", "ContactDndUpdate",
                           "contact.created", "contact.updated", "contact.changed", "tag.added"})
    EXPECT_EQ(only_record(of(std::string(R"({"type":")") + name + R"(","contactId":"C"})"))
                  .remote_id.value,
              "C")
        << name;
  EXPECT_TRUE(only_record(of(R"({"event":"contact.deleted","contactId":"C"})")).removed);
  EXPECT_EQ(only_record(of(R"({"eventType":"contact.updated","id":"C"})")).remote_id.value, "C");
}

TEST(GoHighLevelInbound, InfersTheTypeOfABodyWithoutOne) {
  EXPECT_EQ(only_record(of(R"({"contact_id":"C","first_name":"Ana","company_name":"Acme"})"))
                .fields.get(Field::company),
            "Acme");
  EXPECT_EQ(only_record(of(R"({"id":"C","email":"a@example.com","type":"lead"})")).remote_id.value,
            "C");
  EXPECT_EQ(of(R"({"calendarId":"K","id":"A"})").kind, "appointment.created");
  EXPECT_EQ(reasons(of(R"({"calendarId":"K","id":"A"})")), "missing_record_id");
  EXPECT_EQ(reasons(of("{}")), "no_event_type");
  EXPECT_EQ(reasons(of(R"({"id":"C"})")), "no_event_type");
}

TEST(GoHighLevelInbound, TurnsNumericIdsIntoText) {
  EXPECT_EQ(only_record(of(R"({"type":"ContactUpdate","id":90000001})")).remote_id.value,
            "90000001");
  EXPECT_EQ(
      only_record(of(R"({"type":"ContactUpdate","id":18446744073709551615})")).remote_id.value,
      "18446744073709551615");
  EXPECT_EQ(peeked(R"({"type":"ContactUpdate","webhookId":42})").delivery_id, "42");
}

TEST(GoHighLevelInbound, FindsNestedContacts) {
  const auto record =
      only_record(of(R"({"type":"ContactUpdate","data":{"id":"C","firstName":"Ana"}})"));
  EXPECT_EQ(record.remote_id.value, "C");
  EXPECT_EQ(record.fields.get(Field::first_name), "Ana");
  EXPECT_EQ(only_record(of(R"({"type":"contact.updated","contact":{"id":7}})")).remote_id.value,
            "7");
}

TEST(GoHighLevelInbound, QuarantinesAContactWithoutItsId) {
  for (const auto* id : {"", R"("id":"",)", R"("id":"  ",)", R"("id":null,)", R"("id":{},)"})
    EXPECT_EQ(
        reasons(of(std::string(R"({"type":"ContactUpdate",)") + id + R"("firstName":"Ana"})")),
        "missing_record_id")
        << id;
}

TEST(GoHighLevelInbound, DistinguishesEmptyFromUnstated) {
  const auto fields =
      only_record(of(R"({"type":"ContactUpdate","id":"C","companyName":"","city":null})")).fields;
  ASSERT_NE(fields.find(Field::company), nullptr);
  EXPECT_EQ(*fields.find(Field::company), "");
  EXPECT_EQ(fields.find(Field::address_city), nullptr);
  EXPECT_EQ(fields.find(Field::email), nullptr);
}

TEST(GoHighLevelInbound, NormalisesPhonesWithTheConfiguredRegion) {
  const auto body = R"({"type":"ContactUpdate","id":"C","phone":" (202) 555-0142 "})";
  EXPECT_EQ(only_record(of(body)).fields.get(Field::phone), "+12025550142");
  auto german = settings();
  german.values["default_region"] = "DE";
  EXPECT_EQ(only_record(translated(ghl, german,
                                   R"({"type":"ContactUpdate","id":"C","phone":"030 901820"})"))
                .fields.get(Field::phone),
            "+4930901820");
}

TEST(GoHighLevelInbound, SplitsAFullNameOnlyWhereNoPartsAreStated) {
  const auto split =
      only_record(of(R"({"type":"ContactUpdate","id":"C","name":"Ana Maria Lopez"})"));
  EXPECT_EQ(split.fields.get(Field::first_name), "Ana Maria");
  EXPECT_EQ(split.fields.get(Field::last_name), "Lopez");
  const auto parts =
      only_record(of(R"({"type":"ContactUpdate","id":"C","name":"ana lopez","firstName":"Ana"})"));
  EXPECT_EQ(parts.fields.get(Field::first_name), "Ana");
  EXPECT_EQ(parts.fields.find(Field::last_name), nullptr);
}

TEST(GoHighLevelInbound, DoesNotTakeATagForOurOwnEcho) {
  const auto body =
      R"({"type":"ContactUpdate","id":"C","tags":["SYS:df_middleware_origin"],"city":"X"})";
  EXPECT_EQ(only_record(of(body)).fields.get(Field::address_city), "X")
      << "a mark that stays would silence every later edit by a person";
}

TEST(GoHighLevelInbound, SkipsOtherLocations) {
  EXPECT_EQ(reasons(of(R"({"type":"ContactUpdate","id":"C","locationId":"LOCother"})")),
            "other_location");
  EXPECT_EQ(
      reasons(of(R"({"type":"ContactUpdate","id":"C","altId":"LOCother","altType":"location"})")),
      "other_location");
  EXPECT_EQ(only_record(of(R"({"type":"ContactUpdate","id":"C","altId":"X","altType":"company"})"))
                .remote_id.value,
            "C");
}

TEST(GoHighLevelInbound, KeepsKindsOfLaterWorkAndUnknownTypes) {
  for (const auto* file : {"NoteCreate.json", "TaskCreate.json", "INSTALL-company.json",
                           "UNINSTALL.json", "ConversationUnreadUpdate.json"})
    EXPECT_EQ(reasons(of(fixture("gohighlevel", file))), "kind_of_later_work") << file;
  const auto unknown = of("{\"type\":\"Made\\nUp <Event>\",\"id\":\"C\"}");
  EXPECT_EQ(reasons(unknown), "unknown_event_type");
  EXPECT_EQ(unknown.kind, "Made?Up ?Event?");
}

TEST(GoHighLevelInbound, SaysWhoseABodyIsThatNothingElseIsReadFrom) {
  for (const auto* file : {"NoteCreate.json", "TaskCreate.json", "ConversationUnreadUpdate.json"}) {
    const auto translation = of(fixture("gohighlevel", file));
    EXPECT_TRUE(translation.may_go_on) << file;
    ASSERT_EQ(translation.commands.size(), 1U) << file;
    const auto& mention = std::get<domain::ObserveMention>(translation.commands[0]);
    EXPECT_EQ(mention.connector, settings().name) << file;
    EXPECT_FALSE(mention.remote_id.value.empty()) << file;
  }
  for (const auto* file : {"INSTALL-company.json", "UNINSTALL.json"}) // about no contact
    EXPECT_TRUE(of(fixture("gohighlevel", file)).commands.empty()) << file;
  const auto unknown = of(R"({"type":"MadeUp","id":"X","contactId":"C"})");
  EXPECT_EQ(std::get<domain::ObserveMention>(unknown.commands.at(0)).remote_id.value, "C");
}

TEST(GoHighLevelInbound, AnAppointmentsBodyGoesOnByACommandOfItsOwn) {
  const auto translation = of(fixture("gohighlevel", "AppointmentCreate.json"));
  ASSERT_EQ(translation.commands.size(), 2U);
  const auto& appointment = std::get<domain::ObserveAppointment>(translation.commands[0]);
  EXPECT_EQ(std::get<domain::ObserveMention>(translation.commands[1]).remote_id,
            appointment.remote_id);
}

TEST(GoHighLevelInbound, WhatAsksForATextAndWhatIsStaleGoesOnToNobody) {
  const auto asked =
      translated(ghl, settings(),
                 R"({"contactId":"C","messageId":"M","type":"SMS","phone":"+12025550142",)"
                 R"("message":"Hi"})",
                 "provider-delivery");
  EXPECT_EQ(asked.commands.size(), 1U);
  EXPECT_FALSE(asked.may_go_on);
  EXPECT_FALSE(of(R"({"type":"ContactUpdate","id":"C","locationId":"LOCother"})").may_go_on);
  const auto workflow = of(R"({"contact_id":"C1","first_name":"Ana","phone":"+12025550142"})");
  EXPECT_EQ(workflow.commands.size(), 1U);
  EXPECT_FALSE(workflow.may_go_on);
  EXPECT_FALSE(of(fixture("gohighlevel", "ContactUpdate.json"), true).may_go_on);
  const auto held = of(R"({"type":"ContactUpdate","id":"C","contactId":"C","email":{"a":1}})");
  EXPECT_EQ(reasons(held), "wrong_type");
  EXPECT_FALSE(held.may_go_on);
  EXPECT_TRUE(held.commands.empty());
}

TEST(GoHighLevelInbound, QuarantinesWhatIsNoReadableObject) {
  EXPECT_EQ(reasons(of("")), "body_empty");
  EXPECT_EQ(reasons(of("{\"type\":\"ContactUpdate\"")), "body_not_json");
  EXPECT_EQ(reasons(of("phone=1&type=ContactUpdate")), "body_not_json");
  EXPECT_EQ(reasons(of("\"ContactUpdate\"")), "body_not_an_object");
  EXPECT_EQ(reasons(of("{\"type\":\"ContactUpdate\",\"id\":\"\xFF\"}")), "body_not_utf8");
  EXPECT_EQ(reasons(of(R"({"type":"ContactUpdate","id":"C","email":"a@x.com","email":"b@x.com"})")),
            "duplicate_key");
  EXPECT_EQ(reasons(of("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}")),
            "body_too_deep");
  EXPECT_EQ(of("").skipped.at(0).outcome, events::Outcome::quarantined);
}

TEST(GoHighLevelInbound, QuarantinesWrongTypesButKeepsTheirOptOut) {
  const auto wrong = of(R"({"type":"ContactUpdate","id":"C","email":["a@x.com"],"city":true})");
  EXPECT_EQ(reasons(wrong), "wrong_type");
  EXPECT_TRUE(wrong.commands.empty());
  EXPECT_NE(wrong.skipped.at(0).text.find("email, city"), std::string::npos);
  const auto opted = of(
      R"({"type":"ContactUpdate","id":"C","email":[],"phone":"+12025550142","city":"X","dnd":true})");
  EXPECT_EQ(reasons(opted), "wrong_type");
  EXPECT_TRUE(only_record(opted).opt_out_seen);
  EXPECT_TRUE(only_record(opted).fields == (events::FieldSet{{Field::phone, "+12025550142"}}));
}

TEST(GoHighLevelInbound, AppliesOnlyTheOptOutOfAStaleBody) {
  const auto plain = of(fixture("gohighlevel", "ContactUpdate.json"), true);
  EXPECT_TRUE(plain.commands.empty());
  EXPECT_EQ(reasons(plain), "stale");
  const auto opted = of(fixture("gohighlevel", "ContactDndUpdate-all-channels.json"), true);
  EXPECT_EQ(reasons(opted), "stale");
  EXPECT_TRUE(only_record(opted).opt_out_seen);
  EXPECT_EQ(only_record(opted).fields.find(Field::address_city), nullptr);
  EXPECT_EQ(only_record(opted).source_version, "");
  EXPECT_EQ(reasons(of(fixture("gohighlevel", "NoteCreate.json"), true)), "stale");
  EXPECT_TRUE(of(fixture("gohighlevel", "InboundMessage-sms.json"), true).commands.empty());
  const auto stop = of(fixture("gohighlevel", "InboundMessage-sms-stop.json"), true);
  EXPECT_EQ(reasons(stop), "stale");
  ASSERT_EQ(only_record(stop).signs.size(), 1u);
  EXPECT_TRUE(only_record(stop).signs[0].stale);
  EXPECT_EQ(only_record(stop).signs[0].change, events::ConsentChange::revoked);
}

TEST(GoHighLevelInbound, NamesTheDeliveryByWebhookIdOrMessage) {
  EXPECT_EQ(peeked(fixture("gohighlevel", "ContactCreate.json")).delivery_id,
            "5f1c2d3e-0000-4000-8000-000000000001");
  EXPECT_EQ(peeked(R"({"type":"ContactUpdate","id":"C"})").delivery_id, "");
  EXPECT_EQ(peeked("not json").delivery_id, "");
  // Whoever has an account of theirs signed for must not learn who opted out of ours.
  EXPECT_EQ(peeked(R"({"locationId":"LOCother","phone":"+12025550142","messageId":"m"})",
                   "provider-delivery")
                .text_to,
            "");
  const auto typed = fixture("gohighlevel", "ProviderOutboundMessage-sms.json");
  EXPECT_EQ(peeked(typed, "provider-delivery").delivery_id,
            "provider-delivery/MSGexample0000000009");
}

TEST(GoHighLevelInbound, TakesWhatAnAgentWroteAsToBeSent) {
  const auto typed = fixture("gohighlevel", "ProviderOutboundMessage-sms.json");
  const auto told =
      first_of<domain::ObserveMessage>(translated(ghl, settings(), typed, "provider-delivery"));
  EXPECT_TRUE(told.message.to_be_sent);
  EXPECT_FALSE(told.message.inbound);
  EXPECT_EQ(told.message.message_id, "MSGexample0000000009");
  EXPECT_EQ(told.message.their_address.reveal(), "+12025550142");
  EXPECT_EQ(told.message.text.reveal(), "Your installer is on the way.");
  EXPECT_EQ(told.remote_id.value, "CONexample0000000001");
  EXPECT_EQ(told.fields.get(Field::phone), "+12025550142") << "the number finds the person too";
  EXPECT_EQ(told.message.stated_at, "2026-08-14T16:00:00.000000Z") << "when it came";
  const auto odd = first_of<domain::ObserveMessage>(
      translated(ghl, settings(),
                 R"({"contactId":"C","messageId":"M","type":"SMS","phone":"BANK","message":"Hi",)"
                 R"("dateAdded":"2026-08-14T15:55:10.331Z"})",
                 "provider-delivery"));
  EXPECT_TRUE(odd.fields.empty());
  EXPECT_EQ(odd.message.stated_at, "2026-08-14T15:55:10.331000Z");
  const auto early = first_of<domain::ObserveMessage>(translated(
      ghl, settings(),
      R"({"contactId":"C","messageId":"M","message":"Hi","dateAdded":"2027-01-01T00:00:00Z"})",
      "provider-delivery"));
  EXPECT_EQ(early.message.stated_at, "2026-08-14T16:00:00.000000Z") << "never later than it came";
  EXPECT_EQ(reasons(translated(ghl, settings(), R"({"message":"Hi","phone":"+12025550142"})",
                               "provider-delivery")),
            "missing_record_id");
}

TEST(GoHighLevelInbound, SendsNeitherAStatusNorWhatThePersonWrote) {
  const std::string status =
      R"({"contactId":"C","messageId":"M","type":"SMS","phone":"+12025550142","status":"read"})";
  const auto noted = translated(ghl, settings(), status, "provider-delivery");
  EXPECT_TRUE(noted.commands.empty());
  EXPECT_EQ(reasons(noted), "nothing_to_send");
  EXPECT_EQ(peeked(status, "provider-delivery").text_to, "");
  const std::string words =
      R"({"contactId":"C","messageId":"M","type":"SMS","phone":"+12025550142","direction":"inbound",)"
      R"("message":"STOP"})";
  const auto heard =
      first_of<domain::ObserveMessage>(translated(ghl, settings(), words, "provider-delivery"));
  EXPECT_TRUE(heard.message.inbound);
  EXPECT_FALSE(heard.message.to_be_sent);
  ASSERT_EQ(heard.signs.size(), 1U) << "an opt-out is heard wherever it is said";
  EXPECT_TRUE(peeked(words, "provider-delivery").maybe_opt_out);
  EXPECT_EQ(peeked(words, "provider-delivery").text_to, "");
}

TEST(GoHighLevelInbound, ReadsMessagesOfEveryDirection) {
  const auto sms =
      first_of<domain::ObserveMessage>(of(fixture("gohighlevel", "InboundMessage-sms.json")));
  EXPECT_TRUE(sms.message.inbound);
  EXPECT_EQ(sms.message.message_id, "MSGexample0000000001");
  EXPECT_EQ(sms.message.conversation, "CNVexample0000000001");
  EXPECT_EQ(sms.message.their_address.reveal(), "+12025550142");
  EXPECT_EQ(sms.message.stated_at, "2026-08-14T17:05:10.331000Z");
  EXPECT_TRUE(sms.signs.empty());
  const auto stop = first_of<domain::ObserveMessage>(
      of(R"({"type":"InboundMessage","messageType":"SMS","direction":"inbound","contactId":"C",
             "messageId":"M","body":"STOP","from":{},"to":{}})"));
  ASSERT_EQ(stop.signs.size(), 1U);
  EXPECT_EQ(stop.signs.front().evidence, events::Evidence::message_text);
  EXPECT_EQ(stop.message.their_address.reveal(), "") << "custom providers leave the number out";
  const auto call =
      first_of<domain::ObserveCall>(of(fixture("gohighlevel", "OutboundMessage-call.json")));
  EXPECT_EQ(call.part, "disposed");
  EXPECT_EQ(call.call.status, "completed");
  EXPECT_EQ(call.call.duration_seconds, 120U);
  EXPECT_FALSE(call.call.recording.reveal().empty());
  const auto mixed = first_of<domain::ObserveCall>(
      of(R"({"type":"OutboundMessage","messageType":"CALL","direction":"inbound","contactId":"C",
             "messageId":"M","callStatus":"voicemail","attachments":["https://x/v"]})"));
  EXPECT_TRUE(mixed.call.inbound) << "the vendor's own samples mix them";
  EXPECT_EQ(mixed.call.voicemail.reveal(), "https://x/v");
}

TEST(GoHighLevelInbound, PeeksAtIncomingStopMessages) {
  const auto stop = peeked(fixture("gohighlevel", "InboundMessage-sms-stop.json"));
  EXPECT_TRUE(stop.maybe_opt_out);
  ASSERT_EQ(stop.addresses.size(), 1U);
  EXPECT_TRUE((stop.addresses[0] == PeekedAddress{Field::phone, "+12025550142"}));
  EXPECT_FALSE(peeked(fixture("gohighlevel", "InboundMessage-sms.json")).maybe_opt_out);
  EXPECT_FALSE(peeked(R"({"type":"OutboundMessage","direction":"outbound","body":"Reply STOP"})")
                   .maybe_opt_out);
}

TEST(GoHighLevelInbound, PutsNoPersonalDataIntoReasons) {
  for (const auto& file : webhook_files("gohighlevel"))
    for (const bool stale : {false, true})
      for (const auto& part : of(fixture("gohighlevel", file), stale).skipped)
        for (const auto* secret : {"Tennerby", "2025550142", "example.com", "CONexample"})
          EXPECT_EQ(part.text.find(secret), std::string::npos) << file;
}

} // namespace
} // namespace tidemark::connectors::testing::gohighlevel_inbound_test
