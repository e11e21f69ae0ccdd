#include "app/operations/log_level_control.hpp"
#include "app/operations/recorded_log.hpp"
#include "app/service_log/service_log.hpp"
#include "events/all.hpp"
#include "storage/recorded_event.hpp"
#include "tests/app/operations/house.hpp"

#include <gmock/gmock.h>

namespace tidemark::app::log_levels_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr Timestamp noon{std::chrono::hours{500'000}};

TEST(LogLevels, APartHasItsOwnUntilItsTimeIsOver) {
  LogLevels levels;
  levels.configure(Level::warning);
  levels.set(Part::delivery, LogLevels::Said{Level::debug, noon});
  levels.set(Part::intake, LogLevels::Said{Level::info, {}});
  EXPECT_EQ(levels.of(Part::delivery), Level::debug);
  EXPECT_EQ(levels.of(Part::consent), Level::warning);
  levels.end_overdue(noon - 1s);
  EXPECT_EQ(levels.of(Part::delivery), Level::debug);
  levels.end_overdue(noon);
  EXPECT_EQ(levels.of(Part::delivery), Level::warning);
  levels.configure(Level::error);
  EXPECT_EQ(levels.of(Part::consent), Level::error);
  EXPECT_EQ(levels.of(Part::intake), Level::info) << "that was said until the next start";
  levels.set(Part::intake, std::nullopt);
  EXPECT_EQ(levels.of(Part::intake), Level::error);
}

TEST(LogLevels, HaveTheNamesThatPeopleKnow) {
  EXPECT_THAT(parts_named("delivery"), ElementsAre(Part::delivery));
  EXPECT_THAT(parts_named("config:*"), ElementsAre(Part::service));
  EXPECT_THAT(parts_named("webhooks:*"), ElementsAre(Part::intake));
  EXPECT_THAT(parts_named("*"), SizeIs(part_names.size()));
  EXPECT_THAT(parts_named("weather"), IsEmpty());
  EXPECT_THAT(parts_named(""), IsEmpty());
}

TEST(LogLevels, EachNameStandsInItsPlace) {
  for (std::size_t i = 0; i < part_names.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(part_names[i].first), i);
  for (std::size_t i = 0; i < level_names.size(); ++i)
    EXPECT_EQ(static_cast<std::size_t>(level_names[i].first), i);
}

struct Control : testing::Test, test::House {
  LogLevels levels;
  LogLevelControl control{levels, log};
};

TEST_F(Control, SaysInTheLogWhoWantedWhat) {
  ASSERT_TRUE(control.set({{"vendor:*", "debug"}, {"http", "default"}}, noon, "ops", "r-1"));
  EXPECT_EQ(levels.of(Part::connector), Level::debug);
  const auto recorded = storage::recorded_event(log, log.durable());
  ASSERT_TRUE(recorded);
  EXPECT_EQ(recorded->envelope.tenant, TenantId("engine"));
  EXPECT_EQ(recorded->envelope.stream, StreamName("admin"));
  EXPECT_EQ(recorded->event, events::Event(events::LogLevelsSet{
                                 {"connector=debug", "http=default"}, noon, "ops", "r-1"}));
  const auto all = control.levels();
  ASSERT_THAT(all, SizeIs(part_names.size()));
  EXPECT_EQ(all[2].part, "connector");
  EXPECT_EQ(all[2].level, "debug");
  EXPECT_FALSE(all[2].as_configured);
  EXPECT_EQ(all[2].until, noon);
  EXPECT_TRUE(all[0].as_configured);
}

TEST_F(Control, AWrongNameOrLevelChangesNothing) {
  const auto before = log.durable();
  const auto part = control.set({{"http", "debug"}, {"wether", "debug"}}, {}, "ops", "");
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, "bad_log_level");
  EXPECT_THAT(part.error().text, HasSubstr("there are: access, backfill, "));
  const auto level = control.set({{"http", "loud"}}, {}, "ops", "");
  ASSERT_FALSE(level);
  EXPECT_THAT(level.error().text, HasSubstr("debug, info, warning, error, or default"));
  EXPECT_EQ(control.set({}, {}, "ops", "").error().code, "bad_log_level");
  EXPECT_EQ(levels.of(Part::http), Level::info);
  EXPECT_EQ(log.durable(), before);
}

TEST(RecordedLog, KnowsWhoseATypeIs) {
  EXPECT_EQ(part_of(events::DeliveryAccepted::name), Part::delivery);
  EXPECT_EQ(part_of(events::CallAllowed::name), Part::consent);
  EXPECT_EQ(part_of(events::CallObserved::name), Part::conversations);
  EXPECT_EQ(part_of(events::ContactsMerged::name), Part::merge);
  EXPECT_EQ(part_of(events::ContactChanged::name), Part::contacts);
  EXPECT_EQ(part_of(events::LogLevelsSet::name), Part::service);
}

} // namespace
} // namespace tidemark::app::log_levels_test
