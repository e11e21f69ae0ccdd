#include "events/format/tags.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace tidemark::tests::outage_test {
namespace {

using namespace std::chrono_literals;
using connectors::HttpAnswer;
using connectors::HttpRequest;

/// GoHighLevel alone receives. It can be away, and counts what it is asked and what it makes.
class Outage : public ::testing::Test {
protected:
  Outage() {
    auto& all = house.config.connectors; // gohighlevel, aloware, verity, generic
    all[1].receives = all[2].receives = all[3].receives = false;
  }

  /// The other systems get nothing, and are asked all the same whether they are there.
  static bool asks_another(const HttpRequest& request) {
    return request.method == "GET"
           && (request.url.ends_with("/") || request.url.ends_with("/in")
               || request.url.find("/webhook/contact/phone-number") != std::string::npos);
  }

  HttpAnswer answer(const HttpRequest& request) {
    if (request.url.find("/contacts/search") != std::string::npos && request.method == "POST") {
      ++listed;
      return json_answer(list_status.load(), R"({"contacts":[]})");
    }
    if (asks_another(request))
      return json_answer(200, "{}");
    ++requests;
    if (refused_key)
      return json_answer(401, R"({"message":"Invalid JWT"})");
    if (away)
      return json_answer(503, "{}");
    if (request.method == "GET")
      return json_answer(200, R"({"contact":null})");
    const auto number = ++made;
    const std::lock_guard lock(guard);
    ++times_made[request.body];
    return json_answer(201, fmt::format(R"({{"contact":{{"id":"CON{}"}}}})", number));
  }
  void person(int number) {
    house.webhook("generic", fmt::format(R"({{"type":"contact.created","timestamp":)"
                                         R"("2026-01-05T10:00:00Z","data":{{"id":"c_{}",)"
                                         R"("first_name":"Ada","phone":"+1202555{:04}"}}}})",
                                         number, number));
  }
  /// What GoHighLevel said of our key, in its order.
  std::vector<events::CredentialState> judgements() {
    std::vector<events::CredentialState> out;
    for (const auto& each : house.all_of<events::CredentialChanged>())
      if (each.connector == ConnectorName("gohighlevel"))
        out.push_back(each.state);
    return out;
  }
  /// Lets time pass in steps that every actor sees.
  void pass(std::chrono::seconds time) {
    for (auto gone = 0s; gone < time; gone += 1s) {
      house.clock.advance(1s);
      std::this_thread::sleep_for(6ms);
    }
  }
  bool wait_until(const std::function<bool()>& holds) {
    for (int i = 0; i < 4000; ++i) {
      if (holds())
        return true;
      pass(1s);
    }
    return false;
  }
  void ask_for_list() {
    const ConnectorName crm("gohighlevel");
    storage::Append append;
    append.tenant = house.tenant;
    append.events.push_back(
        {events::backfill_stream(crm),
         events::BackfillRequested{crm, events::BackfillKind::backfill, false, "test", ""},
         {},
         {}});
    storage::append_and_wait(house.log, std::move(append));
  }
  template <class T>
  std::size_t count() const {
    return house.all_of<T>().size();
  }

  std::atomic<bool> away = false, refused_key = false;
  std::atomic<std::uint32_t> list_status = 200;
  std::atomic<int> requests = 0, made = 0, listed = 0;
  std::mutex guard;
  std::map<std::string, int> times_made;
  EngineHouse house{[this](const HttpRequest& request) { return answer(request); }};
};

TEST_F(Outage, OfTwentyMinutesIsMetWithProbesAndEverybodyArrivesOnceAfterwards) {
  constexpr int people = 300;
  away = true;
  house.start();
  for (int i = 0; i < people; ++i)
    person(i);
  ASSERT_TRUE(wait_until([&] { return count<events::CircuitOpened>() == 1; }));
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryIntended>() == people; }));
  const auto at_opening = requests.load();
  pass(20min);
  EXPECT_LE(requests - at_opening, 30) << "about one probe a minute";
  EXPECT_GE(requests - at_opening, 10);
  EXPECT_EQ(count<events::CircuitOpened>(), 1U) << "one outage, however many probes fail";
  away = false;
  ASSERT_TRUE(wait_until([&] { return made >= people; }));
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == people; }));
  EXPECT_EQ(made, people);
  for (const auto& [body, times] : times_made)
    EXPECT_EQ(times, 1) << body;
  EXPECT_EQ(count<events::CircuitClosed>(), 1U);
  EXPECT_EQ(count<events::DeliveryDied>(), 0U);
  EXPECT_TRUE(house.failures().empty()) << house.failures().front();
}

