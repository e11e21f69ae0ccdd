#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::may_send_test {
namespace {

using events::ConsentChange;
using nlohmann::json;
using testing::HasSubstr;

const std::string number = "+12025550142";
const TenantId acme("acme");

struct Asking : House {
  AddressHash hash(const std::string& phone = number) const {
    return events::phone_hash(hasher, acme, phone);
  }
  Position say(ConsentChange change, Position input = {}) {
    events::ConsentChanged e;
    e.address_hash = hash();
    e.address = PiiText(number);
    e.change = change;
    e.channels = {events::Channel::sms};
    e.evidence = events::Evidence::message_text;
    e.source = ConnectorName("verity");
    e.by = "person";
    e.input = input;
    e.received_at = clock.now();
    return put(events::consent_stream(e.address_hash), e, {events::consent_tag(hash())});
  }
  json ask(const std::string& channel = "sms", std::string_view token = auditor_token) const {
    const auto reply = get("/api/v1/may-send?address=%2B12025550142&channel=" + channel, token);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body, nullptr, false);
  }
};

TEST(MaySend, IsYesWhileNothingWasSaid) {
  const Asking house;
  const auto yes = house.ask();
  EXPECT_EQ(yes["allowed"], true);
  EXPECT_EQ(yes["reason_code"], nullptr);
  EXPECT_EQ(yes["because_of"], nullptr);
  EXPECT_THAT(yes["text"], HasSubstr("quiet hours"));
}

TEST(MaySend, NamesWhatClosesTheChannelAndNoOther) {
  Asking house;
  const Position stop{7};
  house.say(ConsentChange::revoked, stop);
  const auto no = house.ask();
  EXPECT_EQ(no["allowed"], false);
  EXPECT_EQ(no["reason_code"], "opted_out");
  EXPECT_EQ(no["because_of"], stop.value);
  EXPECT_EQ(no["as_of"], house.log.durable().value);
  EXPECT_EQ(house.ask("call")["allowed"], true);
  EXPECT_EQ(house.ask("sms", viewer_token)["address"], "***42");
}

TEST(MaySend, WaitsForAReviewAndForWhatIsUndecided) {
  Asking house;
  events::ConsentRequested request;
  request.kind = events::Field::phone;
  request.address = PiiText("+12025550199");
  request.change = ConsentChange::revoked;
  request.channels = {events::Channel::sms};
  const auto other = house.hash("+12025550199");
  const auto undecided = house.put(events::admin_stream(), request,
                                   {events::consent_tag(other), events::any_opt_out_tag()});
  auto no = house.ask();
  EXPECT_EQ(no["allowed"], false) << "it may close this address with the other one";
  EXPECT_EQ(no["reason_code"], nullptr);
  EXPECT_EQ(no["because_of"], undecided.value);
  events::ConsentChanged decided;
  decided.address_hash = other;
  decided.change = ConsentChange::revoked;
  decided.channels = {events::Channel::sms};
  decided.input = undecided;
  house.put(events::consent_stream(other), decided, {events::consent_tag(other)});
  EXPECT_EQ(house.ask()["allowed"], true);
  const Position maybe{8};
  house.say(ConsentChange::review, maybe);
  no = house.ask();
  EXPECT_EQ(no["reason_code"], "in_review");
  EXPECT_EQ(no["because_of"], maybe.value);
}

TEST(MaySend, WaitsForAWebhookThatNobodyHasReadYet) {
  Asking house;
  events::WebhookReceived received;
  received.connector = ConnectorName("crm");
  const auto webhook =
      house.put(events::webhook_stream(received.connector), received, {events::any_opt_out_tag()});
  const auto no = house.ask();
  EXPECT_EQ(no["allowed"], false);
  EXPECT_EQ(no["because_of"], webhook.value);
  EXPECT_THAT(no["text"], HasSubstr("ask again"));
  storage::Append append;
  append.tenant = acme;
  append.cause = webhook;
  append.decider = events::Decider::interpreter;
  append.events.push_back({events::identity_stream(),
                           events::WebhookInterpreted{webhook, received.connector, "note", {}, {}},
                           {},
                           {}});
  storage::append_and_wait(house.log, std::move(append));
  house.fold();
  EXPECT_EQ(house.ask()["allowed"], true);
}

TEST(MaySend, RefusesWhatIsNoAddressOrChannel) {
  const Asking house;
  for (const auto* query :
       {"", "?address=", "?address=nobody", "?address=%2B12025550142&channel=fax",
        "?address=ada@example.com&channel=sms"})
    EXPECT_EQ(house.get("/api/v1/may-send" + std::string(query)).status, 400) << query;
  EXPECT_EQ(house.get("/api/v1/may-send?address=ada@example.com").status, 200);
}

} // namespace
} // namespace tidemark::gateway::test::may_send_test
