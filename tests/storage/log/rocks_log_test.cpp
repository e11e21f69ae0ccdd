// What only the log on disk does: groups, reopening, fence, fail-stop, index.
#include "base/failpoint.hpp"
#include "storage/proofs/verify_chain.hpp"
#include "tests/storage/support.hpp"

#include <sys/stat.h>

#include <fstream>
#include <future>

namespace tidemark::storage::test::rocks_log_test {
namespace {

namespace fs = std::filesystem;

class RocksLogTest : public testing::Test {
protected:
  void TearDown() override { failpoint::disarm_all(); }
  void open() { open_ = open_for_test(writing(folder_, failures_), clock_); }
  void close() { open_.reset(); }
  LogStore& log() { return open_->log(); }
  AppendOutcome put(Append append) { return append_and_wait(log(), std::move(append)); }
  AppendOutcome put(std::vector<NewEvent> events) { return put(append_of(std::move(events))); }

  FakeClock clock_;
  Scratch scratch_;
  std::string folder_ = scratch_.path();
  Failures failures_;
  std::unique_ptr<OpenLog> open_;
};

/// Holds the writer within a group until it is let go, so that a queue builds up behind it.
class Gate final : public CompletionSink {
public:
  void settled(std::span<Settled>) override {
    reached.set_value();
    release.get_future().wait();
  }
  std::promise<void> reached;
  std::promise<void> release;
};

TEST_F(RocksLogTest, OneSyncCoversEverythingThatQueuedMeanwhile) {
  open();
  Gate gate;
  Gatherer sink;
  log().submit(append_of({event_on("contact/gate")}), gate, 0);
  gate.reached.get_future().wait();
  const auto before = open_->counts();
  constexpr std::uint64_t queued = 500;
  for (std::uint64_t i = 0; i < queued; ++i)
    log().submit(append_of({event_on("contact/" + std::to_string(i % 7))}), sink, i);
  gate.release.set_value();
  sink.wait_for(queued);
  const auto after = open_->counts();
  EXPECT_EQ(after.groups - before.groups, 1U);
  EXPECT_EQ(after.syncs - before.syncs, 1U) << "as RocksDB counts them";
  EXPECT_EQ(after.events - before.events, queued);
  EXPECT_EQ(sink.calls(), 1U);
}

TEST_F(RocksLogTest, ChecksConditionsAgainstEarlierAppendsOfTheSameGroup) {
  open();
  Gate gate;
  Gatherer sink;
  log().submit(append_of({event_on("contact/gate")}), gate, 0);
  gate.reached.get_future().wait();
  auto first = append_of({event_on("contact/a", "1", {tag_of(1)})});
  first.expected = {{StreamName{"contact/a"}, {}}};
  auto tag_moved = append_of({event_on("contact/b")});
  tag_moved.nothing_newer = {{tag_of(1), {}}};
  auto once = append_of({event_on("webhook/x")});
  once.dedupe = {{hash_of(1), std::nullopt}};
  log().submit(first, sink, 0);
  log().submit(first, sink, 1);
  log().submit(tag_moved, sink, 2);
  log().submit(once, sink, 3);
  log().submit(once, sink, 4);
  gate.release.set_value();
  const auto answers = sink.wait_for(5);
  EXPECT_EQ(open_->counts().groups, 2U);
  EXPECT_EQ(appended(answers.at(0)).first, Position{2});
  EXPECT_TRUE(is<Conflict>(answers.at(1)));
  EXPECT_TRUE(is<Conflict>(answers.at(2)));
  EXPECT_EQ(appended(answers.at(3)).first, Position{3});
  EXPECT_EQ(std::get<Duplicate>(answers.at(4)).first, Position{3});
}

TEST_F(RocksLogTest, TakesNoMoreThanItsQueueHolds) {
  auto options = writing(folder_, failures_);
  options.log.queue_bytes = 4'000;
  open_ = open_for_test(options, clock_);
  Gate gate;
  Gatherer sink;
  log().submit(append_of({event_on("contact/gate")}), gate, 0);
  gate.reached.get_future().wait();
  for (std::uint64_t i = 0; i < 20; ++i)
    log().submit(append_of({event_on("contact/a")}), sink, i);
  gate.release.set_value();
  const auto answers = sink.wait_for(20);
  EXPECT_TRUE(is<Appended>(answers.at(0)));
  EXPECT_EQ(not_taken(answers.at(19)), "overloaded");
  EXPECT_TRUE(is<Appended>(put({event_on("contact/a")}))) << "room again";
}

TEST_F(RocksLogTest, KeepsEverythingOverAReopening) {
  open();
  const auto incarnation = open_->incarnation();
  const auto pepper = open_->pepper().reveal();
  auto once = append_of({webhook("body"), event_on("contact/a", "1", {tag_of(1)})});
  once.dedupe = {{hash_of(1), std::nullopt}};
  put(once);
  const auto head = log().head();
  const auto epoch = log().epoch();
  close();
  open();
  EXPECT_EQ(log().durable(), Position{2});
  EXPECT_EQ(log().head(), head);
  EXPECT_GT(log().epoch(), epoch) << "each writer has its own";
  EXPECT_EQ(open_->incarnation(), incarnation);
  EXPECT_EQ(open_->pepper().reveal(), pepper);
  EXPECT_TRUE(is<Duplicate>(put(once)));
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{1});
  EXPECT_EQ(log().version_of(acme, StreamName{"webhook/ghl"}).value(), StreamVersion{1});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(1)).value(), Position{2});
  EXPECT_EQ(appended(put({webhook("next")})).first, Position{3});
  EXPECT_EQ(log().at(Position{3}).value()->envelope.version, StreamVersion{2});
  EXPECT_TRUE(verify_log(log()).value().holds());
}

