#include "gateway/intake/repeats.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test::repeats_test {
namespace {

using std::chrono::seconds;

const TenantId acme{"acme"};
const ConnectorName crm{"crm"};
const Timestamp start{seconds{1'790'000'000}};

std::vector<std::uint64_t> times(const std::vector<storage::Append>& appends) {
  std::vector<std::uint64_t> out;
  for (const auto& append : appends)
    out.push_back(std::get<events::WebhookRepeated>(append.events.at(0).event).times);
  return out;
}

using Times = std::vector<std::uint64_t>;

TEST(Repeats, WhatComesWithinASecondIsOneEvent) {
  Repeats repeats;
  EXPECT_EQ(times(repeats.due(start)), Times{});
  for (int i = 0; i < 5; ++i)
    repeats.add(acme, crm, Position{7}, start);
  EXPECT_EQ(times(repeats.due(start)), Times{});
  EXPECT_EQ(times(repeats.due(start + seconds(1))), Times{5});
  EXPECT_EQ(times(repeats.due(start + seconds(1))), Times{});
}

TEST(Repeats, AFloodIsRecordedEachTimeItHasDoubledAndAtItsEnd) {
  Repeats repeats;
  std::vector<std::uint64_t> recorded;
  std::uint64_t sum = 0;
  auto now = start;
  for (int i = 0; i < 1'000; ++i, now += seconds(2)) {
    repeats.add(acme, crm, Position{7}, now);
    for (const auto more : times(repeats.due(now + seconds(1))))
      recorded.push_back(more);
  }
  EXPECT_LE(recorded.size(), 11U);
  for (const auto more : times(repeats.due(now + seconds(61))))
    recorded.push_back(more);
  for (const auto more : recorded)
    sum += more;
  EXPECT_EQ(sum, 1'000U);
}

TEST(Repeats, OneOriginalAtATimeIsTold) {
  Repeats repeats;
  repeats.add(acme, crm, Position{7}, start);
  repeats.add(TenantId("globex"), crm, Position{9}, start);
  const auto all = repeats.due(start, true);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].tenant, acme);
  EXPECT_EQ(all[0].correlation, Position{7});
  EXPECT_EQ(all[1].tenant, TenantId("globex"));
  EXPECT_EQ(times(repeats.due(start, true)), Times{});
}

TEST(Repeats, RemembersAFewThousandOnlyAndLosesNone) {
  Repeats repeats;
  std::size_t recorded = 0;
  for (std::uint64_t i = 1; i <= 3 * Repeats::originals_max; ++i) {
    repeats.add(acme, crm, Position{i}, start);
    if (i % 1'000 == 0)
      recorded += repeats.due(start + seconds(1)).size();
  }
  EXPECT_EQ(recorded + repeats.due(start, true).size(), 3 * Repeats::originals_max);
}

} // namespace
} // namespace tidemark::gateway::test::repeats_test
