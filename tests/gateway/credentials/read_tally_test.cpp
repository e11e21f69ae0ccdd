#include "gateway/credentials/read_tally.hpp"
#include "tests/gateway/house.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tidemark::gateway::test::read_tally_test {
namespace {

using std::chrono::minutes;

const TenantId acme("acme");
const Timestamp noon{std::chrono::hours(12)};

events::PeopleRead read_in(const storage::Append& append) {
  return std::get<events::PeopleRead>(append.events.at(0).event);
}

TEST(ReadTally, IsOneEventOfACallerForTenMinutes) {
  ReadTally tally;
  tally.note(acme, "ada", "contact", "c1", noon);
  tally.note(acme, "ada", "contact", "c1", noon + minutes(1));
  tally.note(acme, "ada", "contacts", "", noon + minutes(2));
  tally.note(acme, "bob", "contacts", "", noon + minutes(9));
  EXPECT_TRUE(tally.due(noon + minutes(9)).empty());
  const auto due = tally.due(noon + minutes(10));
  ASSERT_EQ(due.size(), 1U);
  const auto read = read_in(due[0]);
  EXPECT_EQ(read.by, "ada");
  EXPECT_EQ(read.from, noon);
  EXPECT_EQ(read.until, noon + minutes(2));
  EXPECT_THAT(read.reads, testing::ElementsAre(events::ReadCount{"contact", "c1", 2},
                                               events::ReadCount{"contacts", "", 1}));
  EXPECT_EQ(read_in(tally.due(noon + minutes(10), true).at(0)).by, "bob") << "at the end";
}

TEST(ReadTally, CountsTogetherWhatIsTooMuch) {
  ReadTally tally;
  for (std::size_t i = 0; i < ReadTally::subjects_max + 5; ++i)
    tally.note(acme, "ada", "contact", "c" + std::to_string(i), noon);
  const auto reads = read_in(tally.due(noon, true).at(0)).reads;
  EXPECT_EQ(reads.size(), ReadTally::subjects_max + 1);
  EXPECT_EQ(reads[0], (events::ReadCount{"contact", "", 5}));
}

TEST(ReadTally, HasWhatWasShownToThoseWhoSeePeopleOnly) {
  House house;
  house.get("/api/v1/contacts", viewer_token);
  house.get("/api/v1/connectors", auditor_token);
  house.get("/api/v1/contacts/c1", auditor_token); // there is none
  house.get("/api/v1/opt-outs/+12025550142/history", auditor_token);
  house.get("/api/v1/contacts", auditor_token);
  house.gateway->drain(std::chrono::milliseconds(0));
  ASSERT_EQ(house.log.durable(), Position{1});
  const auto stored = house.log.at(Position{1});
  const auto data = nlohmann::json::parse((*stored)->payload);
  EXPECT_EQ(data["by"], "auditor");
  EXPECT_EQ(data["reads"], nlohmann::json::parse(R"([{"route":"contacts","subject":"","times":1},
                {"route":"opt_out_history","subject":"","times":1}])"))
      << "and no number";
}

} // namespace
} // namespace tidemark::gateway::test::read_tally_test
