#include "events/format/tags.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::alerts_test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

const TenantId acme("acme");
const ConnectorName crm("crm");
const ContactId ana("c0123456789abcdef0123");
const ContactId bo("c0123456789abcdef0124");
const std::string phone = "+12025550142";

struct Alarms : House {
  AddressHash hash() const { return events::phone_hash(hasher, acme, phone); }

  json active() {
    fold();
    return json::parse(get("/api/v1/alerts").body)["items"];
  }
  std::string metric(const std::string& rule) const {
    const auto text = ask(request("GET", "/metrics", "")).body;
    const auto at = text.find("tidemark_alert_active{rule=\"" + rule + "\"} ");
    return at == std::string::npos
               ? "none"
               : text.substr(at, text.find('\n', at) - at).substr(text.find(' ', at) - at + 1);
  }

  void fail(const std::string& id, const ContactId& contact, Reason reason_code) {
    events::DeliveryRejected e;
    e.facts.delivery = DeliveryId(id);
    e.facts.reason_code = reason_code;
    put(events::delivery_stream(crm, contact), e, {});
  }
  void give_up(const std::string& id, const ContactId& contact) {
    events::DeliveryDied e;
    e.facts.delivery = DeliveryId(id);
    e.facts.reason_code = Reason::vendor_failed;
    put(events::delivery_stream(crm, contact), e, {});
  }
  void accept(const std::string& id, const ContactId& contact,
              const std::string& record = "crm-1") {
    events::DeliveryAccepted e;
    e.facts.delivery = DeliveryId(id);
    e.contact = contact;
    e.target = crm;
    e.remote_id = RemoteId(record);
    put(events::delivery_stream(crm, contact), e, {});
  }
  void say(events::ConsentChange change, Position input, Position request = {}) {
    events::ConsentChanged e;
    e.address_hash = hash();
    e.address = PiiText(phone);
    e.change = change;
    e.channels = {events::Channel::sms};
    e.evidence = events::Evidence::message_text;
    e.source = ConnectorName("verity");
    e.by = "person";
    e.stated_at = to_rfc3339(clock.now());
    e.input = input;
    e.request = request;
    e.received_at = clock.now();
    put(events::consent_stream(e.address_hash), e, {});
  }
};

TEST(DeadDeliveries, AreAnAlertForTheirConnectorUntilTheContactIsReached) {
  Alarms house;
  EXPECT_EQ(house.metric("delivery_dead"), "0");
  const auto began = house.clock.now();
  house.fail("d1", ana, Reason::validation_failed);
  house.clock.advance(60s);
  house.give_up("d2", bo);
  auto items = house.active();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "delivery_dead");
  EXPECT_EQ(items[0]["severity"], "warning");
  EXPECT_EQ(items[0]["subject"], "crm");
  EXPECT_EQ(items[0]["since"], to_rfc3339(began));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("bring about is not there: 2. "));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("The newest, d2"));
  EXPECT_EQ(house.metric("delivery_dead"), "1");
  house.accept("d3", bo);
  EXPECT_THAT(std::string(house.active()[0]["text"]), HasSubstr("bring about is not there: 1. "));
  house.accept("d4", ana);
  EXPECT_EQ(house.active(), json::array());
  house.fail("d5", ana, Reason::validation_failed);
  EXPECT_EQ(house.active().size(), 1U) << "an older success says nothing about a newer failure";
}

TEST(DeadDeliveries, EndAlsoWhereASystemTellsNoId) {
  Alarms house;
  house.accept("d0", ana, "");
  house.fail("d1", ana, Reason::validation_failed);
  EXPECT_EQ(house.active().size(), 1U);
  house.accept("d2", ana, "");
  EXPECT_EQ(house.active(), json::array());
}

TEST(DeadDeliveries, AreNoAlertAfterThirtyDays) {
  Alarms house;
  house.fail("d1", ana, Reason::validation_failed);
  house.clock.advance(std::chrono::days{30});
  EXPECT_EQ(house.active().size(), 1U);
  house.clock.advance(1s);
  EXPECT_EQ(house.active(), json::array());
  house.fail("d2", bo, Reason::validation_failed);
  EXPECT_THAT(std::string(house.active()[0]["text"]), HasSubstr("is not there: 1. "));
}

