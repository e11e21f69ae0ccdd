#include "connectors/shared/recorded_inputs.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

/// allowed_events: what nothing is to come of.
namespace tidemark::connectors::testing::allowed_events_test {
namespace {

domain::Translation read(const std::string& type, const std::string& allowed,
                         const std::string& body, const std::string& channel = "",
                         std::optional<bool> maybe = std::nullopt) {
  Settings settings;
  settings.name = ConnectorName(type);
  settings.values = {{"default_region", "US"}, {"location_id", "LOCexample0000000001"}};
  if (!allowed.empty())
    settings.values["allowed_events"] = allowed;
  const Configured configured{find(type), settings};
  events::StoredEvent stored;
  stored.attachment = body;
  stored.envelope.position = Position{7};
  events::WebhookReceived webhook;
  webhook.connector = settings.name;
  webhook.channel = channel;
  webhook.maybe_opt_out =
      maybe.value_or(configured.connector->peek({{}, body, channel}, settings).maybe_opt_out);
  return translate_stored(&configured, stored, webhook);
}

bool is_ignored(const domain::Translation& translation) {
  return translation.commands.empty() && translation.broadcasts.empty() && !translation.may_go_on
         && translation.skipped.size() == 1
         && translation.skipped[0].outcome == events::Outcome::ignored
         && translation.skipped[0].reason_code == Reason::event_not_allowed;
}

const std::string created =
    R"({"type":"contact.created","timestamp":"2026-01-05T10:00:00Z","data":{"id":"c_1","phone":"+12025550142"}})";

TEST(AllowedEvents, OthersAreIgnoredUnderTheirOwnName) {
  for (const auto* allowed : {"contact.updated", "call*\nMessage*", "contact", "*.created"}) {
    const auto found = read("generic", allowed, created);
    EXPECT_TRUE(is_ignored(found)) << allowed;
    EXPECT_EQ(found.kind, "contact.created");
  }
}

TEST(AllowedEvents, ANameOrItsBeginningLetsThemThrough) {
  for (const auto* allowed :
       {"", "contact.created", "ContactCreated", "Contact*", "x\ncontact*", "*"}) {
    const auto found = read("generic", allowed, created);
    EXPECT_EQ(found.commands.size(), 1U) << allowed;
  }
}

TEST(AllowedEvents, APossibleOptOutIsDecidedAsAlways) {
  const auto marked =
      R"({"type":"contact.updated","data":{"id":"c_1","phone":"+12025550142","dnd":true}})";
  EXPECT_EQ(read("generic", "nothing", marked), read("generic", "", marked));
  EXPECT_EQ(read("generic", "nothing", marked).commands.size(), 1U);
  // Also where the quick look missed it, and where it saw one that is none.
  EXPECT_EQ(read("generic", "nothing", marked, "", false), read("generic", "", marked, "", false));
  EXPECT_EQ(read("generic", "nothing", created, "", true), read("generic", "", created, "", true));
  const auto stop =
      R"({"event":"message.received","from":"+12025550142","to":"+12025550100","body":"STOP","messageId":"m1"})";
  EXPECT_EQ(read("verity", "nothing", stop, "texting").commands.size(), 2U);
}

TEST(AllowedEvents, WhatNobodyCouldReadStaysInQuarantine) {
  const auto found = read("generic", "contact*", "{not json");
  ASSERT_EQ(found.skipped.size(), 1U);
  EXPECT_EQ(found.skipped[0].outcome, events::Outcome::quarantined);
}

TEST(AllowedEvents, EveryConnectorKeepsToThem) {
  const std::vector<std::tuple<std::string, std::string, std::string>> bodies{
      {"aloware", "",
       R"({"event":"contact-created","body":{"id":9,"phone_number":"+12025550142","first_name":"Jo"}})"},
      {"gohighlevel", "", fixture("gohighlevel", "AppointmentCreate.json")},
      {"verity", "texting",
       R"({"event":"message.received","from":"+12025550142","to":"+12025550100","body":"Hello","messageId":"m1"})"},
      {"verity", "broadcast", R"({"broadcastId":"b1","eventType":"broadcast_completed"})"},
      {"generic", "", created}};
  for (const auto& [type, channel, body] : bodies) {
    EXPECT_FALSE(is_ignored(read(type, "", body, channel))) << type;
    EXPECT_TRUE(is_ignored(read(type, "SomethingElse", body, channel))) << type;
  }
}

TEST(AllowedEvents, PatternsMeetWhereAnEventCanFitBoth) {
  EXPECT_TRUE(patterns_meet("Contact*", "contact-created"));
  EXPECT_TRUE(patterns_meet("contact.created", "ContactCreated"));
  EXPECT_TRUE(patterns_meet("outbound-phonecall-x", "outbound-phonecall*"));
  EXPECT_TRUE(patterns_meet("out*", "outbound-phonecall*"));
  EXPECT_TRUE(patterns_meet("outbound-phonecall-disposed*", "outbound-phonecall*"));
  EXPECT_FALSE(patterns_meet("Contact", "contact-created"));
  EXPECT_FALSE(patterns_meet("Call*", "contact-created"));
  EXPECT_FALSE(patterns_meet("outbound", "outbound-phonecall*"));
}

} // namespace
} // namespace tidemark::connectors::testing::allowed_events_test
