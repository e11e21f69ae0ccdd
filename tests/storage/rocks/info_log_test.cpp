#include "storage/rocks/rocks_info_log.hpp"
#include "tests/storage/support.hpp"

#include <rocksdb/env.h>

#include <fstream>

namespace tidemark::storage::test::info_log_test {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(InfoLog, KeepsTheOneBeforeIt) {
  const Scratch scratch;
  rocksdb::Info(make_info_log(scratch.path()).get(), "the first of %d", 2);
  rocksdb::Info(make_info_log(scratch.path()).get(), "the second of %d", 2);
  EXPECT_NE(text_of(scratch.path() + "/LOG.old").find("the first of 2\n"), std::string::npos);
  EXPECT_NE(text_of(scratch.path() + "/LOG").find("the second of 2\n"), std::string::npos);
}

TEST(InfoLog, NeverGrowsBeyondItsBound) {
  const Scratch scratch;
  const auto info_log = make_info_log(scratch.path());
  const std::string line(1000, 'x');
  for (int i = 0; i < 6000; ++i)
    rocksdb::Info(info_log.get(), "%s", line.c_str());
  const auto size = std::filesystem::file_size(scratch.path() + "/LOG");
  EXPECT_GT(size, 3U << 20);
  EXPECT_LE(size, 4U << 20);
}

TEST(InfoLog, IsNoneWhereItCannotBeWritten) {
  const Scratch scratch;
  rocksdb::Info(make_info_log(scratch.path("no/such/folder")).get(), "for nobody");
  EXPECT_FALSE(std::filesystem::exists(scratch.path("no")));
}

} // namespace
} // namespace tidemark::storage::test::info_log_test
