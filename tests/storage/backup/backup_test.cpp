#include "storage/backup/restore.hpp"
#include "storage/proofs/verify_chain.hpp"
#include "storage/spool/opt_out_spool.hpp"
#include "storage/spool/spool_entry.hpp"
#include "tests/storage/support.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tidemark::storage::test::backup_test {
namespace {

namespace fs = std::filesystem;

class Backups : public testing::Test {
protected:
  Backups() { open(); }
  void open() { open_ = open_for_test(writing(folder_, failures_), clock_); }
  void put(int count) {
    for (int i = 0; i < count; ++i)
      append_and_wait(open_->log(), append_of({event_on("contact/" + std::to_string(i % 7))}));
  }
  /// While the log is open and goes on.
  std::uint32_t take() {
    fs::remove_all(checkpoint_);
    BackupFacts facts;
    facts.position = open_->log().durable();
    facts.head = open_->log().at(facts.position)->value().envelope.hash;
    facts.log_id = to_hex(open_->incarnation());
    facts.taken_at = clock_.now();
    facts.version = "test";
    EXPECT_TRUE(open_->checkpoint(checkpoint_).ok());
    put(3); // what comes meanwhile
    auto set = BackupSet::open(backups_, Access::write);
    EXPECT_TRUE(set.ok());
    auto copy = RocksDb::open_log(checkpoint_, Access::write);
    EXPECT_TRUE(copy.ok());
    const auto id = set->take(LogDb(std::move(*copy)), facts);
    EXPECT_TRUE(id.ok()) << id.error().text;
    return id ? *id : 0;
  }
  BackupSet set() const {
    auto opened = BackupSet::open(backups_, Access::read);
    EXPECT_TRUE(opened.ok());
    return std::move(*opened);
  }
  Result<Tip> back(std::uint32_t id, const std::string& folder, const RestorePoint& until = {}) {
    const auto from = set();
    for (const auto& facts : from.list())
      if (facts.id == id)
        return restore_folder(from, facts, keys_, folder, until);
    return Error{"no_backup", "there is none"};
  }
  /// Every event in the folder, checked.
  static IntegrityReport walked(const std::string& folder) {
    OpenOptions options;
    options.folder = folder;
    options.access = Access::read;
    options.create = false;
    const auto opened = open_log(options, nullptr);
    EXPECT_TRUE(opened.ok()) << opened.error().text;
    return *verify_log((*opened)->log());
  }

  FakeClock clock_;
  Scratch scratch_;
  std::string folder_ = scratch_.path("data"), backups_ = scratch_.path("backups"),
              checkpoint_ = scratch_.path("copy"), keys_ = scratch_.path("keys"),
              restored_ = scratch_.path("restored");
  Failures failures_;
  std::unique_ptr<OpenLog> open_;
};

TEST_F(Backups, ARestoredLogHoldsWhatWasThereAndCanBeWrittenOn) {
  put(20);
  const auto first = take();
  put(10);
  const auto second = take();
  ASSERT_TRUE(save_keys(folder_, keys_).ok());
  const auto all = set().list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].position, Position{20});
  EXPECT_EQ(all[1].position, Position{33});
  EXPECT_EQ(all[1].log_id, to_hex(open_->incarnation()));
  ASSERT_TRUE(set().compare_files(second).ok());
  const auto tip = back(second, restored_);
  ASSERT_TRUE(tip.ok()) << tip.error().text;
  EXPECT_EQ(tip->position, Position{33}) << "what came after the copy is not in it";
  const auto found = walked(restored_);
  EXPECT_TRUE(found.holds()) << found.problem;
  EXPECT_EQ(found.events, 33U);
  ASSERT_TRUE(back(first, scratch_.path("older")).ok());
  const std::string pepper(open_->pepper().reveal());
  const auto incarnation = open_->incarnation();
  open_.reset();
  folder_ = restored_;
  open();
  EXPECT_EQ(open_->pepper().reveal(), pepper);
  EXPECT_NE(open_->incarnation(), incarnation) << "no table of the other log is taken for its own";
  put(5);
  EXPECT_EQ(open_->log().durable(), Position{38});
  EXPECT_TRUE(verify_log(open_->log())->holds());
}

TEST_F(Backups, ALogIsCutAtAPositionOrATimeAndForgetsWhatWasUsedBehindIt) {
  put(5);
  auto said = append_of({event_on("contact/1")});
  said.dedupe = {{hash_of(7), {}}};
  clock_.advance(std::chrono::hours{1});
  const auto before = clock_.now();
  clock_.advance(std::chrono::hours{1});
  append_and_wait(open_->log(), said);
  const auto id = take();
  ASSERT_TRUE(save_keys(folder_, keys_).ok());
  const auto at = back(id, restored_, {Position{5}, {}});
  ASSERT_TRUE(at.ok()) << at.error().text;
  EXPECT_EQ(at->position, Position{5});
  const auto timed = back(id, scratch_.path("timed"), {{}, before});
  ASSERT_TRUE(timed.ok()) << timed.error().text;
  EXPECT_EQ(timed->position, Position{5});
  EXPECT_EQ(walked(restored_).events, 5U);
  EXPECT_EQ(back(id, scratch_.path("early"), {{}, Timestamp{}}).error().code, "not_reached");
  open_.reset();
  folder_ = restored_;
  open();
  EXPECT_TRUE(std::holds_alternative<Appended>(append_and_wait(open_->log(), said)))
      << "it was not used yet";
}