TEST_F(RocksLogTest, TheEpochRisesEvenWhenNothingWasWritten) {
  open();
  const auto first = log().epoch();
  close();
  open();
  EXPECT_EQ(log().epoch().value, first.value + 1);
}

TEST_F(RocksLogTest, RebuildsADroppedIndexFromTheLog) {
  open();
  for (int i = 0; i < 50; ++i)
    put({event_on("contact/" + std::to_string(i % 5), "x", {tag_of(i % 3)}), webhook("b")});
  const auto tagged = log().tagged(acme, tag_of(1), {}, 100).value();
  close();
  fs::remove_all(folder_ + "/tables");
  open();
  EXPECT_EQ(log().tagged(acme, tag_of(1), {}, 100).value(), tagged);
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/3"}).value(), StreamVersion{10});
  EXPECT_EQ(log().version_of(acme, StreamName{"webhook/ghl"}).value(), StreamVersion{50});
}

TEST_F(RocksLogTest, RebuildsAnIndexThatIsOfAnotherHistory) {
  open();
  put({event_on("contact/a", "1", {tag_of(1)}), event_on("contact/a", "2", {tag_of(1)})});
  close();
  const auto stranger = scratch_.path("stranger");
  {
    const auto foreign = open_for_test(writing(stranger, failures_), clock_);
    append_and_wait(foreign->log(), append_of({event_on("contact/b", "1", {tag_of(9)})}));
  }
  fs::remove_all(folder_ + "/tables");
  fs::copy(stranger + "/tables", folder_ + "/tables", fs::copy_options::recursive);
  open();
  EXPECT_EQ(open_->notes().size(), 1U);
  EXPECT_EQ(log().newest_tagged(acme, tag_of(9)).value(), Position{});
  EXPECT_EQ(log().newest_tagged(acme, tag_of(1)).value(), Position{2});
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{2});
}

TEST_F(RocksLogTest, AnswersConditionsFromAnIndexOnDisk) {
  open();
  for (int i = 0; i < 30'000; i += 100) {
    std::vector<NewEvent> events;
    for (int j = i; j < i + 100; ++j)
      events.push_back(
          event_on("contact/" + std::to_string(j), "x", {tag_of(static_cast<std::uint64_t>(j))}));
    put(std::move(events));
  }
  close();
  open(); // now the cache is cold and the rows are in sorted files
  for (const int i : {0, 1, 12'345, 29'999}) {
    EXPECT_EQ(log().version_of(acme, StreamName{"contact/" + std::to_string(i)}).value(),
              StreamVersion{1});
    EXPECT_EQ(log().newest_tagged(acme, tag_of(static_cast<std::uint64_t>(i))).value().value,
              static_cast<std::uint64_t>(i) + 1);
    auto stale = append_of({event_on("contact/" + std::to_string(i))});
    stale.expected = {{StreamName{"contact/" + std::to_string(i)}, {}}};
    EXPECT_TRUE(is<Conflict>(put(stale)));
    stale.expected[0].version = StreamVersion{1};
    EXPECT_TRUE(is<Appended>(put(stale)));
  }
  EXPECT_EQ(log().version_of(acme, StreamName{"contact/30000"}).value(), StreamVersion{});
}

