#include "storage/files/disk_space.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tidemark::storage::disk_space_test {
namespace {

TEST(DiskSpace, IsShareOfWhatCouldBeHad) {
  EXPECT_DOUBLE_EQ((DiskSpace{.free = 41, .used = 59}.free_share()), 0.41);
  EXPECT_DOUBLE_EQ((DiskSpace{.free = 0, .used = 59}.free_share()), 0);
  EXPECT_DOUBLE_EQ(DiskSpace{}.free_share(), 0);
}

TEST(DiskSpace, CountsNothingThatNobodyMayHave) {
  const auto space = disk_space("/tmp");
  const auto system = std::filesystem::space("/tmp");
  ASSERT_TRUE(space);
  EXPECT_GT(space->free_share(), 0);
  EXPECT_LE(space->size(), system.capacity);
  // A quota or what is kept for root is counted as neither; others write meanwhile.
  const auto used = system.capacity - system.free;
  EXPECT_NEAR(static_cast<double>(space->used), static_cast<double>(used), 1e9);
  EXPECT_FALSE(disk_space("/no/such/folder"));
}

} // namespace
} // namespace tidemark::storage::disk_space_test
