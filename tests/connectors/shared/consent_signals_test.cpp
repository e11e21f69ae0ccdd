#include "base/text/json_reader.hpp"
#include "connectors/gohighlevel/gohighlevel.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/inbound.hpp"
#include "tests/connectors/support.hpp"

#include <gmock/gmock.h>

/// What GoHighLevel's bodies say about consent (connectors/gohighlevel/README.md facts 13 and 22).
namespace tidemark::connectors::gohighlevel::consent_signals_test {
namespace {

using events::Channel;
using events::ConsentChange;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<domain::ConsentSignal> of(const std::string& body, bool says_dnd = true) {
  const auto document = json::parse(body);
  return signs_of(document.value().root(), says_dnd, "2026-08-14T17:00:00.412000Z", false);
}

TEST(GoHighLevelSigns, AnActiveChannelIsBlockedAndAnInactiveOneIsOpen) {
  const auto signs = of(testing::fixture("gohighlevel", "ContactDndUpdate.json"));
  ASSERT_EQ(signs.size(), 2U);
  EXPECT_EQ(signs[0].change, ConsentChange::granted);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::call, Channel::email, Channel::whatsapp));
  EXPECT_EQ(signs[1].change, ConsentChange::revoked);
  EXPECT_THAT(signs[1].channels, ElementsAre(Channel::sms));
  EXPECT_EQ(signs[1].evidence, events::Evidence::flag);
}

TEST(GoHighLevelSigns, TheFlagBlocksEveryChannelWhateverTheySay) {
  for (const auto* body :
       {R"({"dnd":true,"dndSettings":{"SMS":{"status":"inactive"}}})", R"({"dnd":true})"}) {
    const auto signs = of(body);
    ASSERT_EQ(signs.size(), 1U) << body;
    EXPECT_EQ(signs[0].change, ConsentChange::revoked);
    EXPECT_EQ(signs[0].channels.size(), 4U);
  }
}

TEST(GoHighLevelSigns, PermanentIsBlocked) {
  const auto signs = of(R"({"dndSettings":{"SMS":{"status":"permanent"}}})");
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].change, ConsentChange::revoked);
}

TEST(GoHighLevelSigns, AMarkOfOursIsKnownAgain) {
  const auto signs = of(R"({"dndSettings":{"SMS":{"status":"active","code":"101",
      "message":"Opt-out kept by Tidemark"},"Call":{"status":"active","message":"asked us"}}})");
  ASSERT_EQ(signs.size(), 2U);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::call));
  EXPECT_FALSE(signs[0].kept_by_us);
  EXPECT_THAT(signs[1].channels, ElementsAre(Channel::sms));
  EXPECT_TRUE(signs[1].kept_by_us);
  EXPECT_THAT(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive","code":"101",
      "message":"Opt-in kept by Tidemark"}}})"),
              IsEmpty());
}

TEST(GoHighLevelSigns, OnlyTheEventAboutItOpensAChannel) {
  EXPECT_THAT(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive"}}})", false), IsEmpty());
  EXPECT_THAT(of(testing::fixture("gohighlevel", "ContactUpdate.json"), false), IsEmpty());
}

TEST(GoHighLevelSigns, ABodyThatLeavesOutTheMarkForAllChannelsOpensNone) {
  EXPECT_THAT(of(R"({"dndSettings":{"SMS":{"status":"inactive"}}})"), IsEmpty());
  EXPECT_EQ(of(R"({"dnd":false,"dndSettings":{"SMS":{"status":"inactive"}}})").size(), 1U);
}

TEST(GoHighLevelSigns, ATagIsEvidenceOfItsOwn) {
  const auto signs = of(R"({"tags":["vip","SMS Opted Out"]})", false);
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].evidence, events::Evidence::tag);
}

TEST(GoHighLevelSigns, ATagForTextsClosesTextsAndMayBeOurs) {
  const auto signs = of(R"({"tags":["vip","dnc-sms"]})", false);
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::sms));
  EXPECT_TRUE(signs[0].kept_by_us);
  const auto more = of(R"({"tags":["DNC-SMS","dnc"]})", false);
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].channels.size(), 4U);
  EXPECT_FALSE(more[0].kept_by_us);
}

/// Requirement A5: only as the answer to a question, and no question is recorded yet.
TEST(Words, AYesIsAnAnswerToAQuestionOnly) {
  for (const auto* yes : {"YES", "yes", "Yes!", "Oui", "Sí", "Ja", "Sim", "Sì"})
    EXPECT_TRUE(sign_in_words(yes, "+12025550142", "", false).value().only_if_asked) << yes;
  EXPECT_FALSE(sign_in_words("Yes?", "+12025550142", "", false)) << "it asks back";
  EXPECT_FALSE(sign_in_words("START", "+12025550142", "", false).value().only_if_asked);
  for (const auto* word : {"START", "UNSTOP"}) {
    const auto sign = sign_in_words(word, "+12025550142", "", false);
    ASSERT_TRUE(sign) << word;
    EXPECT_EQ(sign->change, ConsentChange::granted) << word;
  }
}

// ---- what the vendor held back, and what a mail's reader did

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values = {{"location_id", "LOC"}};
  return out;
}

Peek peeked(const std::string& body) {
  static const Headers none;
  return connectors::peek<peek_at>({none, body, ""}, settings());
}