TEST(DeadDeliveries, OfActionsEndOnlyWhenTheSameIsDoneTriedAgainOrWrittenOff) {
  Alarms house;
  const auto call = [&](const std::string& id, const std::string& call_id) {
    events::ActionIntended e;
    e.delivery = DeliveryId(id);
    e.contact = ana;
    e.target = crm;
    e.action = events::Action::log_call;
    e.call = events::CallFacts{};
    e.call->call_id = call_id;
    house.put(events::contact_stream(ana), e, {});
  };
  const auto shown = [&](const std::string& id) {
    events::ActionAccepted e;
    e.facts.delivery = DeliveryId(id);
    e.contact = ana;
    e.target = crm;
    e.action = events::Action::log_call;
    house.put(events::delivery_stream(crm, ana), e, {});
  };
  const auto retried = [&](const std::string& id, events::Outcome outcome) {
    events::DeliveryRetryDecided e;
    e.delivery = DeliveryId(id);
    e.retried_by = DeliveryId("newer");
    e.outcome = outcome;
    house.put(events::contact_stream(ana), e, {});
  };
  call("d1", "7");
  house.fail("d1", ana, Reason::validation_failed);
  house.accept("d2", ana);
  call("d3", "8");
  shown("d3");
  ASSERT_EQ(house.active().size(), 1U) << "other values and other calls are not this call";
  EXPECT_THAT(std::string(house.active()[0]["text"]),
              HasSubstr("tidemark replay redeliver --target crm --dry-run"));
  retried("d1", events::Outcome::no_change);
  EXPECT_EQ(house.active().size(), 1U) << "a request that was refused changes nothing";
  call("d4", "7");
  shown("d4");
  EXPECT_EQ(house.active(), json::array()) << "the same call is shown now";
  call("d5", "9");
  house.fail("d5", ana, Reason::validation_failed);
  EXPECT_EQ(house.active().size(), 1U);
  retried("d5", events::Outcome::applied);
  EXPECT_EQ(house.active(), json::array());
  call("d6", "10");
  house.fail("d6", ana, Reason::validation_failed);
  EXPECT_EQ(house.active().size(), 1U);
  events::DeliveryWrittenOff off;
  off.delivery = DeliveryId("d6");
  house.put(events::admin_stream(), off, {});
  EXPECT_EQ(house.active(), json::array());
}

TEST(DeadDeliveries, AreNoneWhereNobodyCanDoAnything) {
  Alarms house;
  house.fail("d1", ana, Reason::target_has_no_such_call);
  house.fail("d2", ana, Reason::no_record_there);
  EXPECT_EQ(house.active(), json::array());
  house.fail("d3", ana, Reason::vendor_failed);
  EXPECT_EQ(house.active().size(), 1U) << "the system failed: somebody looks at it";
}

TEST(DeadDeliveries, AreCriticalInThousands) {
  Alarms house;
  for (int i = 0; i < 999; ++i)
    house.give_up("d" + std::to_string(i), ana);
  EXPECT_EQ(house.active()[0]["severity"], "warning");
  house.give_up("last", ana);
  EXPECT_EQ(house.active()[0]["severity"], "critical");
}

TEST(Reviews, AreAnAlertWhenTheyWaitForTwoMinutes) {
  Alarms house;
  EXPECT_EQ(house.metric("review_waiting"), "0");
  const auto came = house.clock.now();
  house.say(events::ConsentChange::review, Position{7});
  house.clock.advance(120s);
  EXPECT_EQ(house.active(), json::array());
  house.clock.advance(1s);
  const auto items = house.active();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "review_waiting");
  EXPECT_EQ(items[0]["severity"], "warning");
  EXPECT_EQ(items[0]["subject"], "7");
  EXPECT_EQ(items[0]["since"], to_rfc3339(came + 2min));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("POST /api/v1/reviews/7"));
  EXPECT_THAT(items.dump(), Not(HasSubstr("2025550142")));
  EXPECT_EQ(house.metric("review_waiting"), "1");
  house.say(events::ConsentChange::cleared, Position{9}, Position{7});
  EXPECT_EQ(house.active(), json::array());
}