TEST_F(Outage, IsWaitedForAlsoWhereTheClockWasSetBackAndNothingTicks) {
  away = true;
  house.tick = 1h; // the first is all there is
  house.ahead_at_start = 2h;
  house.start();
  std::this_thread::sleep_for(100ms); // seen by every actor
  house.clock.advance(-2h);
  person(1);
  for (int i = 0; i < 2000 && count<events::DeliveryRetryScheduled>() == 0; ++i)
    std::this_thread::sleep_for(2ms);
  std::this_thread::sleep_for(200ms);
  EXPECT_EQ(requests, 1) << "the wait counts from what is recorded, not from the tick before";
  EXPECT_EQ(count<events::DeliveryRetryScheduled>(), 1U);
}

TEST_F(Outage, IsRememberedOverARestart) {
  away = true;
  house.start();
  for (int i = 0; i < 40; ++i)
    person(i);
  ASSERT_TRUE(wait_until([&] { return count<events::CircuitOpened>() == 1; }));
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryIntended>() == 40; }));
  house.stop();
  const auto before = requests.load();
  house.start();
  pass(20s);
  EXPECT_LE(requests - before, 1) << "a start is no reason to ask everything at once";
  away = false;
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == 40; }));
}

TEST_F(Outage, ThatLeftNothingToTryWithIsOverWhenPagesOfTheListCome) {
  const ConnectorName crm("gohighlevel");
  storage::Append append;
  append.tenant = house.tenant;
  append.events.push_back({events::flow_stream(crm),
                           events::CircuitOpened{crm, Reason::vendor_failed, 5, house.clock.now()},
                           {},
                           {}});
  storage::append_and_wait(house.log, std::move(append));
  list_status = 503;
  house.start();
  ask_for_list();
  ASSERT_TRUE(wait_until([&] { return listed >= 2; })) << "nobody else looks whether it answers";
  list_status = 200;
  for (std::size_t run = 1; run <= 3; ++run) {
    ASSERT_TRUE(wait_until([&] { return count<events::BackfillFinished>() == run; }));
    if (run < 3)
      ask_for_list();
  }
  EXPECT_TRUE(wait_until([&] { return count<events::CircuitClosed>() == 1; }));
  EXPECT_EQ(count<events::CircuitOpened>(), 1U);
}

TEST_F(Outage, ARefusedKeyHoldsBackWhatWaitsUntilAProbeSeesItAccepted) {
  house.probes_per_second = 20;
  refused_key = true;
  list_status = 401;
  house.start();
  using events::CredentialState;
  ASSERT_TRUE(wait_until([&] { return judgements() == std::vector{CredentialState::refused}; }));
  house.stop();
  house.start();
  for (int i = 0; i < 5; ++i)
    person(i);
  pass(10s);
  EXPECT_EQ(requests, 0) << "the start before has seen that it is refused";
  pass(120s);
  EXPECT_LE(requests, 4) << "one a minute, and once more with the key read anew";
  EXPECT_EQ(judgements(), std::vector{CredentialState::refused});
  EXPECT_EQ(count<events::CircuitOpened>(), 0U);
  refused_key = false;
  list_status = 200;
  ASSERT_TRUE(wait_until([&] { return made == 5; }));
  EXPECT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == 5; }));
  EXPECT_EQ(judgements(), (std::vector{CredentialState::refused, CredentialState::accepted}));
}

