#include "gateway/actions/bulk_journal.hpp"
#include "tests/gateway/house.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace tidemark::gateway::test::long_actions_test {
namespace {

using json = nlohmann::json;
using testing::HasSubstr;

/// Actions that the log tells of.
class LongActions : public testing::Test {
protected:
  static json parsed(const Reply& reply) { return json::parse(reply.body); }
  json action(const std::string& id) { return parsed(house.get("/api/v1/actions/" + id)); }
  std::string start(const std::string& body) {
    const auto started = house.post("/api/v1/actions", body);
    EXPECT_EQ(started.status, 202) << started.body;
    return parsed(started)["id"];
  }
  json ended(const std::string& id) {
    for (;;) {
      auto now = action(id);
      if (now["state"] != "running")
        return now;
      std::this_thread::yield();
    }
  }
  json done(const std::string& body) { return ended(start(body)); }
  void wait_for(const std::string& id, std::uint64_t requested) {
    while (action(id)["requested"] < requested)
      std::this_thread::yield();
  }
  std::size_t count(std::string_view type) const {
    std::size_t out = 0;
    for (std::uint64_t at = 1; at <= house.log.durable().value; ++at)
      out += (*house.log.at(Position{at}))->envelope.type == type ? 1U : 0U;
    return out;
  }
  /// Four that Aloware refused for good.
  void fail_four() {
    sample::StopStory story(house.log, house.hasher);
    story.known();
    story.stop();
    story.refuse(sample::telling, story.at.told);
    for (int number = 0; number < 3; ++number) {
      auto tell = sample::StopStory::tell();
      tell.delivery = DeliveryId("d-more-" + std::to_string(number));
      story.refuse(tell.delivery, story.writer().input(events::contact_stream(sample::ana), tell,
                                                       {}, {events::contact_tag(sample::ana)}));
    }
    house.fold();
  }
  House house{[](GatewayOptions& o) { o.limits.requests_per_minute = 1'000'000; }};
};

TEST_F(LongActions, GoOnAfterARestartWhereTheyStood) {
  fail_four();
  const auto id = start(R"({"what":"write_off","filter":{},"reason":"told by phone","rate":4})");
  wait_for(id, 1);
  house.gateway.reset(); // it ends in the middle
  EXPECT_EQ(count(events::BulkEnded::name), 0U);
  EXPECT_LT(count(events::DeliveryWrittenOff::name), 4U);
  house.fold();
  house.open();
  EXPECT_EQ(
      house.post("/api/v1/actions", R"({"what":"write_off","filter":{},"reason":"x"})").status, 409)
      << "it runs";
  const auto end = ended(id);
  EXPECT_EQ(end["state"], "done");
  EXPECT_EQ(end["requested"], 4);
  EXPECT_EQ(end["matched"], 4);
  EXPECT_EQ(end["by"], "operator");
  EXPECT_EQ(count(events::DeliveryWrittenOff::name), 4U) << "each once";
  EXPECT_EQ(count(events::BulkEnded::name), 1U);
}

TEST_F(LongActions, ACrashRepeatsNothing) {
  fail_four();
  const auto id = start(R"({"what":"write_off","filter":{},"reason":"told","rate":4})");
  wait_for(id, 1);
  house.gateway.reset();
  events::BulkStarted again;
  again.id = "a1-1";
  again.what = "write_off";
  again.per_second = 1000;
  again.up_to = house.log.durable();
  again.reason = "told";
  again.by = "operator";
  house.put(events::bulk_stream(), again, {});
  events::BulkEnded first;
  first.id = id;
  first.state = "stopped";
  house.put(events::bulk_stream(), first, {});
  house.fold();
  house.open();
  EXPECT_EQ(ended("a1-1")["state"], "done");
  EXPECT_EQ(count(events::DeliveryWrittenOff::name), 4U);
}

TEST_F(LongActions, ThatEndedAreShownAfterARestart) {
  fail_four();
  const auto id = done(R"({"what":"write_off","filter":{},"reason":"told","rate":1000})")["id"];
  const auto dry = done(R"({"what":"retry","filter":{},"dry_run":true})")["id"];
  const auto before = action(id);
  house.gateway.reset();
  house.open();
  EXPECT_EQ(action(id), before);
  EXPECT_EQ(house.get("/api/v1/actions/" + std::string(dry)).status, 404) << "it did nothing";
}

TEST_F(LongActions, AStartReadsTheNewestOnly) {
  const auto put = [&](auto event, int number) {
    event.id = "a" + std::to_string(number) + "-1";
    house.put(events::bulk_stream(), std::move(event), {});
  };
  events::BulkStarted started;
  started.what = "retry";
  events::BulkEnded ended;
  ended.state = "done";
  put(started, 0);
  for (int number = 1; number <= 500; ++number) {
    put(started, number);
    put(events::BulkProgressed{}, number);
    put(ended, number);
  }
  put(events::BulkProgressed{}, 0); // one that began before all others
  put(ended, 0);
  const auto all = *read_bulk_journal(house.log, TenantId("acme"), 100);
  EXPECT_EQ(all.size(), 501U) << "what is under way is known from its beginning";
  put(started, 501);
  put(ended, 501);
  for (int number = 600; number < 700; ++number) {
    put(started, number);
    put(ended, number);
  }
  const auto newest = *read_bulk_journal(house.log, TenantId("acme"), 100);
  ASSERT_EQ(newest.size(), 100U);
  EXPECT_EQ(newest.front().id, "a600-1");
  EXPECT_EQ(newest.back().id, "a699-1");
  EXPECT_EQ(newest.back().state, "done");
}

TEST_F(LongActions, ThatAreStoppedStayStopped) {
  fail_four();
  const auto id = start(R"({"what":"write_off","filter":{},"reason":"told","rate":4})");
  EXPECT_EQ(house.post("/api/v1/actions/" + id + "/stop", "{}").status, 200);
  EXPECT_EQ(ended(id)["state"], "stopped");
  house.gateway.reset();
  house.fold();
  house.open();
  EXPECT_EQ(action(id)["state"], "stopped");
}

class Reprocess : public LongActions {
protected:
  /// A webhook in which something was left out.
  Position webhook(Reason reason = Reason::kind_of_later_work,
                   const std::string& kind = "InvoicePaid", const std::string& body = {},
                   events::Outcome outcome = events::Outcome::skipped) {
    events::WebhookReceived received;
    received.connector = ConnectorName("crm");
    const auto at = sample::Writer(house.log, house.hasher)
                        .input(events::webhook_stream(received.connector), received, body);
    read(at, reason, kind, outcome);
    return at;
  }
  void read(Position input, Reason reason, const std::string& kind,
            events::Outcome outcome = events::Outcome::skipped) {
    events::WebhookInterpreted read;
    read.webhook = input;
    read.connector = ConnectorName("crm");
    read.kind = kind;
    if (reason != Reason::none)
      read.skipped.push_back({outcome, reason, "left out"});
    sample::Writer(house.log, house.hasher)
        .decide(input, 0, events::Decider::interpreter, input,
                {{events::identity_stream(), read, {}, {}}});
  }
};

TEST_F(Reprocess, ReadsAgainWhatTheFilterNamesOnce) {
  webhook();
  const auto second = webhook();
  webhook(Reason::stale);
  webhook(Reason::none);
  webhook(Reason::kind_of_later_work, "InvoiceVoid");
  house.fold();
  const std::string which =
      R"("filter":{"connector":"crm","kind":"InvoicePaid","reason_code":"kind_of_later_work"})";
  EXPECT_EQ(done(R"({"what":"reprocess","dry_run":true,)" + which + "}")["requested"], 2);
  EXPECT_EQ(count(events::WebhookReprocessRequested::name), 0U);
  const auto action = done(R"({"what":"reprocess","reason":"it is known now",)" + which + "}");
  EXPECT_EQ(action["state"], "done") << action;
  EXPECT_EQ(action["requested"], 2);
  EXPECT_EQ(count(events::WebhookReprocessRequested::name), 2U);
  house.fold();
  EXPECT_EQ(done(R"({"what":"reprocess","reason":"again",)" + which + "}")["matched"], 0)
      << "what is being read again is not asked for twice";
  EXPECT_EQ(done(R"({"what":"reprocess","dry_run":true,"filter":{"from":)"
                 + std::to_string(second.value + 1) + "}}")["requested"],
            2)
      << "stale and InvoiceVoid";
}

TEST_F(Reprocess, OfAContactIsWhatNamesIt) {
  const auto card = sample::card(house.hasher, false);
  house.put(events::identity_stream(), card, sample::card_tags(card));
  const auto first = webhook(Reason::kind_of_later_work, "InvoicePaid",
                             R"({"customer":{"phone":")" + sample::canary_phone + "\"}}");
  webhook(Reason::kind_of_later_work, "InvoicePaid", R"({"customer":{"phone":"+12025550199"}})");
  webhook();
  house.fold();
  const std::string of_ana = R"("filter":{"contact":")" + sample::ana.value + "\"}}";
  EXPECT_EQ(done(R"({"what":"reprocess","dry_run":true,)" + of_ana)["requested"], 1);
  const auto action = done(R"({"what":"reprocess","reason":"she asked",)" + of_ana);
  EXPECT_EQ(action["requested"], 1) << action;
  EXPECT_EQ(action["filter"]["contact"], sample::ana.value);
  ASSERT_EQ(count(events::WebhookReprocessRequested::name), 1U);
  auto at = house.log.durable(); // the action's own events stand around it
  while ((*house.log.at(at))->envelope.type != events::WebhookReprocessRequested::name)
    --at.value;
  const auto asked =
      events::decode(events::WebhookReprocessRequested::name, (*house.log.at(at))->payload);
  EXPECT_EQ(std::get<events::WebhookReprocessRequested>(*asked).webhook, first);
  EXPECT_EQ(
      done(R"({"what":"reprocess","dry_run":true,"filter":{"contact":"c-nobody"}})")["matched"], 0);
}