TEST_F(Backups, OptOutsThatWaitedInTheLostFolderGoAlong) {
  put(5);
  const auto id = take();
  ASSERT_TRUE(save_keys(folder_, keys_).ok());
  const auto reached = open_->log().durable();
  open_.reset();
  auto stop = append_of({webhook("STOP", true)});
  {
    auto spool = OptOutSpool::open(folder_ + "/opt_outs.spool");
    ASSERT_TRUE(spool.ok());
    ASSERT_TRUE(spool->put(to_spool_entry(stop), clock_.now()).ok());
  }
  ASSERT_TRUE(back(id, restored_).ok());
  const auto lost = take_along(folder_, restored_);
  ASSERT_TRUE(lost.ok()) << lost.error().text;
  EXPECT_EQ(*lost, reached);
  EXPECT_FALSE(take_along(scratch_.path("nowhere"), restored_).ok());
  folder_ = restored_;
  open();
  EXPECT_EQ(open_->log().durable(), Position{7}) << "the webhook, and that it was taken over";
  EXPECT_FALSE(*OptOutSpool::holds_any(restored_ + "/opt_outs.spool"));
}

TEST_F(Backups, NothingIsWrittenOverDataAndAnInterruptedRestoreIsNoDataFolder) {
  put(3);
  const auto id = take();
  EXPECT_EQ(back(id, folder_).error().code, "not_empty");
  EXPECT_EQ(back(id, restored_).error().code, "keys_missing") << "they were not kept";
  fs::create_directory(restored_);
  EXPECT_TRUE(set().put_back(id, restored_ + "/log").ok());
  OpenOptions options;
  options.folder = restored_;
  options.access = Access::read;
  EXPECT_FALSE(open_log(options, nullptr).ok()) << "it ended before the anchor";
}

TEST_F(Backups, AnotherLogAndAnOlderCopyAreRefused) {
  put(3);
  take();
  const auto held = set().list();
  BackupFacts facts = held[0];
  auto writer = BackupSet::open(backups_, Access::write);
  ASSERT_TRUE(writer.ok());
  auto opened = RocksDb::open_log(checkpoint_, Access::read);
  ASSERT_TRUE(opened.ok());
  const LogDb copy(std::move(*opened));
  facts.position = Position{2};
  EXPECT_EQ(writer->take(copy, facts).error().code, "older_log");
  facts.log_id = "another";
  EXPECT_EQ(writer->take(copy, facts).error().code, "other_log");
  EXPECT_EQ(BackupSet::open(backups_, Access::write).error().code, "data_in_use")
      << "one program at a time";
  EXPECT_EQ(BackupSet::open(folder_, Access::read).error().code, "not_a_backup_folder");
}

TEST_F(Backups, EveryDamagedFileIsFoundAndOldOnesGo) {
  put(50);
  const auto id = take();
  std::size_t damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(backups_ + "/rocksdb")) {
    if (!entry.is_regular_file() || entry.file_size() == 0
        || entry.path().string().find("/meta/") != std::string::npos)
      continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(entry.file_size() / 2);
    file.seekg(middle);
    const auto was = static_cast<char>(file.get());
    file.seekp(middle);
    file.put(static_cast<char>(was ^ 1));
    file.close();
    EXPECT_EQ(set().compare_files(id).error().code, "data_damaged") << entry.path();
    EXPECT_FALSE(back(id, scratch_.path("d" + std::to_string(damaged))).ok()) << entry.path();
    file.open(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(middle);
    file.put(was);
    ++damaged;
  }
  EXPECT_GE(damaged, 3U) << "there was something to damage";
  EXPECT_TRUE(set().compare_files(id).ok()) << "all were put right again";
  take();
  auto writer = BackupSet::open(backups_, Access::write);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(*writer->keep(1), 1U);
  EXPECT_EQ(writer->list().size(), 1U);
}

/// Numbers that look like chance and are the same each time.
class Draw {
public:
  std::uint64_t below(std::uint64_t end) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33U) % end;
  }

private:
  std::uint64_t state_ = 42;
};

std::string whole_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_whole(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

TEST_F(Backups, OfAThousandFlippedBitsCutsAndMissingFilesAllAreFound) {
  put(400);
  const auto id = take();
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(backups_ + "/rocksdb"))
    if (entry.is_regular_file() && entry.file_size() > 0
        && entry.path().string().find("/meta/") == std::string::npos)
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_GE(files.size(), 3U);
  Draw draw;
  for (int n = 0; n < 1000; ++n) {
    const auto& path = files[draw.below(files.size())];
    const auto was = whole_file(path);
    auto bytes = was;
    if (n % 20 == 1) {
      bytes.resize(draw.below(bytes.size()));
      write_whole(path, bytes);
    } else if (n % 20 == 2) {
      fs::remove(path);
    } else {
      bytes[draw.below(bytes.size())] ^= static_cast<char>(1U << draw.below(8));
      write_whole(path, bytes);
    }
    EXPECT_FALSE(set().compare_files(id).ok()) << n << " in " << path;
    write_whole(path, was);
  }
  EXPECT_TRUE(set().compare_files(id).ok()) << "all were put right again";
}

} // namespace
} // namespace tidemark::storage::test::backup_test
