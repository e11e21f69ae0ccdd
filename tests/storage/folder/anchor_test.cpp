#include "storage/folder/anchor.hpp"
#include "tests/storage/support.hpp"

#include <fstream>

namespace tidemark::storage::test::anchor_test {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Anchor::Mark mark_at(std::uint64_t position) {
  return {Position{position}, {}, Epoch{1}};
}

/// A write that was cut short from `before` to `after`: the first half of what differs.
std::string torn(const std::string& before, const std::string& after) {
  std::size_t first = 0;
  while (before[first] == after[first])
    ++first;
  return after.substr(0, first + 20) + before.substr(first + 20);
}

TEST(Anchor, ATornWriteLeavesTheMarkBeforeIt) {
  const Scratch scratch;
  const auto path = scratch.path("anchor");
  auto anchor = Anchor::open(path);
  ASSERT_TRUE(anchor.ok());
  for (std::uint64_t position = 1; position <= 5; ++position) {
    const auto before = bytes_of(path);
    ASSERT_TRUE(anchor->set(mark_at(position)).ok());
    const auto after = bytes_of(path);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << torn(before, after);
    const auto found = Anchor::look(path);
    ASSERT_TRUE(found.ok()) << "position " << position << ": " << found.error().text;
    EXPECT_EQ((*found)->position, Position{position - 1});
    std::ofstream(path, std::ios::binary | std::ios::trunc) << after;
  }
}

} // namespace
} // namespace tidemark::storage::test::anchor_test
