#include "app/watches/measure_watch.hpp"
#include "tests/app/operations/house.hpp"

#include <gmock/gmock.h>

namespace tidemark::app::measure_watch_test {
namespace {

using gateway::Measure;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct Measures : testing::Test {
  Measures() {
    reports.resize(1);
    reports[0].tenant = test::acme;
    reports[0].connector = test::crm;
  }
  /// Answers of the next seconds, so many of them errors, and a look after each second.
  std::vector<Measure> see(std::chrono::seconds lasting, int good, int bad,
                           std::chrono::milliseconds took = 50ms) {
    for (auto left = lasting; left > 0s; left -= 1s) {
      clock.at += 1s;
      for (int i = 0; i < good + bad; ++i)
        reports[0].requests.note(i >= good, took);
      watch.note(reports, resources, clock.at);
    }
    return told();
  }
  std::vector<Measure> told() const {
    std::vector<Measure> out;
    for (const auto& each : watch.bad())
      out.push_back(each.measure);
    return out;
  }

  gateway::AlertThresholds limits;
  test::SetClock clock;
  std::vector<domain::ConnectorReport> reports;
  Resources resources{1, 1000, 90};
  MeasureWatch watch{limits};
};

TEST_F(Measures, ErrorsAreToldWhenTheyHoldAndOverAfterTheCoolDown) {
  EXPECT_THAT(see(60s, 9, 0), IsEmpty());
  const auto began = clock.at + 3s; // 2 of 20 a second in a window that holds 540 good ones
  EXPECT_THAT(see(20s, 8, 2), IsEmpty()) << "it has not held for thirty seconds";
  EXPECT_THAT(see(60s, 8, 2), ElementsAre(Measure::errors));
  const auto bad = watch.bad()[0];
  EXPECT_GT(bad.since, began);
  EXPECT_GT(bad.value, 5U);
  EXPECT_EQ(bad.connector, test::crm);
  // The window forgets the errors in five minutes; then it is good, and cools down for five more.
  EXPECT_THAT(see(420s, 10, 0), ElementsAre(Measure::errors));
  EXPECT_EQ(watch.bad()[0].since, bad.since);
  EXPECT_THAT(see(300s, 10, 0), IsEmpty());
}

TEST_F(Measures, OneThatIsBadAgainDuringTheCoolDownWasNeverOver) {
  resources.memory_used = 900;
  EXPECT_THAT(see(29s, 0, 0), IsEmpty());
  EXPECT_THAT(see(2s, 0, 0), ElementsAre(Measure::memory));
  const auto since = watch.bad()[0].since;
  resources.memory_used = 100;
  EXPECT_THAT(see(299s, 0, 0), ElementsAre(Measure::memory));
  resources.memory_used = 900;
  EXPECT_THAT(see(1s, 0, 0), ElementsAre(Measure::memory));
  resources.memory_used = 100;
  EXPECT_THAT(see(299s, 0, 0), ElementsAre(Measure::memory));
  EXPECT_EQ(watch.bad()[0].since, since);
  EXPECT_THAT(see(3s, 0, 0), IsEmpty());
}

TEST_F(Measures, OneThatIsGoodForAMomentHasNotHeld) {
  for (int i = 0; i < 5; ++i) {
    resources.memory_used = 900;
    EXPECT_THAT(see(25s, 0, 0), IsEmpty());
    resources.memory_used = 100;
    EXPECT_THAT(see(1s, 0, 0), IsEmpty());
  }
}

TEST_F(Measures, FewRequestsAreNoMeasure) {
  see(19s, 0, 1);
  EXPECT_THAT(see(281s, 0, 0), IsEmpty()) << "19 in five minutes";
  EXPECT_THAT(see(60s, 0, 1), ElementsAre(Measure::errors));
}

TEST_F(Measures, SlowAnswersAreToldByTheSlowestTwentieth) {
  EXPECT_THAT(see(60s, 20, 0, 4s), IsEmpty());
  for (int i = 0; i < 120; ++i) { // one in ten
    reports[0].requests.note(false, 8s);
    see(1s, 9, 0);
  }
  EXPECT_THAT(told(), ElementsAre(Measure::answer_time));
  EXPECT_GE(watch.bad()[0].value, 7000U);
  EXPECT_LE(watch.bad()[0].value, 8000U);
  EXPECT_THAT(see(61s, 10, 0), ElementsAre(Measure::answer_time));
  EXPECT_THAT(see(301s, 10, 0), IsEmpty());
}

TEST_F(Measures, APoolIsExhaustedOnceMoreThanNineTenthsWereOutForAMinute) {
  reports[0].workers = 10;
  reports[0].requests_out = 9;
  EXPECT_THAT(see(120s, 0, 0), IsEmpty()) << "nine of ten are not more than nine tenths";
  reports[0].requests_out = 10;
  EXPECT_THAT(see(60s, 0, 0), IsEmpty());
  reports[0].requests_out = 8;
  see(1s, 0, 0);
  reports[0].requests_out = 10;
  EXPECT_THAT(see(60s, 0, 0), IsEmpty()) << "a place was free meanwhile";
  EXPECT_THAT(see(2s, 0, 0), ElementsAre(Measure::pool));
  const auto bad = watch.bad()[0];
  EXPECT_EQ(bad.value, 10U);
  EXPECT_EQ(bad.of, 10U);
  EXPECT_EQ(bad.connector, test::crm);
  EXPECT_EQ(clock.at - bad.since, 61s);
  reports[0].requests_out = 0;
  EXPECT_THAT(see(300s, 0, 0), ElementsAre(Measure::pool));
  EXPECT_THAT(see(2s, 0, 0), IsEmpty());
}

TEST_F(Measures, OfASystemThatIsNotWrittenToNoPoolIsExhausted) {
  EXPECT_THAT(see(120s, 0, 0), IsEmpty());
}

TEST_F(Measures, TheDiskIsToldBeforeAnythingStops) {
  resources.disk_free_percent = 20;
  EXPECT_THAT(see(40s, 0, 0), IsEmpty());
  resources.disk_free_percent = 19;
  EXPECT_THAT(see(40s, 0, 0), ElementsAre(Measure::disk));
  EXPECT_EQ(watch.bad()[0].value, 19U);
  resources.disk_free_percent = 20;
  EXPECT_THAT(see(302s, 0, 0), IsEmpty());
}

TEST_F(Measures, AreOffWithAThresholdOfNothing) {
  limits.error_percent = limits.memory_percent = limits.disk_free_percent = 0;
  limits.answer = 0ms;
  limits.pool_percent = 0;
  reports[0].workers = reports[0].requests_out = 1;
  MeasureWatch off{limits};
  resources = {1000, 1000, 0};
  for (int i = 0; i < 100; ++i) {
    reports[0].requests.note(true, 30s);
    clock.at += 1s;
    off.note(reports, resources, clock.at);
  }
  EXPECT_THAT(off.bad(), IsEmpty());
}

TEST_F(Measures, AConnectorThatIsStartedAgainCountsFromThere) {
  see(200s, 1, 9);
  ASSERT_THAT(told(), ElementsAre(Measure::errors));
  reports[0].requests = {};
  EXPECT_THAT(see(305s, 10, 0), IsEmpty());
}

TEST_F(Measures, AClockThatIsSetBackEndsNothingAndBeginsNothing) {
  resources.memory_used = 900;
  see(40s, 0, 0);
  clock.at -= 1h;
  EXPECT_THAT(see(1s, 0, 0), ElementsAre(Measure::memory));
  resources.memory_used = 100;
  EXPECT_THAT(see(302s, 0, 0), IsEmpty());
}

TEST(RequestTimes, AreKnownToATenth) {
  domain::RequestCounts counts;
  EXPECT_EQ(counts.quantile(0.95), 0ms);
  for (int i = 1; i <= 100; ++i)
    counts.note(false, i * 10ms);
  EXPECT_GE(counts.quantile(0.95), 870ms);
  EXPECT_LE(counts.quantile(0.95), 950ms);
  counts.note(true, 24h);
  counts.note(true, -5ms);
  EXPECT_EQ(counts.ended, 102U);
  EXPECT_EQ(counts.failed, 2U);
  EXPECT_GT(counts.quantile(1), 60s);
}

TEST(RequestTimes, OfTooManyOperationsAreCountedTogether) {
  domain::OperationCounts counts;
  for (int i = 0; i < 40; ++i)
    counts.note("step" + std::to_string(i), false, 10ms);
  EXPECT_EQ(counts.by_name.size(), domain::OperationCounts::names_max + 1);
  EXPECT_EQ(counts.by_name["other"].ended, 8U);
  counts.note("step1", true, 10ms);
  EXPECT_EQ(counts.by_name["step1"].ended, 2U);
  EXPECT_EQ(counts.by_name["step1"].failed, 1U);
}

TEST(Resources, AreThoseOfThisProcess) {
  const auto now = read_resources("/tmp", 0);
  EXPECT_GT(now.memory_used, 1U << 20U);
  EXPECT_GT(now.memory_limit, now.memory_used);
  EXPECT_LE(now.disk_free_percent, 100U);
  EXPECT_EQ(read_resources("/tmp", 4096).memory_limit, 4096U);
  EXPECT_EQ(read_resources("/no/such/folder", 0).disk_free_percent, 100U);
}

} // namespace
} // namespace tidemark::app::measure_watch_test
