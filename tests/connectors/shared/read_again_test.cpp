#include "connectors/shared/recorded_inputs.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

/// What a stored webhook says when it is read again, long after it came.
namespace tidemark::connectors::testing::read_again_test {
namespace {

using events::CommandKind;

domain::Translation again(std::string_view connector, const std::string& body,
                          std::vector<CommandKind> led_to = {}, const std::string& channel = "") {
  Settings settings;
  settings.name = ConnectorName(std::string(connector));
  settings.values = {{"default_region", "US"}, {"location_id", "LOCexample0000000001"}};
  const Configured configured{find(connector), settings};
  events::StoredEvent event;
  event.attachment = body;
  events::WebhookReprocessRequested request;
  request.connector = settings.name;
  request.channel = channel;
  request.led_to = std::move(led_to);
  return translate_stored(&configured, event, request);
}

/// `observe_record revoked`, each with what it says about consent.
std::vector<std::string> commands(const domain::Translation& translation) {
  std::vector<std::string> out;
  for (const auto& command : translation.commands) {
    auto& words = out.emplace_back(name_of_enum(domain::kind_of(command)));
    if (const auto* record = std::get_if<domain::ObserveRecord>(&command)) {
      EXPECT_EQ(record->listed, domain::ObservationSource::by_reprocess);
      for (const auto& sign : record->signs)
        words += " " + std::string(name_of_enum(sign.change));
    }
  }
  return out;
}

std::string consent(const std::string& state) {
  return R"({"type":"consent.changed","timestamp":"2026-01-05T10:00:00Z","data":{"id":"c_1",)"
         R"("address":"+12025550142","state":")"
         + state + R"("}})";
}

using Strings = std::vector<std::string>;

TEST(ReadAgain, AnOptOutAppliesAndAnOptInDoesNot) {
  EXPECT_EQ(commands(again("generic", consent("opted_out"))), Strings{"observe_record revoked"});
  EXPECT_EQ(commands(again("generic", consent("opted_in"))), Strings{"observe_record"});
}

TEST(ReadAgain, WhatItLedToIsNotDoneOnceMore) {
  EXPECT_EQ(commands(again("generic", consent("opted_out"), {CommandKind::observe_record})),
            Strings{});
  EXPECT_EQ(commands(again("generic", consent("opted_out"), {CommandKind::observe_message})).size(),
            1U);
}

TEST(ReadAgain, AnOptOutThatWasDecidedThenIsMarkedAsSuch) {
  const auto decided = [](const domain::Translation& translation) {
    return std::get<domain::ObserveRecord>(translation.commands.at(0)).signs.at(0).decided_before;
  };
  EXPECT_TRUE(decided(again("generic", consent("opted_out"), {CommandKind::apply_consent})));
  EXPECT_FALSE(decided(again("generic", consent("opted_out"))));
}

TEST(ReadAgain, ATextThatWasToBeSentIsNot) {
  const auto body = fixture("gohighlevel", "ProviderOutboundMessage-sms.json");
  const auto read = again("gohighlevel", body, {}, "provider-delivery");
  EXPECT_EQ(commands(read), Strings{});
  ASSERT_FALSE(read.skipped.empty());
  EXPECT_EQ(read.skipped.back().reason_code, Reason::written_too_long_ago);
}

TEST(ReadAgain, ABodyDoesNotGoOnASecondTime) {
  const auto read = again("gohighlevel", fixture("gohighlevel", "ContactUpdate.json"));
  ASSERT_FALSE(read.commands.empty());
  for (const auto& command : read.commands) {
    const auto* record = std::get_if<domain::ObserveRecord>(&command);
    EXPECT_TRUE(!record || record->body == Position{});
  }
}

} // namespace
} // namespace tidemark::connectors::testing::read_again_test
