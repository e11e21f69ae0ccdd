#include "app/watches/backup_watch.hpp"

#include <gtest/gtest.h>

namespace tidemark::app::backup_watch_test {
namespace {

using namespace std::chrono_literals;

const Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1}};

TEST(BackupWatch, TellsWhenTheLastOneThatHeldIsTooOld) {
  BackupWatch watch(26h);
  EXPECT_FALSE(watch.overdue(start)) << "nobody has looked yet";
  watch.note({start - 25h, ""}, start);
  EXPECT_FALSE(watch.overdue(start));
  EXPECT_FALSE(watch.overdue(start + 1h));
  const auto late = watch.overdue(start + 1h + 1s);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->since, start + 1h);
  EXPECT_EQ(late->last, start - 25h);
  watch.note({start + 2h, ""}, start + 2h);
  EXPECT_FALSE(watch.overdue(start + 2h));
}

TEST(BackupWatch, TellsAtOnceWhenNoneWasEverPutBack) {
  BackupWatch watch(26h);
  watch.note({std::nullopt, ""}, start);
  watch.note({std::nullopt, ""}, start + 5h);
  ASSERT_TRUE(watch.overdue(start + 5h));
  EXPECT_EQ(watch.overdue(start + 5h)->since, start) << "since the first look";
}

TEST(BackupWatch, AFolderThatCannotBeReadChangesNothingThatWasKnown) {
  BackupWatch watch(26h);
  watch.note({start, ""}, start);
  watch.note({std::nullopt, "storage_failed"}, start + 1h);
  EXPECT_FALSE(watch.overdue(start + 26h));
  const auto late = watch.overdue(start + 27h);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->problem, "storage_failed");
  EXPECT_EQ(look_at_backups("/nowhere/at/all", "").problem, "not_a_backup_folder");
}

} // namespace
} // namespace tidemark::app::backup_watch_test
