#include "storage/log/memory_log.hpp"
#include "tests/storage/support.hpp"

namespace tidemark::storage::test::memory_log_test {
namespace {

TEST(MemoryLog, ChecksConditionsAgainstEarlierAppendsOfTheSameGroup) {
  const FakeClock clock;
  MemoryLog log(clock, MemoryLog::Mode::when_told);
  Gatherer sink;
  auto first = append_of({event_on("contact/a", "1", {tag_of(1)})});
  first.expected = {{StreamName{"contact/a"}, {}}};
  first.dedupe = {{hash_of(1), std::nullopt}};
  auto same_version = first;
  same_version.dedupe.clear();
  auto tag_moved = append_of({event_on("contact/b")});
  tag_moved.nothing_newer = {{tag_of(1), {}}};
  auto next_version = append_of({event_on("contact/a")});
  next_version.expected = {{StreamName{"contact/a"}, StreamVersion{1}}};
  log.submit(first, sink, 0);
  log.submit(same_version, sink, 1);
  log.submit(tag_moved, sink, 2);
  log.submit(first, sink, 3);
  log.submit(next_version, sink, 4);
  EXPECT_EQ(sink.count(), 0U);
  EXPECT_EQ(log.waiting(), 5U);
  EXPECT_EQ(log.commit_group(), 5U);
  const auto answers = sink.wait_for(5);
  EXPECT_EQ(sink.calls(), 1U) << "one call for the whole group";
  EXPECT_TRUE(is<Appended>(answers.at(0)));
  EXPECT_TRUE(is<Conflict>(answers.at(1)));
  EXPECT_TRUE(is<Conflict>(answers.at(2)));
  EXPECT_TRUE(is<Duplicate>(answers.at(3)));
  EXPECT_EQ(appended(answers.at(4)).first, Position{2});
}

} // namespace
} // namespace tidemark::storage::test::memory_log_test