TEST_F(Reprocess, AlsoWhatTheConfigurationIgnored) {
  webhook(Reason::event_not_allowed, "InvoicePaid", {}, events::Outcome::ignored);
  house.fold();
  const std::string ignored = R"("filter":{"reason_code":"event_not_allowed"}})";
  EXPECT_EQ(done(R"({"what":"reprocess","dry_run":true,)" + ignored)["requested"], 1);
}

class Purge : public LongActions {
protected:
  Purge() {
    intend("d-values", 0);
    events::ActionIntended note;
    note.action = events::Action::log_call;
    act(note, "d-note");
    note.action = events::Action::opt_out;
    act(note, "d-opt-out");
    house.fold();
  }
  void intend(const std::string& id, std::uint64_t forward) {
    events::DeliveryIntended e;
    e.delivery = DeliveryId(id);
    e.contact = sample::ana;
    e.target = ConnectorName("crm");
    e.forward = Position{forward};
    put(e);
  }
  void act(events::ActionIntended action, const std::string& id) {
    action.delivery = DeliveryId(id);
    action.contact = sample::ana;
    action.target = ConnectorName("crm");
    put(action);
  }
  void put(events::Event event) {
    house.put(events::contact_stream(sample::ana), std::move(event),
              {events::contact_tag(sample::ana)});
  }
  void put_sent(events::Event event) {
    house.put(events::delivery_stream(ConnectorName("crm"), sample::ana), std::move(event),
              {events::contact_tag(sample::ana)});
    house.fold();
  }
  Reply purge(const std::string& id,
              const std::string& body = R"({"reason":"the system is gone","confirm":true})") {
    return house.post("/api/v1/deliveries/" + id + "/purge", body);
  }
  std::string state(const std::string& id) {
    house.fold();
    const auto shown = parsed(house.get("/api/v1/deliveries/" + id));
    return std::string(shown["state"]) + " " + std::string(shown["reason_code"]);
  }
};