TEST_F(Outage, ASystemThatIsIdleIsAskedAndAPausedOneIsNot) {
  house.probes_per_second = 20;
  house.start();
  ASSERT_TRUE(wait_until([&] { return listed >= 3; })) << "again and again";
  const ConnectorName crm("gohighlevel");
  storage::Append append;
  append.tenant = house.tenant;
  append.events.push_back({events::connector_stream(crm),
                           events::ConnectorPaused{crm, false, "test", "ops", ""},
                           {},
                           {}});
  storage::append_and_wait(house.log, std::move(append));
  pass(5s);
  const auto before = listed.load();
  pass(120s);
  EXPECT_EQ(listed, before);
  EXPECT_EQ(requests, 0);
}

TEST_F(Outage, OfTheListAloneOpensNoCircuit) {
  list_status = 503;
  house.start();
  ask_for_list();
  ASSERT_TRUE(wait_until([&] { return listed >= 8; }));
  EXPECT_EQ(count<events::CircuitOpened>(), 0U);
}

TEST_F(Outage, ASuspendedTenantSendsNothingUntilItIsResumed) {
  house.start();
  const auto say = [&](events::Event event) {
    storage::Append append;
    append.tenant = house.tenant;
    append.events.push_back(
        {events::admin_stream(), std::move(event), {events::suspension_tag()}, {}});
    return storage::append_and_wait(house.log, std::move(append));
  };
  say(events::TenantSuspended{"unpaid", "ops", "r1"});
  for (int i = 0; i < 5; ++i)
    person(i);
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryIntended>() == 5; }));
  pass(60s);
  EXPECT_EQ(count<events::DeliveryDispatched>(), 0U);
  house.stop();
  house.start(); // it stands in the log
  pass(60s);
  EXPECT_EQ(requests, 0);
  say(events::TenantResumed{"paid", "ops", "r2"});
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == 5; }));
  EXPECT_EQ(made, 5);
}

TEST_F(Outage, APauseLetsNothingOutUntilItIsResumed) {
  house.start();
  const auto say = [&](events::Event event) {
    storage::Append append;
    append.tenant = house.tenant;
    append.events.push_back(
        {events::connector_stream(ConnectorName("gohighlevel")), std::move(event), {}, {}});
    return storage::append_and_wait(house.log, std::move(append));
  };
  say(events::ConnectorPaused{ConnectorName("gohighlevel"), false, "maintenance", "ops", "r1"});
  for (int i = 0; i < 5; ++i)
    person(i);
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryIntended>() == 5; }));
  pass(60s);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(count<events::DeliveryDispatched>(), 0U);
  house.stop();
  house.start(); // it stands in the log
  pass(60s);
  EXPECT_EQ(requests, 0);
  say(events::ConnectorResumed{ConnectorName("gohighlevel"), "done", "ops", "r2"});
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == 5; }));
  EXPECT_EQ(made, 5);
}

TEST_F(Outage, AStopOfAllSendingLetsNothingOutAndGoesOnInPart) {
  house.start();
  const auto say = [&](events::Event event) {
    storage::Append append;
    append.tenant = house.tenant;
    append.events.push_back({events::sending_stream(), std::move(event), {}, {}});
    return storage::append_and_wait(house.log, std::move(append));
  };
  say(events::SendingStopped{false, {}, "wrong texts", "ops", "r1"});
  for (int i = 0; i < 5; ++i)
    person(i);
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryIntended>() == 5; }));
  pass(60s);
  EXPECT_EQ(requests, 0);
  house.stop();
  house.start(); // it stands in the log
  pass(60s);
  EXPECT_EQ(count<events::DeliveryDispatched>(), 0U);
  say(events::SendingResumed{10, "mended", "ops", "r2"});
  ASSERT_TRUE(wait_until([&] { return count<events::DeliveryAccepted>() == 5; }));
  EXPECT_EQ(made, 5);
}

} // namespace
} // namespace tidemark::tests::outage_test
