#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::compliance_test {
namespace {

using events::ConsentChange;
using nlohmann::json;

const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123");
const std::string number = "+12025550142";

/// A person with a number of her own.
struct Person : House {
  explicit Person(std::optional<events::SendPacing> pacing = {})
      : House([&](GatewayOptions& o) { o.rules[acme].conversation.limits.pacing = pacing; }) {
    events::IdentityCardWritten card;
    card.contact = ana;
    card.phones = {hash()};
    put(events::identity_stream(), card, {events::card_tag(ana), events::identity_tag(hash())});
    events::ContactChanged changed;
    changed.fields = {{events::Field::phone, number}};
    put(events::contact_stream(ana), changed, {events::contact_tag(ana)});
  }
  AddressHash hash() const { return events::phone_hash(hasher, acme, number); }
  void sends(const std::string& delivery) {
    events::SendDecided decided;
    decided.delivery = DeliveryId(delivery);
    decided.allowed = true;
    decided.purpose = "conversation";
    put(events::contact_stream(ana), decided, {events::contact_tag(ana)});
  }
  Position says(ConsentChange change, events::Channel channel, const std::string& reason) {
    events::ConsentRequested asked;
    asked.address = PiiText(number);
    asked.reason = reason;
    const auto input = put(events::admin_stream(), asked, {});
    events::ConsentChanged e;
    e.address_hash = hash();
    e.address = PiiText(number);
    e.change = change;
    e.channels = {channel};
    e.evidence = events::Evidence::api;
    e.source = ConnectorName("api");
    e.by = "clerk";
    e.input = input;
    e.received_at = clock.now();
    put(events::consent_stream(e.address_hash), e, {events::consent_tag(hash())});
    return input;
  }
  json compliance(std::string_view token = auditor_token) {
    fold();
    const auto reply = get("/api/v1/contacts/" + ana.value + "/compliance", token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
  json may_send(const std::string& channel = "sms") {
    fold();
    const auto reply =
        get("/api/v1/may-send?address=%2B12025550142&channel=" + channel, auditor_token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
};

TEST(Compliance, TellsOfEachChannelAlsoOfOneThatNothingWasSaidOf) {
  Person person;
  person.says(ConsentChange::revoked, events::Channel::sms, "asked by phone");
  const auto channels = person.compliance()["channels"];
  ASSERT_EQ(channels.size(), 3U);
  EXPECT_EQ(channels[0]["channel"], "sms");
  EXPECT_EQ(channels[0]["opted_out"], true);
  EXPECT_EQ(channels[0]["address"], number);
  EXPECT_EQ(channels[1]["channel"], "call");
  EXPECT_EQ(channels[1]["opted_out"], false);
  EXPECT_EQ(channels[1]["state"], "never_said");
}

TEST(Compliance, CountsMessagesAsTheGateDoes) {
  Person person;
  person.sends("d1");
  person.clock.advance(std::chrono::hours{25});
  person.sends("d2");
  const auto sent = person.compliance()["sent"];
  EXPECT_EQ(sent["in_day"], 1);
  EXPECT_EQ(sent["in_week"], 2);
  EXPECT_EQ(sent["last_at"], to_rfc3339(person.clock.now()));
}

TEST(Compliance, ShowsConsentWithDateAndWordingMaskedForViewers) {
  Person person;
  person.says(ConsentChange::asked, events::Channel::sms, "May we text you?");
  const auto input = person.says(ConsentChange::granted, events::Channel::sms, "signed the form");
  const auto consent = person.compliance()["consent"];
  ASSERT_EQ(consent.size(), 2U);
  EXPECT_EQ(consent[0]["change"], "asked");
  EXPECT_EQ(consent[0]["wording"], "May we text you?");
  EXPECT_EQ(consent[1]["change"], "granted");
  EXPECT_EQ(consent[1]["position"], input.value);
  EXPECT_EQ(consent[1]["at"], to_rfc3339(person.clock.now()));
  const auto masked = person.compliance(viewer_token)["consent"];
  EXPECT_NE(masked[0]["wording"], "May we text you?");
  EXPECT_EQ(masked[0]["address"], "***42");
}

TEST(Compliance, OfNobodyIsNotFound) {
  Person person;
  person.fold();
  EXPECT_EQ(person.get("/api/v1/contacts/c0/compliance", auditor_token).status, 404);
}

TEST(MaySendPaced, NamesTheRuleAndWhenItLetsGo) {
  Person person(events::SendPacing{2, 60, {}});
  EXPECT_EQ(person.may_send()["held_by"], nullptr);
  person.sends("d1");
  auto held = person.may_send();
  EXPECT_EQ(held["allowed"], false);
  EXPECT_EQ(held["reason_code"], "cool_down");
  EXPECT_EQ(held["held_by"], "cool_down");
  EXPECT_EQ(held["until"], to_rfc3339(person.clock.now() + std::chrono::minutes{60}));
  EXPECT_EQ(person.may_send("call")["allowed"], true);
  person.clock.advance(std::chrono::minutes{61});
  EXPECT_EQ(person.may_send()["allowed"], true);
  person.sends("d2");
  EXPECT_EQ(person.may_send()["held_by"], "per_week");
  person.says(ConsentChange::revoked, events::Channel::sms, "asked by phone");
  EXPECT_EQ(person.may_send()["reason_code"], "opted_out") << "an opt-out is named first";
}

TEST(MaySendPaced, FailsClosedOnAHolidayWhereNobodyKnowsThePlace) {
  Person person(events::SendPacing{0, 0, {"2026-09-21"}}); // the clock's day
  const auto held = person.may_send();
  EXPECT_EQ(held["reason_code"], "local_time_unknown");
  EXPECT_EQ(held["held_by"], "holidays");
}

} // namespace
} // namespace tidemark::gateway::test::compliance_test