TEST_F(Purge, EndsWhatWaitsAsADeadLetterAndNeverAnOptOut) {
  const std::string body =
      R"({"what":"purge","filter":{"target":"crm"},"reason":"the system is gone","confirm":true})";
  const auto action = done(body);
  EXPECT_EQ(action["state"], "done") << action;
  EXPECT_EQ(action["requested"], 2);
  EXPECT_EQ(action["skipped"][0]["reason_code"], "is_opt_out");
  EXPECT_EQ(state("d-values"), "dead purged");
  EXPECT_EQ(state("d-note"), "dead purged");
  EXPECT_EQ(state("d-opt-out"), "intended ");
  EXPECT_EQ(parsed(house.get("/api/v1/alerts"))["items"], json::array()) << "it was on purpose";
  EXPECT_EQ(done(body)["requested"], 0);
  EXPECT_EQ(count(events::DeliveryPurged::name), 2U);
}

TEST_F(Purge, EndsWhatWaitsForASystemThatIsGone) {
  const std::string body =
      R"({"what":"purge","filter":{"target":"gone"},"reason":"it is gone","confirm":true})";
  EXPECT_THAT(house.post("/api/v1/actions", body).body, HasSubstr("bad_filter"));
  events::DeliveryIntended waits;
  waits.delivery = DeliveryId("d-gone");
  waits.contact = sample::ana;
  waits.target = ConnectorName("gone");
  waits.fields = {{events::Field::first_name, "Ana"}};
  put(waits);
  house.fold();
  EXPECT_EQ(done(body)["requested"], 1);
  EXPECT_EQ(state("d-gone"), "dead purged");
}