TEST(Reviews, OfOnePersonEndOneByOneAndWithAnOptIn) {
  Alarms house;
  house.say(events::ConsentChange::review, Position{7});
  house.say(events::ConsentChange::review, Position{8});
  house.clock.advance(180s);
  EXPECT_EQ(house.active().size(), 2U);
  house.say(events::ConsentChange::revoked, Position{9}, Position{7});
  EXPECT_EQ(house.active()[0]["subject"], "8") << "the other still waits";
  house.clock.advance(1s);
  house.say(events::ConsentChange::granted, Position{10});
  EXPECT_EQ(house.active(), json::array()) << "an opt-in answers it";
}

TEST(Backlogs, AreAnAlertWhenTheyLastForFiveMinutes) {
  Alarms house;
  const auto began = house.clock.now();
  house.health.waiting = {
      {acme, crm, 999, began}, {acme, {}, 1000, began}, {TenantId("other"), crm, 42'000, began}};
  house.clock.advance(299s);
  EXPECT_EQ(house.active(), json::array());
  house.clock.advance(1s);
  const auto items = house.active();
  ASSERT_EQ(items.size(), 2U) << "another tenant's is not shown";
  EXPECT_EQ(items[0]["rule"], "backlog");
  EXPECT_EQ(items[0]["severity"], "warning");
  EXPECT_EQ(items[0]["subject"], "crm");
  EXPECT_EQ(items[0]["since"], to_rfc3339(began));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("999 deliveries to crm wait"));
  EXPECT_EQ(items[1]["severity"], "critical");
  EXPECT_EQ(items[1]["subject"], "inputs");
  EXPECT_THAT(std::string(items[1]["text"]), HasSubstr("1000 inputs"));
  EXPECT_EQ(house.metric("backlog"), "2");
}

TEST(Silence, IsAnAlertOfItsTenantsConnector) {
  Alarms house;
  EXPECT_EQ(house.metric("webhooks_silent"), "0");
  house.health.silent = {{TenantId("other"), crm, house.clock.now()},
                         {acme, crm, house.clock.now()}};
  const auto items = house.active();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0]["rule"], "webhooks_silent");
  EXPECT_EQ(items[0]["severity"], "warning");
  EXPECT_EQ(items[0]["subject"], "crm");
  EXPECT_EQ(items[0]["since"], to_rfc3339(house.clock.now()));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("tidemark reconcile crm"));
  EXPECT_EQ(house.metric("webhooks_silent"), "1");
}

TEST(MissingLists, KeepTheirSubjectWhenMoreContactsWait) {
  Alarms house;
  events::DeliveryRejected e;
  e.facts.reason_code = Reason::list_missing;
  e.facts.detail = "CALL_NOW";
  for (const auto& contact : {ana, bo}) {
    e.facts.delivery = DeliveryId("d" + contact.value);
    house.put(events::delivery_stream(crm, contact), e, {});
    const auto items = house.active();
    ASSERT_EQ(items.size(), 1U) << "and no dead delivery besides";
    EXPECT_EQ(items[0]["rule"], "list_missing");
    EXPECT_EQ(items[0]["subject"], "crm/CALL_NOW");
  }
}

TEST(OptOutsOfARun, AreOneAlertForTheRun) {
  Alarms house;
  for (const auto& contact : {ana, bo}) {
    events::ActionIntended tell;
    tell.delivery = DeliveryId("d" + contact.value);
    tell.contact = contact;
    tell.target = crm;
    tell.action = events::Action::opt_out;
    tell.channels = {events::Channel::sms};
    tell.purpose = "reconcile:41";
    house.put(events::contact_stream(contact), tell, {});
  }
  house.clock.advance(3min);
  const auto items = house.active();
  ASSERT_EQ(items.size(), 1U) << items;
  EXPECT_EQ(items[0]["rule"], "import_not_confirmed");
  EXPECT_EQ(items[0]["subject"], "reconcile:41");
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("found by reconcile:41"));
  EXPECT_THAT(std::string(items[0]["text"]), HasSubstr("2 by crm"));
}

} // namespace
} // namespace tidemark::gateway::test::alerts_test
