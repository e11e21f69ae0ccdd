#include "tests/actors/engine/engine_house.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

/// A contact's events are decided in log order, whatever a crash left behind.
namespace tidemark::tests::order_test {
namespace {

using namespace std::chrono_literals;

TEST(Order, AnInputThatIsRefusedForAMomentIsNotOvertakenByOneThatWasInterpretedBefore) {
  EngineHouse house([](const auto&) { return json_answer(500, "{}"); });
  house.config.connectors.resize(1);
  house.log.refuses = [](const storage::Append& append) {
    return append.decider == events::Decider::contact;
  };
  house.start();
  std::vector<Position> inputs;
  for (int i = 0; i < 3; ++i)
    inputs.push_back(house.webhook(
        "gohighlevel",
        ghl_contact(i == 0 ? "ContactCreate" : "ContactUpdate", "CON1",
                    fmt::format("2026-01-05T10:00:{:02}.000Z", i),
                    fmt::format(R"("firstName":"Marisol","companyName":"Joinery {}")", i))));
  for (int i = 0; i < 8000 && house.all_of<events::WebhookInterpreted>().size() < 3; ++i)
    std::this_thread::sleep_for(5ms);
  ASSERT_EQ(house.all_of<events::WebhookInterpreted>().size(), 3U);
  house.stop();

  const auto left = std::make_shared<std::atomic<int>>(1);
  house.log.refuses = [first = inputs.front(), left](const storage::Append& append) {
    return append.cause == first && append.decider == events::Decider::interpreter
           && left->fetch_sub(1) > 0;
  };
  house.start();
  ASSERT_TRUE(house.settle());
  std::vector<Position> decided;
  for (const auto& recorded : house.all())
    if (std::holds_alternative<events::ContactObserved>(recorded.event))
      decided.push_back(recorded.envelope.cause);
  EXPECT_EQ(decided, inputs);
  EXPECT_LE(left->load(), 0) << "it was refused";
}

/// What was decided about a webhook before a stop is finished after it, also when its connector was
/// changed or removed in between; the tenant's interpreter fell for ever.
void expect_finished_after(const std::function<void(events::ConfigApplied&)>& change) {
  EngineHouse house([](const auto&) { return json_answer(500, "{}"); });
  house.config.connectors.resize(1);
  house.log.refuses = [](const storage::Append& append) {
    return append.decider == events::Decider::contact;
  };
  house.start();
  house.webhook("gohighlevel", ghl_contact("ContactCreate", "CON1", "2026-01-05T10:00:00.000Z",
                                           R"("firstName":"Marisol","phone":"+12025550142")"));
  for (int i = 0; i < 8000 && house.all_of<events::WebhookInterpreted>().empty(); ++i)
    std::this_thread::sleep_for(5ms);
  house.stop();

  house.log.refuses = [](const storage::Append&) { return false; };
  change(house.config);
  house.start();
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(house.all_of<events::ContactObserved>().size(), 1U);
  EXPECT_EQ(house.failures(), std::vector<std::string>{});
}

TEST(Order, AHalfDecidedWebhookOfAConnectorThatWasRemovedIsFinished) {
  expect_finished_after([](auto& config) { config.connectors.clear(); });
}

TEST(Order, AHalfDecidedWebhookOfAnotherLocationIsFinished) {
  expect_finished_after(
      [](auto& config) { config.connectors[0].settings["location_id"] = "LOCexample0000000002"; });
}

} // namespace
} // namespace tidemark::tests::order_test
