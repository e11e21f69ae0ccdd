#include "actors/connector/flow_control.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <gtest/gtest.h>

namespace tidemark::tests::flow_control_test {
namespace {

using namespace std::chrono_literals;
using domain::HealthSignal;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// One system behind a circuit that opens after two failures and closes after two successes.
class Flowing : public ::testing::Test {
protected:
  Flowing() {
    auto& destination = context_.destinations[crm_];
    destination.configured.connector = connectors::find("gohighlevel");
    destination.breaker = {2, 60s, 2};
    EXPECT_TRUE(flow_.start(context_, crm_));
    flow_.tick(start);
  }
  const actors::Destination& destination() { return context_.destinations.at(crm_); }
  bool lists_wait(Timestamp at) {
    flow_.tick(at);
    return *destination().held_back;
  }
  void open() {
    flow_.on_outcome(HealthSignal::fails, "vendor_failed", ContactId("c1"));
    const auto event = flow_.on_outcome(HealthSignal::fails, "vendor_failed", ContactId("c2"));
    ASSERT_TRUE(event && std::holds_alternative<events::CircuitOpened>(*event));
  }
  std::optional<events::Event> page_says(HealthSignal sign) {
    *destination().list_sign = sign;
    return flow_.heard_of_list();
  }

  const ConnectorName crm_{"crm"};
  SteppingClock clock_;
  storage::MemoryLog log_{clock_};
  storage::MemoryTables tables_;
  ScriptedHttp http_{[](const auto&) { return json_answer(200, "{}"); }};
  KeyedHasher hasher_{SecretText("pepper")};
  actors::LogPort port_{log_};
  actors::TenantContext context_{port_,
                                 tables_,
                                 http_,
                                 hasher_,
                                 "1",
                                 TenantId("acme"),
                                 {},
                                 {},
                                 50'000,
                                 std::chrono::seconds{300},
                                 [](auto, auto) {}};
  actors::FlowControl flow_;
  domain::ConnectorReport report_;
};

TEST_F(Flowing, AListWaitsForTheProbesOfDeliveriesWhileThereAreAny) {
  EXPECT_FALSE(lists_wait(start));
  open();
  EXPECT_TRUE(lists_wait(start + 59s));
  *destination().open_deliveries = 1;
  EXPECT_TRUE(lists_wait(start + 60s)) << "the delivery is the probe";
  *destination().open_deliveries = 0;
  EXPECT_FALSE(lists_wait(start + 60s)) << "nothing else would ever look";
}

TEST_F(Flowing, PagesOfAListCloseACircuit) {
  open();
  flow_.tick(start + 60s);
  EXPECT_FALSE(page_says(HealthSignal::works));
  const auto closed = page_says(HealthSignal::works);
  ASSERT_TRUE(closed);
  EXPECT_TRUE(std::holds_alternative<events::CircuitClosed>(*closed));
}

TEST_F(Flowing, APageThatFailsPutsTheNextProbeOff) {
  open();
  flow_.tick(start + 60s);
  EXPECT_FALSE(page_says(HealthSignal::fails));
  EXPECT_TRUE(lists_wait(start + 119s));
  EXPECT_FALSE(lists_wait(start + 120s));
}

TEST_F(Flowing, APageIsHeardOnce) {
  open();
  flow_.tick(start + 60s);
  page_says(HealthSignal::works);
  EXPECT_FALSE(flow_.heard_of_list());
  EXPECT_FALSE(lists_wait(start + 60s));
  flow_.describe(report_);
  EXPECT_EQ(report_.circuit, domain::CircuitState::half_open);
}

TEST_F(Flowing, AListSaysNothingOfACircuitThatIsClosed) {
  flow_.on_outcome(HealthSignal::fails, "vendor_failed", ContactId("c1"));
  EXPECT_FALSE(page_says(HealthSignal::works)) << "deliveries may fail where it works";
  EXPECT_TRUE(flow_.on_outcome(HealthSignal::fails, "vendor_failed", ContactId("c2")));
}

TEST_F(Flowing, A429HoldsLongerUntilAnotherAnswerComes) {
  const auto refused = json_answer(429, "{}");
  auto now = start;
  const auto held = [&] { return destination().limit->status().until.value_or(now) - now; };
  actors::apply_limits(destination(), refused, 0, 0, now);
  now += 1s;
  flow_.tick(now);
  actors::apply_limits(destination(), refused, 0, 0, now);
  EXPECT_EQ(held(), 2s);
  now += 2s;
  flow_.tick(now);
  actors::apply_limits(destination(), json_answer(503, "{}"), 0, 0, now);
  actors::apply_limits(destination(), refused, 0, 0, now);
  EXPECT_EQ(held(), 4s) << "an overloaded system's 503 is no better";
  now += 4s;
  flow_.tick(now);
  actors::apply_limits(destination(), json_answer(200, "{}"), 0, 0, now);
  actors::apply_limits(destination(), refused, 0, 0, now);
  EXPECT_EQ(held(), 1s);
}

} // namespace
} // namespace tidemark::tests::flow_control_test