std::string held_back(const std::string& type, const std::string& to, const std::string& more) {
  return R"({"type":"OutboundMessage","locationId":"LOC","direction":"outbound","contactId":"C",)"
         R"("messageId":"M","dateAdded":"2026-08-14T17:05:10.331Z","messageType":")"
         + type + R"(","to":)" + to + more + "}";
}

TEST(GoHighLevelRefusals, ATextThatWasHeldBackForAnOptOutIsEvidenceOfOne) {
  const auto body = held_back("SMS", R"("+12025550142")", R"(,"status":"opt_out")");
  const auto translation = testing::translated(connector(), settings(), body, "", false);
  const auto message = testing::first_of<domain::ObserveMessage>(translation);
  EXPECT_EQ(message.message.status, events::MessageStatus::failed);
  ASSERT_EQ(message.signs.size(), 1U);
  const auto& sign = message.signs[0];
  EXPECT_EQ(sign.change, ConsentChange::revoked);
  EXPECT_EQ(sign.evidence, events::Evidence::vendor_refusal);
  EXPECT_THAT(sign.channels, ElementsAre(Channel::sms, Channel::whatsapp));
  EXPECT_EQ(sign.address.reveal(), "+12025550142");
  EXPECT_EQ(sign.stated_at, "2026-08-14T17:05:10.331000Z");
  EXPECT_TRUE(sign.kept_by_us) << "a mark of ours has it held back too";
  EXPECT_TRUE(peeked(body).maybe_opt_out);
  EXPECT_THAT(peeked(body).addresses,
              ElementsAre(PeekedAddress{events::Field::phone, "+12025550142"}));
}

TEST(GoHighLevelRefusals, AMailThatWasHeldBackClosesMailOnly) {
  const auto body = held_back("Email", R"("Ada@example.com")", R"(,"status":"opt_out")");
  const auto signs = testing::first_of<domain::ObserveMessage>(
                         testing::translated(connector(), settings(), body, "", false))
                         .signs;
  ASSERT_EQ(signs.size(), 1U);
  EXPECT_EQ(signs[0].kind, events::Field::email);
  EXPECT_THAT(signs[0].channels, ElementsAre(Channel::email));
  EXPECT_THAT(peeked(body).addresses,
              ElementsAre(PeekedAddress{events::Field::email, "ada@example.com"}));
}

TEST(GoHighLevelRefusals, OtherFailuresAndOurOwnTextsSayNothing) {
  auto configured = settings();
  configured.values["conversation_provider_id"] = "ours";
  for (const auto* more :
       {R"(,"status":"failed")", R"(,"status":"opt_out","conversationProviderId":"ours")",
        R"(,"status":"opt_out","direction":"inbound")"}) {
    auto body = held_back("SMS", R"("+12025550142")", more);
    if (body.find("inbound") != std::string::npos)
      body.erase(body.find(R"("direction":"outbound",)"), 23);
    EXPECT_THAT(testing::first_of<domain::ObserveMessage>(
                    testing::translated(connector(), configured, body, "", false))
                    .signs,
                IsEmpty())
        << body;
  }
}

std::string statistics(const std::string& event, const std::string& recipient) {
  return R"({"type":"LCEmailStats","locationId":"LOC","webhookPayload":{"timestamp":1786726800,)"
         R"("recipient":")"
         + recipient + R"(","event":")" + event + R"("}})";
}

TEST(GoHighLevelEmailStats, AnUnsubscribeOrAComplaintClosesTheMailAddress) {
  for (const auto* event : {"unsubscribed", "complained"})
    for (const bool stale : {false, true}) {
      const auto body = statistics(event, "Ada@example.com");
      const auto translation = testing::translated(connector(), settings(), body, "", stale);
      const auto& record = testing::only_record(translation);
      EXPECT_TRUE(record.opt_out_seen);
      EXPECT_TRUE(record.remote_id.value.empty());
      ASSERT_EQ(record.signs.size(), 1U);
      const auto& sign = record.signs[0];
      EXPECT_EQ(sign.change, ConsentChange::revoked);
      EXPECT_EQ(sign.evidence, events::Evidence::unsubscribe);
      EXPECT_EQ(sign.kind, events::Field::email);
      EXPECT_THAT(sign.channels, ElementsAre(Channel::email));
      EXPECT_EQ(sign.address.reveal(), record.fields.get(events::Field::email));
      EXPECT_EQ(sign.stated_at, "2026-08-14T17:00:00.000000Z");
      EXPECT_EQ(sign.stale, stale);
      EXPECT_TRUE(peeked(body).maybe_opt_out);
      EXPECT_THAT(peeked(body).addresses,
                  ElementsAre(PeekedAddress{events::Field::email, "ada@example.com"}));
    }
}

TEST(GoHighLevelEmailStats, OtherEventsAreLaterWork) {
  const auto body = statistics("delivered", "ada@example.com");
  EXPECT_EQ(testing::reasons(testing::translated(connector(), settings(), body, "", false)),
            "kind_of_later_work");
  EXPECT_FALSE(peeked(body).maybe_opt_out);
}

TEST(GoHighLevelEmailStats, AnUnsubscribeThatNamesNobodyIsShown) {
  const auto body = statistics("unsubscribed", "nobody");
  EXPECT_EQ(testing::reasons(testing::translated(connector(), settings(), body, "", false)),
            "opt_out_unreadable");
  EXPECT_TRUE(peeked(body).maybe_opt_out);
}

} // namespace
} // namespace tidemark::connectors::gohighlevel::consent_signals_test
