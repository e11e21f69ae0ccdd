#include "app/watches/thread_times.hpp"

#include <gmock/gmock.h>
#include <pthread.h>

#include <future>
#include <thread>

namespace tidemark::app::thread_times_test {
namespace {

TEST(ThreadTimes, AreReadAlsoWhereTheNameHoldsBlanksAndBrackets) {
  const auto read = read_thread_line("7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "a) b (c");
  EXPECT_EQ(read->ticks, 11U + 12U);
  for (const auto* wrong : {"", "7 a S 1", "7 (a) S 1 2", ")("})
    EXPECT_FALSE(read_thread_line(wrong)) << wrong;
}

TEST(ThreadTimes, ThoseOfOneNameAreOneGroup) {
  EXPECT_EQ(group_of("rocksdb:low12"), "rocksdb:low");
  EXPECT_EQ(group_of("api"), "api");
  EXPECT_EQ(group_of("42"), "42");
}

TEST(ThreadTimes, AreThoseOfThisProcess) {
  std::promise<void> may_end;
  auto end = may_end.get_future().share();
  std::vector<std::thread> threads;
  std::vector<std::future<void>> named;
  for (const auto* name : {"sampled1", "sampled2"}) {
    std::promise<void> is_named;
    named.push_back(is_named.get_future());
    threads.emplace_back([name, end, is_named = std::move(is_named)]() mutable {
      pthread_setname_np(pthread_self(), name);
      is_named.set_value();
      end.wait();
    });
  }
  for (auto& each : named)
    each.wait();
  std::uint64_t found = 0;
  for (const auto& group : thread_times())
    if (group.name == "sampled")
      found = group.threads;
  EXPECT_EQ(found, 2U);
  may_end.set_value();
  for (auto& thread : threads)
    thread.join();
}

} // namespace
} // namespace tidemark::app::thread_times_test