TEST_F(RocksLogTest, KeepsItsKeysPrivate) {
  open();
  struct stat pepper {};
  struct stat keys {};
  ASSERT_EQ(::stat((folder_ + "/keys/pepper").c_str(), &pepper), 0);
  ASSERT_EQ(::stat((folder_ + "/keys").c_str(), &keys), 0);
  EXPECT_EQ(pepper.st_mode & 0777U, 0600U);
  EXPECT_EQ(keys.st_mode & 0777U, 0700U);
  EXPECT_EQ(open_->pepper().reveal().size(), 32U);
  close();
  ::chmod((folder_ + "/keys/pepper").c_str(), 0644);
  const auto exposed = open_log(writing(folder_, failures_), &clock_);
  ASSERT_FALSE(exposed.ok());
  EXPECT_EQ(exposed.error().code, "keys_exposed");
}

TEST_F(RocksLogTest, AnIntakeEventCostsTheLogTwoKeys) {
  open();
  for (std::uint64_t i = 0; i < 10; ++i) {
    auto append = append_of({webhook("b")});
    append.events[0].tags = {tag_of(i), tag_of(i + 100)};
    append.dedupe = {{hash_of(i), std::nullopt}};
    put(append);
  }
  close();
  const auto db = RocksDb::open_log(folder_ + "/log", Access::read).value();
  EXPECT_EQ(db->keys(0), 10U);
  EXPECT_EQ(db->keys(1), 10U);
}

// ---- one writer

TEST_F(RocksLogTest, RefusesASecondWriter) {
  open();
  put({event_on("contact/a")});
  const auto second = open_log(writing(folder_, failures_), &clock_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "data_in_use");
  EXPECT_EQ(exit_code_of(second.error()), 75);
  EXPECT_TRUE(is<Appended>(put({event_on("contact/a")})));
}

TEST_F(RocksLogTest, RefusesASecondWriterWhenRocksDbsLockWasDeleted) {
  open();
  fs::remove(folder_ + "/log/LOCK");
  const auto second = open_log(writing(folder_, failures_), &clock_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "data_in_use");
}

TEST_F(RocksLogTest, EndsWhenItsOwnFenceWasDeleted) {
  auto options = writing(folder_, failures_);
  options.log.guard_period = std::chrono::milliseconds(5);
  open_ = open_for_test(options, clock_);
  fs::remove(folder_ + "/writer.lock");
  EXPECT_EQ(failures_.wait().code, "fence_lost");
  EXPECT_TRUE(failures_.no_more_acks);
  EXPECT_EQ(not_taken(put({event_on("contact/a")})), "stopping");
}

// ---- fail-stop

TEST_F(RocksLogTest, AFailedWriteEndsTheLogAndAnswersNobody) {
  open();
  put({event_on("contact/a")});
  ASSERT_TRUE(failpoint::arm("log.before_write=error").ok());
  Gatherer sink;
  log().submit(append_of({event_on("contact/a")}), sink, 1);
  EXPECT_EQ(failures_.wait().code, "storage_failed");
  EXPECT_TRUE(failures_.no_more_acks) << "told before the end";
  EXPECT_EQ(sink.count(), 0U);
  failpoint::disarm_all();
  EXPECT_EQ(not_taken(put({event_on("contact/a")})), "stopping") << "nothing is tried again";
  EXPECT_EQ(log().durable(), Position{1});
}

