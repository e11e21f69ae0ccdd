#include "storage/folder/fence.hpp"
#include "tests/storage/support.hpp"

// On its own, because RocksDB's LOCK would hide that the fence does not hold.
namespace tidemark::storage::test::fence_test {
namespace {

TEST(Fence, HoldsOffASecondWriterUntilTheFirstLetsGo) {
  const Scratch scratch;
  const auto path = scratch.path("writer.lock");
  {
    const auto first = Fence::take(path);
    ASSERT_TRUE(first.ok());
    const auto second = Fence::take(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, "data_in_use");
    EXPECT_TRUE(first->check().ok());
  }
  EXPECT_TRUE(Fence::take(path).ok());
}

TEST(Fence, NoticesThatItsFileWasReplaced) {
  const Scratch scratch;
  const auto path = scratch.path("writer.lock");
  const auto first = Fence::take(path);
  ASSERT_TRUE(first.ok());
  std::filesystem::remove(path);
  EXPECT_EQ(first->check().error().code, "fence_lost");
  ASSERT_TRUE(Fence::take(path).ok()) << "a new file stands there now";
  EXPECT_EQ(first->check().error().code, "fence_lost");
}

} // namespace
} // namespace tidemark::storage::test::fence_test
