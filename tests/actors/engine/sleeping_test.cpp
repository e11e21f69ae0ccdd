#include "projections/table/projection.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace tidemark::tests::sleeping_test {
namespace {

using namespace std::chrono_literals;

connectors::HttpAnswer nobody(const connectors::HttpRequest&) {
  return json_answer(500, "{}");
}

/// An engine with GoHighLevel alone: whatever it tells of is decided, and nothing is sent.
class OneSystem : public ::testing::Test {
protected:
  OneSystem() { house.config.connectors.resize(1); }

  /// Before its first tick an engine takes every contact for one that was last used long ago.
  bool starts_and_knows_the_time() {
    house.start();
    edit("CON", 0);
    return house.settle() && house.falls_asleep_to(0, 400s);
  }
  Position edit(const std::string& id, int number) {
    return house.webhook(
        "gohighlevel",
        ghl_contact(number == 0 ? "ContactCreate" : "ContactUpdate", id,
                    fmt::format("2026-01-05T10:{:02}:{:02}.000Z", number / 60, number % 60),
                    fmt::format(R"("firstName":"Marisol","companyName":"Joinery {}")", number)));
  }
  std::vector<std::string> companies() const {
    std::vector<std::string> out;
    for (const auto& changed : house.all_of<events::ContactChanged>())
      out.push_back(changed.fields.get(events::Field::company));
    return out;
  }

  /// Waits for the tables, which nobody else waits for.
  bool tables_reach(std::uint64_t position) const {
    const auto& all = projections::all();
    const auto there = [&](const projections::Projection& projection) {
      return house.tables.checkpoint(projection.name)->value >= position;
    };
    for (int i = 0; i < 8000 && !std::all_of(all.begin(), all.end(), there); ++i)
      std::this_thread::sleep_for(5ms);
    return std::all_of(all.begin(), all.end(), there);
  }

  EngineHouse house{nobody};
};

TEST_F(OneSystem, AContactThatIsIdleIsReleasedAndGoesOnWhereItStood) {
  constexpr int edits = 12;
  ASSERT_TRUE(starts_and_knows_the_time());
  auto expected = companies();
  for (int i = 0; i < edits; ++i) {
    edit("CON1", i);
    expected.push_back(fmt::format("Joinery {}", i));
  }
  ASSERT_TRUE(house.settle());
  const auto assigned = house.all_of<events::WebhookInterpreted>().back().commands;
  const auto key = projections::row_key(house.tenant, {assigned.front().contact.value});
  const auto kept = [&] { return house.tables.get("contact_snapshots", key)->has_value(); };
  EXPECT_FALSE(kept()) << "it is awake";

  ASSERT_TRUE(house.falls_asleep_to(0, 400s));
  for (int i = 0; i < 8000 && !kept(); ++i)
    std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(kept()) << "only a contact that really ends keeps what it knows";

  edit("CON1", edits);
  expected.push_back(fmt::format("Joinery {}", edits));
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(companies(), expected);
  EXPECT_TRUE(house.failures().empty()) << house.failures().front();
}

TEST_F(OneSystem, AContactAtRestDecidesByWhatItKnew) {
  ASSERT_TRUE(starts_and_knows_the_time());
  edit("CON1", 1);
  ASSERT_TRUE(house.settle());
  for (int i = 0; i < 20; ++i) { // long enough to be told to rest, too short to be released
    house.clock.advance(2s);
    std::this_thread::sleep_for(3 * house.tick);
  }
  edit("CON1", 2);
  ASSERT_TRUE(house.settle());
  const auto changed = house.all_of<events::ContactChanged>().back();
  EXPECT_EQ(changed.fields.get(events::Field::company), "Joinery 2");
  EXPECT_EQ(changed.fields.size(), 1U) << "it knew the name already";
  EXPECT_TRUE(house.failures().empty()) << house.failures().front();
}

TEST_F(OneSystem, AContactThatIsReleasedFromItsRestKeepsWhatItKnew) {
  ASSERT_TRUE(starts_and_knows_the_time());
  for (int i = 0; i < 12; ++i)
    edit("CON1", i);
  ASSERT_TRUE(house.settle());
  for (int i = 0; i < 20; ++i) {
    house.clock.advance(2s);
    std::this_thread::sleep_for(3 * house.tick);
  }
  ASSERT_TRUE(house.falls_asleep_to(0, 400s));
  const auto assigned = house.all_of<events::WebhookInterpreted>().back().commands;
  const auto key = projections::row_key(house.tenant, {assigned.front().contact.value});
  const auto kept = [&] { return house.tables.get("contact_snapshots", key)->has_value(); };
  for (int i = 0; i < 8000 && !kept(); ++i)
    std::this_thread::sleep_for(5ms);
  ASSERT_TRUE(kept());

  edit("CON1", 12);
  ASSERT_TRUE(house.settle());
  const auto changed = house.all_of<events::ContactChanged>().back();
  EXPECT_EQ(changed.fields.get(events::Field::company), "Joinery 12");
  EXPECT_EQ(changed.fields.size(), 1U) << "it knew the name already";
}

TEST_F(OneSystem, OfMoreContactsThanMayBeAwakeTheLongestIdleAreReleased) {
  house.live_contacts_max = 4;
  ASSERT_TRUE(starts_and_knows_the_time());
  for (int i = 0; i < 9; ++i)
    edit(fmt::format("CON{}", i), i);
  ASSERT_TRUE(house.settle());
  // Even the longest wait for this is shorter than what makes a contact idle.
  ASSERT_TRUE(house.falls_asleep_to(4, 10ms));
  for (int i = 0; i < 9; ++i)
    edit(fmt::format("CON{}", i), 20 + i);
  ASSERT_TRUE(house.settle());
  EXPECT_EQ(companies().size(), 19U);
  EXPECT_TRUE(house.failures().empty()) << house.failures().front();
}

TEST_F(OneSystem, AStartReadsTheLogFromItsCheckpointsOn) {
  constexpr std::uint64_t settled_at_least = 5'000; // both followers keep a checkpoint by then
  house.start();
  for (int i = 0; house.log.durable().value < settled_at_least + 500; ++i) {
    edit(fmt::format("CON{}", i), i);
    if (i % 100 == 0) {
      ASSERT_TRUE(house.settle());
    }
  }
  ASSERT_TRUE(house.settle());
  ASSERT_TRUE(tables_reach(settled_at_least));
  EXPECT_EQ(house.log.lowest_scan, 0U) << "the first start had to read all";
  storage::Append looked; // as the consent monitor writes down when there are messages
  looked.tenant = house.tenant;
  looked.events.push_back(
      {StreamName("watch/looked"), events::WatchLooked{Position{settled_at_least}}, {}, {}});
  storage::append_and_wait(house.log, std::move(looked));
  house.stop();
  house.log.lowest_scan = UINT64_MAX;
  house.start();
  ASSERT_TRUE(house.settle());
  EXPECT_GE(house.log.lowest_scan, settled_at_least);
}

} // namespace
} // namespace tidemark::tests::sleeping_test