TEST_F(RocksLogTest, WhatWasSyncedButNotAcknowledgedIsFoundAndDedupedAfterwards) {
  for (const std::string point : {"log.after_sync_before_anchor", "log.after_anchor_before_ack"}) {
    const auto folder = scratch_.path(point);
    Failures failures;
    auto append = append_of({event_on("webhook/x")});
    append.dedupe = {{hash_of(1), std::nullopt}};
    {
      const auto first = open_for_test(writing(folder, failures), clock_);
      ASSERT_TRUE(failpoint::arm(point + "=error").ok());
      Gatherer sink;
      first->log().submit(append, sink, 1);
      failures.wait();
      EXPECT_EQ(sink.count(), 0U);
      failpoint::disarm_all();
    }
    const auto again = open_for_test(writing(folder, failures), clock_);
    EXPECT_EQ(again->log().durable(), Position{1}) << point;
    EXPECT_TRUE(is<Duplicate>(append_and_wait(again->log(), append))) << point;
  }
}

TEST_F(RocksLogTest, LooksUpTagsThatNeighbourTheIndexCheckpoint) {
  open();
  for (int i = 0; i < 50; ++i)
    put({event_on("contact/" + std::to_string(i))});
  close();
  open();
  // Before every stored tag stands the checkpoint's key, which is shorter than a tag's prefix. The
  // filter lets about one look-up in a hundred get that far.
  for (std::uint64_t i = 0; i < 100; ++i) {
    auto append = append_of({event_on("contact/new")});
    for (std::uint64_t j = 0; j < 32; ++j)
      append.nothing_newer.push_back({tag_of((i * 32 + j) << 16, events::TagKind::stream), {}});
    EXPECT_TRUE(is<Appended>(put(std::move(append)))) << i;
  }
}

TEST_F(RocksLogTest, AFailedIndexWriteEndsTheLog) {
  open();
  ASSERT_TRUE(failpoint::arm("index.before_write=error").ok());
  put({event_on("contact/a")});
  EXPECT_EQ(failures_.wait().code, "storage_failed");
  EXPECT_EQ(not_taken(put({event_on("contact/a")})), "stopping");
}

TEST_F(RocksLogTest, AStallEndsTheProcess) {
  auto options = writing(folder_, failures_);
  options.log.guard_period = std::chrono::milliseconds(5);
  options.log.stall = std::chrono::milliseconds(20);
  open_ = open_for_test(options, clock_);
  Gate gate; // a sink that blocks stands for a disk that does
  log().submit(append_of({event_on("contact/a")}), gate, 0);
  EXPECT_EQ(failures_.wait().code, "storage_stalled");
  gate.release.set_value();
}

TEST(RocksLogDeathTest, AStorageErrorExitsWith74) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        const FakeClock clock;
        const Scratch scratch;
        OpenOptions options;
        options.folder = scratch.path();
        options.log.free_share = [] { return 1.0; };
        auto log = open_log(options, &clock);
        static_cast<void>(failpoint::arm("log.before_write=error"));
        append_and_wait((*log)->log(), append_of({event_on("contact/a")}));
      },
      testing::ExitedWithCode(74), "storage_failed");
}

TEST_F(RocksLogTest, ShedsAsTheDiskFills) {
  std::atomic<double> free_share{1.0};
  auto options = writing(folder_, failures_);
  options.log.free_share = [&] { return free_share.load(); };
  const auto at = [&](double share) {
    close();
    free_share = share;
    open_ = open_for_test(options, clock_);
  };
  at(0.14);
  EXPECT_EQ(open_->disk_level(), DiskLevel::no_new_outbound);
  EXPECT_EQ(not_taken(put({webhook("plain")})), "taken");
  at(0.07);
  EXPECT_EQ(not_taken(put({webhook("plain")})), "disk_low");
  EXPECT_EQ(not_taken(put({webhook("STOP", true)})), "taken");
  EXPECT_EQ(not_taken(put({event_on("contact/a")})), "taken") << "what follows from it goes on";
  at(0.02);
  EXPECT_EQ(not_taken(put({webhook("plain")})), "disk_low");
  EXPECT_EQ(not_taken(put({webhook("STOP again", true)})), "taken") << "to the last byte";
  EXPECT_EQ(not_taken(put({event_on("contact/a")})), "disk_low");
}

} // namespace
} // namespace tidemark::storage::test::rocks_log_test
