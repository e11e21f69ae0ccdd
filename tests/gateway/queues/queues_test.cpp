#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::queues_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using namespace std::chrono_literals;

const ConnectorName crm("crm");
const ContactId ana("c0123456789abcdef0123");

/// A gateway with something in every stage.
struct Waiting : testing::Test {
  Waiting() {
    report.tenant = TenantId("acme");
    report.connector = crm;
    report.workers = 8;
    tell();
  }
  void tell() { house.health.reports = {report}; }
  json list(const std::string& what) {
    house.fold();
    const auto reply = house.get("/api/v1/" + what);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return json::parse(reply.body)["items"];
  }
  json queue(const std::string& name) {
    for (const auto& each : list("queues"))
      if (each["name"] == name)
        return each;
    return {};
  }
  Position webhook() {
    events::WebhookReceived received;
    received.connector = crm;
    return house.put(events::webhook_stream(crm), received, {});
  }
  Position intend(const std::string& id) {
    events::DeliveryIntended e;
    e.delivery = DeliveryId(id);
    e.contact = ana;
    e.target = crm;
    return house.put(events::contact_stream(ana), e, {events::contact_tag(ana)});
  }
  void retry(const std::string& id, Position intent, Reason reason) {
    events::DeliveryRetryScheduled e;
    e.facts.delivery = DeliveryId(id);
    e.facts.intent = intent;
    e.facts.reason_code = reason;
    house.put(events::delivery_stream(crm, ana), e, {events::contact_tag(ana)});
  }
  void park(Position input) {
    events::CommandParked e;
    e.input = input;
    e.keys = {Hash16{}};
    e.since = house.clock.now();
    house.put(events::identity_stream(), e, {});
  }
  void hold(Position webhook) {
    events::WebhookMarked e;
    e.webhook = e.reading = webhook;
    e.connector = crm;
    house.put(events::marks_stream(webhook), e, {});
  }

  House house;
  domain::ConnectorReport report;
};

TEST_F(Waiting, EveryStageHasAQueue) {
  park(webhook());
  hold(webhook());
  hold(webhook());
  house.health.going.undecided = 3;
  house.health.going.inputs = {4, 7};
  house.health.going.parked = {0.5, 0};
  house.health.going.oldest_undecided = house.clock.now();
  house.clock.advance(20s);
  EXPECT_EQ(queue("inputs")["depth"], 3);
  EXPECT_EQ(queue("inputs")["oldest_age_seconds"], 20.0);
  EXPECT_EQ(queue("inputs")["trend"], "shrinking");
  EXPECT_EQ(queue("inputs")["seconds_to_drain"], 1);
  EXPECT_EQ(queue("parked")["depth"], 1);
  EXPECT_EQ(queue("parked")["oldest_age_seconds"], 20.0);
  EXPECT_EQ(queue("parked")["rate_in"], 0.5);
  EXPECT_EQ(queue("quarantine")["depth"], 2);
  EXPECT_EQ(queue("quarantine")["oldest_age_seconds"], 20.0);
  EXPECT_EQ(queue("quarantine")["rate_in"], nullptr) << "nobody measures it";
  EXPECT_EQ(queue("reviews")["depth"], 0);
  EXPECT_EQ(queue("reviews")["workers"], 0);
  EXPECT_EQ(queue("delivery/crm")["workers"], 8);
  const auto text = house.ask(request("GET", "/metrics")).body;
  EXPECT_THAT(text, HasSubstr("tidemark_queue_depth{tenant=\"acme\",queue=\"quarantine\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("tidemark_queue_oldest_seconds{tenant=\"acme\",queue=\"inputs\"} 20\n"));
}

TEST_F(Waiting, NothingIsOverdueBeforeFiveMinutes) {
  intend("d1");
  park(webhook());
  house.clock.advance(5min);
  EXPECT_EQ(list("overdue"), json::array());
  house.clock.advance(1s);
  EXPECT_EQ(list("overdue").size(), 2U);
}

TEST_F(Waiting, ACauseWithManyVictimsIsOneLine) {
  const auto first = intend("d1");
  retry("d1", first, Reason::rate_limited);
  house.clock.advance(1min);
  retry("d2", intend("d2"), Reason::rate_limited);
  retry("d3", intend("d3"), Reason::timeout);
  house.clock.advance(10min);
  const auto causes = list("overdue");
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0]["reason_code"], "rate_limited") << "the oldest first";
  EXPECT_EQ(causes[0]["stage"], "deliveries");
  EXPECT_EQ(causes[0]["system"], "crm");
  EXPECT_EQ(causes[0]["count"], 2);
  EXPECT_EQ(causes[0]["oldest"], "d1");
  EXPECT_EQ(causes[0]["oldest_age_seconds"], 660);
  EXPECT_EQ(causes[1]["reason_code"], "timeout");
  EXPECT_EQ(causes[1]["count"], 1);
}

