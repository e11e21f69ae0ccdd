#include "connectors/shared/recorded_inputs.hpp"
#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

/// Which command of a stored webhook names it as a body that goes on.
namespace tidemark::connectors::testing::body_goes_on_test {
namespace {

/// 0 when no command names it; each body is named once.
std::uint64_t named(std::string_view connector, std::string_view body, bool stale = false) {
  Settings settings;
  settings.name = ConnectorName(std::string(connector));
  settings.values["location_id"] = "LOCexample0000000001";
  const Configured configured{find(connector), settings};
  events::StoredEvent event;
  event.envelope.position = Position{41};
  event.attachment = std::string(body);
  events::WebhookReceived webhook;
  webhook.connector = settings.name;
  webhook.verdict =
      stale ? events::VerificationVerdict::stale : events::VerificationVerdict::verified;
  webhook.maybe_opt_out = configured.connector->peek({{}, body, {}}, settings).maybe_opt_out;
  std::uint64_t out = 0;
  int times = 0;
  for (const auto& command : translate_stored(&configured, event, webhook).commands)
    std::visit(
        [&](const auto& c) {
          if constexpr (requires { c.body; })
            if (c.body.value != 0)
              out = c.body.value, ++times;
        },
        command);
  EXPECT_LE(times, 1) << body;
  return out;
}

TEST(BodyGoesOn, IsNamedByOneCommandOfEveryFreshBodyAboutAContact) {
  for (const auto* file :
       {"ContactCreate.json", "ContactUpdate.json", "ContactDelete.json", "ContactDndUpdate.json",
        "ContactTagUpdate.json", "InboundMessage-sms.json", "InboundMessage-sms-stop.json",
        "InboundMessage-call.json", "InboundMessage-email.json", "OutboundMessage-sms.json",
        "AppointmentCreate.json", "AppointmentDelete.json", "OpportunityCreate.json",
        "OpportunityDelete.json", "NoteCreate.json", "TaskCreate.json"}) {
    EXPECT_EQ(named("gohighlevel", fixture("gohighlevel", file)), 41U) << file;
    EXPECT_EQ(named("gohighlevel", fixture("gohighlevel", file), true), 0U) << file << ", stale";
  }
  EXPECT_EQ(named("gohighlevel", fixture("gohighlevel", "INSTALL-location.json")), 0U);
}

TEST(BodyGoesOn, NotWhenItIsHeldInPartOrAsAWhole) {
  EXPECT_EQ(named("gohighlevel", R"({"type":"ContactUpdate","id":"C","email":{"a":1},"dnd":true,)"
                                 R"("phone":"+12025550142"})"),
            0U);
  EXPECT_EQ(
      named("gohighlevel", "{\"type\":\"ContactUpdate\",\"id\":\"C\",\"dnd\":true,\"x\":\"\xE9\"}"),
      0U);
}

TEST(BodyGoesOn, NotOfSystemsWhoseBodiesNobodyTakes) {
  EXPECT_EQ(named("aloware", fixture("aloware", "Contact-Updated.UNVERIFIED.json")), 0U);
}

} // namespace
} // namespace tidemark::connectors::testing::body_goes_on_test
