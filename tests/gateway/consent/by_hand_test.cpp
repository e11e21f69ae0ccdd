#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::by_hand_test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const TenantId acme("acme");
const ContactId ana("c0123456789abcdef0123");
const ConnectorName dialer("dialer");
const std::string phone = "+12025550142";
const std::string done_path = "/api/v1/opt-outs/by-hand/done";

/// Ana opted out; the dialer took her off its lists, and has no call that sets its mark.
struct Hands : House {
  Hands() {
    const auto hash = events::phone_hash(hasher, acme, phone);
    events::ConsentChanged said;
    said.address_hash = hash;
    said.address = PiiText(phone);
    said.channels = {events::Channel::sms};
    said.evidence = events::Evidence::message_text;
    said.source = ConnectorName("verity");
    said.input = Position{1};
    said.received_at = clock.now();
    put(events::consent_stream(hash), said, {});
    events::ConsentApplied applied;
    applied.channels = said.channels;
    applied.address_hash = hash;
    applied.input = said.input;
    put(events::contact_stream(ana), applied, {events::contact_tag(ana)});
    events::IdentityCardWritten card;
    card.contact = ana;
    card.phones = {hash};
    put(events::identity_stream(), card, {});
    events::ActionIntended tell;
    tell.delivery = DeliveryId("d1");
    tell.contact = ana;
    tell.target = dialer;
    tell.channels = said.channels;
    put(events::contact_stream(ana), tell, {events::contact_tag(ana)});
    events::ActionAccepted taken;
    taken.facts.delivery = tell.delivery;
    taken.facts.reason_code = Reason::lists_left_mark_not_writable;
    taken.contact = ana;
    taken.target = dialer;
    put(events::delivery_stream(dialer, ana), taken, {});
    fold();
  }
  json list(const std::string& query = {}) {
    fold();
    return json::parse(get("/api/v1/opt-outs/by-hand" + query).body)["items"];
  }
  std::string alert() {
    fold();
    const auto active = json::parse(get("/api/v1/alerts").body);
    for (const auto& each : active["items"])
      if (each["rule"] == "opt_out_needs_hand")
        return std::string(each["severity"]) + " " + std::string(each["subject"]);
    return "none";
  }
  std::string refused(const std::string& body, int status) {
    const auto reply = post(done_path, body);
    EXPECT_EQ(reply.status, status) << reply.body;
    return json::parse(reply.body)["error"]["code"];
  }
};

TEST(ByHand, IsListedAtOnceAndAnAlertAfterTwoMinutesCriticalAfterADay) {
  Hands house;
  const auto rows = house.list();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["connector"], "dialer");
  EXPECT_EQ(rows[0]["state"], "to_be_done_by_hand");
  EXPECT_TRUE(house.list("?connector=verity").empty());
  house.clock.advance(119s);
  EXPECT_EQ(house.alert(), "none");
  house.clock.advance(1s);
  EXPECT_EQ(house.alert(), "warning dialer");
  house.clock.advance(24h);
  EXPECT_EQ(house.alert(), "critical dialer");
}

TEST(ByHand, IsDoneWhenSomebodySaysSoWithAReason) {
  Hands house;
  house.clock.advance(1h);
  const std::string who = R"("address":"(202) 555-0142","connector":"dialer")";
  EXPECT_EQ(house.refused("{" + who + "}", 400), "bad_reason");
  EXPECT_EQ(house.refused(R"({"address":"x","connector":"dialer","reason":"r"})", 400),
            "bad_address");
  EXPECT_EQ(house.refused(R"({"address":"+12025550142","connector":"other","reason":"r"})", 409),
            "nothing_by_hand");
  EXPECT_EQ(house.refused("{" + who + R"(,"reason":"r","up_to":1})", 409), "nothing_by_hand");
  EXPECT_EQ(house.alert(), "warning dialer");
  EXPECT_EQ(house.post(done_path, "{" + who + R"(,"reason":"ticket 812"})").status, 200);
  EXPECT_EQ(house.alert(), "none");
  EXPECT_TRUE(house.list().empty());
  EXPECT_EQ(house.refused("{" + who + R"(,"reason":"again"})", 409), "nothing_by_hand");
}

} // namespace
} // namespace tidemark::gateway::test::by_hand_test
