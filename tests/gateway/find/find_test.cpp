#include "tests/gateway/local_house.hpp"
#include "tests/projections/sample_log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

/// Any id finds its story.
namespace tidemark::gateway::test::find_test {
namespace {

using nlohmann::json;
using sample::ana;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Finding : LocalHouse {
  Finding() {
    at = sample::write(open.log, open.hasher);
    open.fold();
  }
  json find(const std::string& id) const {
    const auto reply = get("/api/v1/find?id=" + id);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body);
  }
  /// `kind id` of each.
  std::vector<std::string> things(const std::string& id) const {
    std::vector<std::string> out;
    const auto found = find(id);
    for (const auto& one : found["items"])
      out.push_back(one["kind"].get<std::string>() + " " + one["id"].get<std::string>());
    return out;
  }
  std::string first(const std::string& id, const char* member) const {
    const auto items = find(id)["items"];
    return items.empty() ? "nothing" : items[0][member].get<std::string>();
  }
  /// The position of a webhook that came with these ids.
  std::string receive(const std::string& request_id, const std::string& vendor_id) {
    const auto body = std::string("{}");
    const auto reply =
        connect().ask(request("POST", "/webhooks/gohighlevel",
                              "Content-Type: application/json\r\nx-secret: open\r\nx-id: "
                                  + vendor_id + "\r\nX-Request-Id: " + request_id + "\r\n",
                              body));
    EXPECT_EQ(reply.status, 200) << reply.body;
    return std::to_string(json::parse(reply.body).value("position", 0));
  }

  House& open{
      house([](GatewayOptions& options) { options.sources[0].settings.name = sample::ghl; })};
  sample::Positions at;
};

TEST_F(Finding, AWebhookByItsPositionRequestAndVendorsId) {
  const auto webhook = receive("req-find-1", "evt_771");
  for (const auto& id : {webhook, std::string("req-find-1"), std::string("evt_771")}) {
    EXPECT_THAT(things(id), ElementsAre("webhook " + webhook)) << id;
    EXPECT_EQ(first(id, "command"), "tidemark explain --webhook " + webhook);
    EXPECT_THAT(first(id, "text"), AllOf(HasSubstr("from gohighlevel"), HasSubstr("req-find-1"),
                                         HasSubstr("not decided yet")));
  }
}

TEST_F(Finding, AnEventThatIsNoWebhookByItsPosition) {
  EXPECT_EQ(first(std::to_string(at.accepted.value), "command"),
            "tidemark log show " + std::to_string(at.accepted.value));
  EXPECT_THAT(first(std::to_string(at.accepted.value), "text"),
              AllOf(HasSubstr("delivery.accepted.v1"),
                    HasSubstr("follows from event " + std::to_string(at.webhook.value))));
}

TEST_F(Finding, ADeliveryAndAContactByTheirIds) {
  EXPECT_THAT(things(sample::to_aloware.value),
              ElementsAre("delivery " + sample::to_aloware.value));
  EXPECT_THAT(first(sample::to_aloware.value, "text"), HasSubstr("in aloware: accepted since"));
  EXPECT_EQ(first(sample::to_aloware.value, "command"),
            "tidemark explain --delivery " + sample::to_aloware.value);
  EXPECT_THAT(things(ana.value), ElementsAre("contact " + ana.value));
  EXPECT_THAT(first(ana.value, "text"), HasSubstr("it has records in aloware, gohighlevel"));
}

TEST_F(Finding, APersonByPhoneInAnyFormAndByMail) {
  for (const auto* phone : {"%2B12025550142", "12025550142", "(202)%20555-0142", "202.555.0142"})
    EXPECT_THAT(things(phone), Contains("contact " + ana.value)) << phone;
  EXPECT_THAT(things("Canary.Person@example.com"), Contains("contact " + ana.value));
  EXPECT_THAT(first("12025550142", "text"),
              HasSubstr("no opt-out is active; contacts that have it: 1"));
}

TEST_F(Finding, ARecordByAVendorsIdAloneAndWithItsSystem) {
  EXPECT_THAT(things("gohighlevel:" + sample::ghl_id), Contains(HasSubstr("record gohighlevel:")));
  EXPECT_EQ(first(sample::ghl_id, "command"), "tidemark explain --contact " + ana.value);
  EXPECT_THAT(things("nowhere:" + sample::ghl_id), IsEmpty());
}

TEST_F(Finding, WhatACommandWasAskedByAndAnEventOfBeforeThereWereTags) {
  const auto asked = connect().ask(request(
      "POST", "/api/v1/stop-all", "Content-Type: application/json\r\nX-Request-Id: req-stop-1\r\n",
      R"({"reason":"wrong texts"})"));
  EXPECT_THAT(things("req-stop-1"),
              ElementsAre("event " + json::parse(asked.body)["position"].dump()));
  events::WebhookReceived old;
  old.connector = sample::ghl;
  old.request_id = "req-of-long-ago";
  const auto position = open.put(events::webhook_stream(sample::ghl), old, {});
  EXPECT_THAT(things("req-of-long-ago"), ElementsAre("webhook " + std::to_string(position.value)));
}

TEST_F(Finding, SaysWhatWasTriedWhereThereIsNothing) {
  const auto nothing = find("nobody-has-this");
  EXPECT_THAT(nothing["items"], IsEmpty());
  EXPECT_THAT(nothing["tried"],
              AllOf(Contains("delivery id"), Contains("a vendor's id in any system"),
                    Contains(HasSubstr("in the newest")), Not(Contains("contact id"))));
  EXPECT_EQ(get("/api/v1/find?id=").status, 400);
  EXPECT_EQ(get("/api/v1/find?id=" + std::string(501, 'x')).status, 400);
}

TEST_F(Finding, AnotherTenantsAreNotFound) {
  events::WebhookReceived theirs;
  theirs.connector = sample::ghl;
  theirs.request_id = "req-of-beta";
  const auto position = open.put(events::webhook_stream(sample::ghl), theirs,
                                 {events::named_tag("req-of-beta")}, TenantId("beta"));
  EXPECT_THAT(things("req-of-beta"), IsEmpty());
  EXPECT_THAT(things(std::to_string(position.value)), IsEmpty());
}

TEST_F(Finding, NothingPersonalForWhoMayNotSeeIt) {
  const auto reply = open.get("/api/v1/find?id=12025550142");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, AllOf(HasSubstr(ana.value), Not(HasSubstr("2025550142"))));
}

} // namespace
} // namespace tidemark::gateway::test::find_test