TEST_F(Waiting, WhatHoldsTheWholeSystemBackIsTheCause) {
  retry("d1", intend("d1"), Reason::rate_limited);
  intend("d2");
  house.clock.advance(10min);
  report.pause = domain::Pause{Position{9}, house.clock.now(), false, "maintenance", "ops"};
  tell();
  auto causes = list("overdue");
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0]["reason_code"], "paused");
  EXPECT_EQ(causes[0]["count"], 2);
  EXPECT_THAT(causes[0]["next_step"].get<std::string>(), HasSubstr("resume"));
  report.pause->of = domain::PauseOf::all_sending;
  tell();
  EXPECT_EQ(list("overdue")[0]["text"], "All sending is stopped.");
  report.pause->of = domain::PauseOf::restore;
  tell();
  EXPECT_EQ(list("overdue")[0]["text"], "All sending waits until a restore is signed.");
  EXPECT_THAT(list("overdue")[0]["next_step"].get<std::string>(), HasSubstr("restored sign"));
  report.pause.reset();
  report.circuit = domain::CircuitState::open;
  tell();
  EXPECT_EQ(list("overdue")[0]["reason_code"], "circuit_open");
}

TEST_F(Waiting, WhatFailedForGoodIsNotOverdue) {
  events::DeliveryRejected refused;
  refused.facts.delivery = DeliveryId("d1");
  refused.facts.intent = intend("d1");
  house.put(events::delivery_stream(crm, ana), refused, {events::contact_tag(ana)});
  house.clock.advance(1h);
  EXPECT_EQ(list("overdue"), json::array()) << "it waits for nothing";
}

TEST_F(Waiting, WhatIsParkedOrHeldNamesItsSystem) {
  park(webhook());
  hold(webhook());
  house.clock.advance(10min);
  const auto causes = list("overdue");
  ASSERT_EQ(causes.size(), 2U);
  for (const auto& cause : causes)
    EXPECT_EQ(cause["system"], "crm");
  EXPECT_EQ(causes[0]["reason_code"], "waiting_for_contact");
  EXPECT_EQ(causes[1]["reason_code"], "held_by_hand");
}

TEST_F(Waiting, InputsAreOverdueWhenTheOldestIs) {
  house.health.going.undecided = 3;
  house.health.going.oldest_position = Position{7};
  house.health.going.oldest_undecided = house.clock.now();
  house.clock.advance(6min);
  const auto causes = list("overdue");
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0]["reason_code"], "undecided");
  EXPECT_EQ(causes[0]["count"], 3);
  EXPECT_EQ(causes[0]["oldest"], "7");
  EXPECT_EQ(causes[0]["system"], nullptr);
}

TEST_F(Waiting, TheServiceLevelIsCountedByHowLongItTook) {
  auto& target = house.health.going.counted.targets[crm];
  const auto now = house.clock.now();
  for (const auto took : {1s, 9s, 60s, 200s, 400s}) {
    target.level.note(took);
    target.recent.note(now, took);
  }
  target.level.note(1s); // longer than a day ago
  const auto shown = list("sla");
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0]["connector"], "crm");
  EXPECT_EQ(shown[0]["since_start"], json::parse(R"({"under_10_s":3,"from_10_s_to_2_min":1,
      "from_2_min_to_5_min":1,"over_5_min":1,"all":6})"));
  EXPECT_EQ(shown[0]["day"]["all"], 5);
}

TEST_F(Waiting, AnotherTenantsIsNotShown) {
  report.tenant = TenantId("other");
  tell();
  EXPECT_EQ(list("sla"), json::array());
  EXPECT_EQ(queue("delivery/crm"), json());
}

} // namespace
} // namespace tidemark::gateway::test::queues_test
