#include "tests/actors/engine/engine_house.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace tidemark::tests::engine_test {
namespace {

using connectors::HttpAnswer;
using connectors::HttpRequest;

/// The number in `phone_number=%2B…`.
std::string phone_in(const std::string& url) {
  const auto at = url.find("phone_number=%2B");
  return at == std::string::npos ? "" : "+" + url.substr(at + 16, 11);
}

/// Vendors that take everything: GoHighLevel finds nobody, Aloware knows the phone afterwards.
HttpAnswer willing(const HttpRequest& request) {
  if (request.url.find("/contacts/search/duplicate") != std::string::npos)
    return json_answer(200, R"({"contact":null})");
  if (request.url.find("/webhook/forms") != std::string::npos)
    return json_answer(201, R"({"message":"Contact created."})");
  if (request.url.find("/contact/phone-number") != std::string::npos)
    return json_answer(200, R"({"id":70000001,"phone_number":")" + phone_in(request.url) + "\"}");
  if (request.url.find("/contacts/") != std::string::npos)
    return json_answer(201, R"({"contact":{"id":"CONnew1"}})");
  return json_answer(200, R"({"id":"g1"})");
}

constexpr auto marisol =
    R"("firstName":"Marisol","lastName":"Tennerby","phone":"+12025550142","email":"m@example.com")";

TEST(Engine, BringsANewContactToEveryOtherSystem) {
  EngineHouse house(willing);
  house.start();
  const auto webhook = house.webhook(
      "gohighlevel", ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  ASSERT_TRUE(house.settle());
  EXPECT_TRUE(house.failures().empty()) << house.failures().front();
  const auto observed = house.all_of<events::ContactObserved>();
  ASSERT_EQ(observed.size(), 1U);
  EXPECT_EQ(observed[0].outcome, events::Outcome::applied);
  const auto accepted = house.all_of<events::DeliveryAccepted>();
  ASSERT_EQ(accepted.size(), 3U);
  for (const auto& recorded : house.all())
    if (recorded.envelope.decider == events::Decider::delivery) {
      EXPECT_EQ(recorded.envelope.correlation, webhook);
    }
}

TEST(Engine, LearnsTheIdsOfTheRecordsItMade) {
  EngineHouse house(willing);
  house.start();
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  ASSERT_TRUE(house.settle());
  const auto cards = house.all_of<events::IdentityCardWritten>();
  ASSERT_FALSE(cards.empty());
  EXPECT_EQ(cards.back().records.size(), 3U); // gohighlevel, aloware, generic
}

TEST(Engine, RecognisesItsOwnWriteComingBack) {
  EngineHouse house(willing);
  house.start();
  house.webhook(
      "generic",
      R"({"type":"contact.created","timestamp":"2026-01-05T10:00:00Z","data":{"id":"c_1",)"
      R"("first_name":"Ada","last_name":"Example","phone":"+12025550111"}})");
  ASSERT_TRUE(house.settle());
  const auto before = house.all_of<events::DeliveryIntended>().size();
  EXPECT_EQ(before, 2U);
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CONnew1", "2026-01-05T10:00:01.000Z",
                            R"("firstName":"Ada","lastName":"Example","phone":"+12025550111")"));
  ASSERT_TRUE(house.settle());
  const auto observed = house.all_of<events::ContactObserved>();
  ASSERT_EQ(observed.size(), 2U);
  EXPECT_EQ(observed[1].outcome, events::Outcome::echo_of) << name_of(observed[1].reason_code);
  const auto intended = house.all_of<events::DeliveryIntended>();
  ASSERT_EQ(intended.size(), before + 1);
  EXPECT_NE(intended.back().forward, Position{}) << "nothing is written; the body goes on";
}

TEST(Engine, KeepsAContactWithAnOptOutSignToItsSource) {
  std::atomic<int> creates = 0;
  EngineHouse house([&](const HttpRequest& request) {
    // That the person opted out is told where they are found; nobody is made.
    if (request.url.find("/webhook/forms") != std::string::npos)
      ++creates;
    return willing(request);
  });
  house.start();
  house.webhook("gohighlevel", ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z",
                                           std::string(marisol) + R"(,"dnd":true)"));
  ASSERT_TRUE(house.settle());
  const auto observed = house.all_of<events::ContactObserved>();
  ASSERT_EQ(observed.size(), 1U);
  EXPECT_EQ(observed[0].outcome, events::Outcome::blocked);
  EXPECT_EQ(creates, 0);
}

TEST(Engine, GoesOnAfterARestartWithoutDoingAnythingTwice) {
  std::atomic<int> creates = 0;
  EngineHouse house([&](const HttpRequest& request) {
    if (request.url.find("/webhook/forms") != std::string::npos)
      ++creates;
    return willing(request);
  });
  house.start();
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  ASSERT_TRUE(house.settle());
  const auto events = house.log.durable();
  house.stop();
  house.start();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.log.durable().value, events.value + 2); // the start and its configuration
  EXPECT_EQ(creates, 1);
}

TEST(Engine, TriesAgainAfterAnErrorAndKeepsTheDeliveryId) {
  std::atomic<int> left = 2;
  EngineHouse house([&](const HttpRequest& request) {
    if (request.url.ends_with("/in") && left-- > 0)
      return json_answer(503, "{}");
    return willing(request);
  });
  house.start();
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  for (int i = 0; i < 2000 && house.all_of<events::DeliveryAccepted>().size() < 3; ++i) {
    house.clock.advance(std::chrono::seconds{2});
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_EQ(house.all_of<events::DeliveryAccepted>().size(), 3U);
  std::set<DeliveryId> ids;
  std::size_t attempts = 0;
  for (const auto& recorded : house.all())
    if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&recorded.event);
        dispatched && recorded.envelope.stream.value.starts_with("delivery/generic/")) {
      ids.insert(dispatched->delivery);
      ++attempts;
    }
  EXPECT_EQ(ids.size(), 1U);
  EXPECT_EQ(attempts, 3U);
}