TEST_F(Purge, IsAskedForTwiceAndShownBefore) {
  EXPECT_THAT(purge("d-note", R"({"reason":"gone"})").body, HasSubstr("bad_confirm"));
  EXPECT_THAT(purge("d-note", R"({"confirm":true})").body, HasSubstr("bad_reason"));
  const auto before = house.log.durable();
  EXPECT_EQ(parsed(purge("d-note", R"({"dry_run":true})"))["status"], "dry_run");
  EXPECT_EQ(done(R"({"what":"purge","filter":{"target":"crm"},"dry_run":true})")["requested"], 2);
  EXPECT_EQ(house.log.durable(), before);
  EXPECT_EQ(purge("d-none").status, 404);
}

TEST_F(Purge, LeavesAloneWhatIsOnItsWayOrOver) {
  events::DeliveryDispatched sent;
  sent.delivery = DeliveryId("d-note");
  sent.attempt = 1;
  put_sent(sent);
  EXPECT_THAT(purge("d-note").body, HasSubstr("is_out"));
  events::DeliveryRetryScheduled retry;
  retry.facts.delivery = sent.delivery;
  retry.facts.attempt = 1;
  retry.facts.reason_code = Reason::timeout;
  put_sent(retry);
  EXPECT_EQ(done(R"({"what":"purge","filter":{"reason_code":"timeout"},"reason":"x",)"
                 R"("confirm":true})")["requested"],
            1);
  EXPECT_THAT(purge("d-note").body, HasSubstr("not_open"));
}

TEST_F(Purge, LeavesForwardedBodiesThatMayCarryAnOptOut) {
  events::WebhookReceived webhook;
  webhook.connector = ConnectorName("crm");
  const auto harmless = house.put(events::webhook_stream(webhook.connector), webhook, {});
  webhook.maybe_opt_out = true;
  const auto mark = house.put(events::webhook_stream(webhook.connector), webhook, {});
  intend("d-harmless", harmless.value);
  intend("d-mark", mark.value);
  house.fold();
  EXPECT_THAT(purge("d-mark").body, HasSubstr("is_opt_out"));
  EXPECT_EQ(purge("d-harmless").status, 202);
}

TEST_F(Purge, CanBeTakenBack) {
  EXPECT_EQ(purge("d-note").status, 202);
  house.fold();
  EXPECT_EQ(house.post("/api/v1/deliveries/d-note/retry", R"({"reason":"it is back"})").status,
            202);
}

} // namespace
} // namespace tidemark::gateway::test::long_actions_test
