#include "app/watches/rate_watch.hpp"
#include "tests/app/operations/house.hpp"

#include <gtest/gtest.h>

namespace tidemark::app::rate_watch_test {
namespace {

using namespace std::chrono_literals;

struct Rates : testing::Test {
  Rates() {
    reports.resize(1);
    reports[0].tenant = test::acme;
    reports[0].connector = test::crm;
  }
  /// So many began and ended in the next seconds, evenly; then what is measured.
  void pass(std::chrono::seconds lasting, std::uint64_t begun, std::uint64_t ended) {
    for (auto left = lasting; left > 0s; left -= 1s) {
      at += 1s;
      reports[0].intended += begun;
      reports[0].ended += ended;
      reports[0].rate_in = reports[0].rate_out = 0; // each report is made anew
      watch.note(reports, at);
    }
  }
  Timestamp at{std::chrono::hours{480'000}};
  std::vector<domain::ConnectorReport> reports;
  RateWatch watch;
};

TEST_F(Rates, AreWhatBeganAndEndedASecond) {
  watch.note(reports, at);
  EXPECT_EQ(reports[0].rate_in, 0) << "one look measures nothing";
  pass(20s, 6, 2);
  EXPECT_DOUBLE_EQ(reports[0].rate_in, 6);
  EXPECT_DOUBLE_EQ(reports[0].rate_out, 2);
}

TEST_F(Rates, AreThoseOfTheLastMinute) {
  pass(300s, 6, 2);
  pass(30s, 0, 4);
  EXPECT_DOUBLE_EQ(reports[0].rate_in, 3);
  EXPECT_DOUBLE_EQ(reports[0].rate_out, 3);
  pass(60s, 0, 4);
  EXPECT_DOUBLE_EQ(reports[0].rate_in, 0);
  EXPECT_DOUBLE_EQ(reports[0].rate_out, 4);
}

TEST_F(Rates, BeginAnewWhereThePartCountsAnew) {
  pass(60s, 6, 2);
  reports[0].intended = 1;
  reports[0].ended = 0;
  watch.note(reports, at += 1s);
  pass(10s, 3, 3);
  EXPECT_DOUBLE_EQ(reports[0].rate_in, 3);
  EXPECT_DOUBLE_EQ(reports[0].rate_out, 3);
}

TEST_F(Rates, OfWhatHasANameAreItsOwnToo) {
  watch.note(test::acme, "parked/", {5, 1}, at);
  watch.note(test::acme, "reviews/", {5, 1}, at);
  const auto rate = watch.note(test::acme, "parked/", {25, 11}, at + 10s);
  EXPECT_DOUBLE_EQ(rate.in, 2);
  EXPECT_DOUBLE_EQ(rate.out, 1);
}

TEST_F(Rates, OfEachTenantAreItsOwn) {
  reports.push_back(reports[0]);
  reports[1].tenant = TenantId("other");
  pass(10s, 6, 2);
  EXPECT_DOUBLE_EQ(reports[0].rate_in, 6);
  EXPECT_DOUBLE_EQ(reports[1].rate_in, 0);
}

} // namespace
} // namespace tidemark::app::rate_watch_test