TEST(Engine, ReadsARefusedTokenAnewAtEachRefusal) {
  std::atomic<int> left = 3;
  EngineHouse house([&](const HttpRequest& request) {
    if (request.url.ends_with("/in") && left-- > 0)
      return json_answer(401, "{}");
    return willing(request);
  });
  house.start();
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  for (int i = 0; i < 2000 && house.all_of<events::DeliveryAccepted>().size() < 3; ++i) {
    house.clock.advance(std::chrono::seconds{2});
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_EQ(house.all_of<events::DeliveryAccepted>().size(), 3U);
  EXPECT_GE(house.rereads, 3) << "it may be replaced while an opt-out is tried for days";
}

TEST(Engine, SendsNothingMoreAfterAnOptOutThatNamesNoAddress) {
  std::atomic<int> requests = 0;
  EngineHouse house([&](const HttpRequest& request) {
    if (!request.url.ends_with("/in") || request.body.find("consent.changed") != std::string::npos)
      return willing(request); // it is told of the opt-out
    ++requests;
    return json_answer(503, "{}");
  });
  house.start();
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  for (int i = 0;
       i < 4000 && (requests == 0 || house.all_of<events::DeliveryAccepted>().size() < 2); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  house.webhook("aloware",
                R"({"event":"Contact-DNC-Updated","body":{"id":70000001,"is_dnc":true}})");
  for (int i = 0; i < 4000 && house.all_of<events::ContactObserved>().size() < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  const int before = requests;
  for (int i = 0; i < 4000 && house.all_of<events::DeliverySuppressed>().empty(); ++i) {
    house.clock.advance(std::chrono::seconds{5});
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  EXPECT_EQ(house.all_of<events::DeliverySuppressed>().size(), 1U);
  EXPECT_EQ(requests, before);
}

/// Whatever ended is started again, after a pause; then all three systems have the contact, once.
void expect_delivered_once_after_a_restart(EngineHouse& house) {
  for (int i = 0; i < 4000 && house.all_of<events::DeliveryAccepted>().size() < 3; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    if (!house.failures().empty())
      house.clock.advance(std::chrono::seconds{1});
  }
  EXPECT_FALSE(house.failures().empty()) << "an end is reported";
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.all_of<events::WebhookInterpreted>().size(), 1U);
  EXPECT_EQ(house.all_of<events::ContactObserved>().size(), 1U);
  EXPECT_EQ(house.all_of<events::DeliveryIntended>().size(), 3U);
  EXPECT_EQ(house.all_of<events::DeliveryAccepted>().size(), 3U);
}

TEST(Engine, StartsWhatEndedOverAScanThatFailed) {
  EngineHouse house(willing);
  house.start();
  house.log.scans_to_fail = 3;
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  expect_delivered_once_after_a_restart(house);
}

/// Otherwise the one that is out could arrive after, and undo, what is sent next.
TEST(Engine, TheSuccessorOfAFallenDeliveryActorWaitsForWhatItLeftOut) {
  std::atomic<int> requests = 0;
  std::atomic<bool> held = true;
  EngineHouse house([&](const HttpRequest& request) {
    if (!request.url.ends_with("/in"))
      return willing(request);
    ++requests;
    for (int i = 0; i < 4000 && held; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return willing(request);
  });
  house.start();
  const auto webhook = [&](const std::string& type, int second) {
    house.webhook(
        "gohighlevel",
        ghl_contact(type, "CON1", fmt::format("2026-01-05T10:00:{:02}.000Z", second), marisol));
  };
  webhook("ContactCreate", 0);
  const auto fallen = [&] {
    for (const auto& failure : house.failures())
      if (failure.find("delivery/generic") != std::string::npos)
        return true;
    return false;
  };
  for (int i = 0; i < 4000 && requests == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  ASSERT_EQ(requests, 1);
  for (int second = 1; second < 60 && !fallen(); ++second) { // whoever reads next falls, so all do
    house.log.scans_to_fail = 10;
    webhook("ContactUpdate", second);
    for (int i = 0; i < 80 && !fallen(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    house.clock.advance(std::chrono::seconds{1});
  }
  ASSERT_TRUE(fallen());
  house.log.scans_to_fail = 0;
  for (int i = 0; i < 60; ++i) {
    house.clock.advance(std::chrono::seconds{1});
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_EQ(requests, 1) << "the first is not answered yet";
  held = false;
  const auto accepted_by_generic = [&] {
    const auto all = house.all_of<events::DeliveryAccepted>();
    return std::count_if(all.begin(), all.end(),
                         [](const auto& e) { return e.target.value == "generic"; });
  };
  for (int i = 0; i < 4000 && accepted_by_generic() == 0; ++i) {
    house.clock.advance(std::chrono::seconds{1});
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  EXPECT_EQ(accepted_by_generic(), 1);
  EXPECT_GT(requests, 1);
}

TEST(Engine, StartsWhatEndedOverALookUpThatFailed) {
  EngineHouse house(willing);
  house.start();
  ASSERT_TRUE(house.settle());
  house.log.lookups_to_fail = 2;
  house.webhook("gohighlevel",
                ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z", marisol));
  expect_delivered_once_after_a_restart(house);
}

} // namespace
} // namespace tidemark::tests::engine_test
