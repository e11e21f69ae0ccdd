// Folders that were hurt while nobody was looking: each must be refused, or proved whole.
#include "storage/proofs/verify_chain.hpp"
#include "tests/storage/support.hpp"

#include <fstream>

namespace tidemark::storage::test::damage_test {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void put_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}
void flip(const std::string& path, std::size_t offset) {
  auto bytes = bytes_of(path);
  bytes.at(offset) = static_cast<char>(bytes[offset] ^ 0x10);
  put_bytes(path, bytes);
}
void copy_folder(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}
/// The newest file with the ending; write-ahead logs and sorted tables are numbered.
std::string file_with(const std::string& folder, const std::string& ending) {
  std::string best;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ending && entry.path().string() > best
        && fs::file_size(entry.path()) > 0)
      best = entry.path().string();
  EXPECT_FALSE(best.empty()) << "no " << ending << " in " << folder;
  return best;
}
/// Names and bytes of everything in a folder, to see that nothing was touched.
std::map<std::string, std::string> contents(const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      out[entry.path().string()] = bytes_of(entry.path().string());
  return out;
}

class DamageTest : public testing::Test {
protected:
  /// A folder as a kill -9 leaves it: copied while open, events only in the write-ahead log.
  void SetUp() override {
    const auto live = scratch_.path("live");
    const auto log = open_for_test(writing(live, failures_), clock_);
    for (int i = 0; i < events; ++i)
      append_and_wait(log->log(), append_of({event_on("contact/a", std::to_string(i))}));
    copy_folder(live, folder_);
    wal_ = file_with(folder_ + "/log", ".log");
  }
  Error refused(Access access = Access::write) {
    auto options = writing(folder_, failures_);
    options.access = access;
    const auto opened = open_log(options, &clock_);
    EXPECT_FALSE(opened.ok());
    return opened ? Error{"opened", ""} : opened.error();
  }
  /// Closes properly once, so that the events are in a sorted table.
  void settle() { open_for_test(writing(folder_, failures_), clock_).reset(); }

  static constexpr int events = 200;
  FakeClock clock_;
  Scratch scratch_;
  Failures failures_;
  std::string folder_ = scratch_.path("copy");
  std::string wal_;
};

TEST_F(DamageTest, AKilledWriterLosesNothing) {
  const auto log = open_for_test(writing(folder_, failures_), clock_);
  EXPECT_EQ(log->log().durable(), Position{events});
  EXPECT_TRUE(log->notes().empty());
  EXPECT_TRUE(verify_log(log->log()).value().holds());
  EXPECT_EQ(log->log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{events});
}

TEST_F(DamageTest, AReaderOfACopyChangesNothing) {
  fs::remove_all(folder_ + "/tables"); // also when the index is missing
  const auto before = contents(folder_);
  {
    const auto log = open_for_test(reading(folder_), clock_);
    EXPECT_EQ(log->log().durable(), Position{events});
    EXPECT_EQ(
        log->log().tagged(acme, stream_tag(StreamName{"contact/a"}), Position{198}, 9).value(),
        (std::vector{Position{199}, Position{200}}));
    EXPECT_EQ(not_taken(append_and_wait(log->log(), append_of({event_on("contact/a")}))),
              "read_only");
    EXPECT_EQ(log->tables().checkpoint("contacts").value(), Position{});
  }
  EXPECT_EQ(contents(folder_), before);
}

TEST_F(DamageTest, AReaderUsesAnIndexThatIsBehind) {
  settle();
  const auto copy = scratch_.path("behind");
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    fs::copy(folder_ + "/tables", scratch_.path("old-tables"), fs::copy_options::recursive);
    append_and_wait(log->log(), append_of({event_on("contact/a", "new", {tag_of(5)})}));
  }
  copy_folder(folder_, copy);
  copy_folder(scratch_.path("old-tables"), copy + "/tables");
  const auto log = open_for_test(reading(copy), clock_);
  EXPECT_EQ(log->log().newest_tagged(acme, tag_of(5)).value(), Position{events + 1});
  EXPECT_EQ(log->log().version_of(acme, StreamName{"contact/a"}).value(),
            StreamVersion{events + 1});
  EXPECT_EQ(log->log().tagged(acme, stream_tag(StreamName{"contact/a"}), {}, 1000).value().size(),
            events + 1U);
}

TEST_F(DamageTest, ReadsAFolderWithoutPermissionToWrite) {
  settle();
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    fs::permissions(entry.path(), entry.is_directory() ? fs::perms(0500) : fs::perms(0400));
  {
    const auto log = open_for_test(reading(folder_), clock_);
    EXPECT_EQ(payloads(log->log()).size(), events + 0U);
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_directory())
      fs::permissions(entry.path(), fs::perms(0700));
}

TEST_F(DamageTest, RefusesADeletedWriteAheadLog) {
  fs::remove(wal_);
  const auto before = contents(folder_ + "/log");
  const auto error = refused();
  EXPECT_EQ(error.code, "data_rolled_back");
  EXPECT_EQ(exit_code_of(error), 65);
  EXPECT_NE(error.text.find("ends at position 0"), std::string::npos) << error.text;
  EXPECT_NE(error.text.find("position 200"), std::string::npos) << error.text;
  EXPECT_EQ(contents(folder_ + "/log"), before) << "evidence is left as it is";
}

TEST_F(DamageTest, RefusesAWriteAheadLogThatWasCut) {
  const auto bytes = bytes_of(wal_);
  for (const auto keep : {bytes.size() / 2, bytes.size() - 10, std::size_t{0}}) {
    put_bytes(wal_, bytes.substr(0, keep));
    EXPECT_EQ(exit_code_of(refused()), 65) << keep << " bytes kept";
    EXPECT_EQ(exit_code_of(refused(Access::read)), 65);
  }
}

TEST_F(DamageTest, RefusesEachFlippedBitInTheWriteAheadLog) {
  const auto bytes = bytes_of(wal_);
  for (std::size_t i = 1; i < 20; ++i) {
    put_bytes(wal_, bytes);
    flip(wal_, bytes.size() * i / 20);
    EXPECT_EQ(exit_code_of(refused()), 65) << "offset " << bytes.size() * i / 20;
  }
  put_bytes(wal_, bytes);
  EXPECT_TRUE(open_log(writing(folder_, failures_), &clock_).ok()) << "whole again";
}

TEST_F(DamageTest, RecoversADamagedTailThatWasNeverAcknowledged) {
  // One more event is written and synced, then the process dies before the anchor moves.
  const auto anchor = bytes_of(folder_ + "/anchor");
  const auto live = scratch_.path("second");
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    copy_folder(folder_, live);
    const auto anchored = bytes_of(folder_ + "/anchor");
    append_and_wait(log->log(), append_of({event_on("contact/b", std::string(1000, 'z'))}));
    copy_folder(folder_, live);
    put_bytes(live + "/anchor", anchored);
  }
  const auto wal = file_with(live + "/log", ".log");
  flip(wal, bytes_of(wal).size() - 500);
  const auto log = open_for_test(writing(live, failures_), clock_);
  ASSERT_EQ(log->notes().size(), 1U);
  EXPECT_EQ(log->log().durable(), Position{events + 1}) << "the recovery itself is an event";
  const auto event = log->log().at(Position{events + 1}).value();
  EXPECT_EQ(event->envelope.type, "recovery.performed.v1");
  EXPECT_TRUE(verify_log(log->log()).value().holds());
  EXPECT_TRUE(fs::exists(live + "/log.damaged-1")) << "the damaged files are kept";
}

TEST_F(DamageTest, ATornTailThatWasNeverAcknowledgedIsNothingSpecial) {
  const auto live = scratch_.path("second");
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    const auto anchored = bytes_of(folder_ + "/anchor");
    append_and_wait(log->log(), append_of({event_on("contact/b")}));
    copy_folder(folder_, live);
    put_bytes(live + "/anchor", anchored);
  }
  const auto wal = file_with(live + "/log", ".log");
  put_bytes(wal, bytes_of(wal).substr(0, bytes_of(wal).size() - 10));
  const auto log = open_for_test(writing(live, failures_), clock_);
  EXPECT_TRUE(log->notes().empty());
  EXPECT_EQ(log->log().durable(), Position{events});
}

TEST_F(DamageTest, RefusesAnOlderCopyOfTheLog) {
  settle();
  const auto older = scratch_.path("older");
  copy_folder(folder_ + "/log", older);
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    append_and_wait(log->log(), append_of({event_on("contact/a")}));
  }
  copy_folder(older, folder_ + "/log");
  const auto error = refused();
  EXPECT_EQ(error.code, "data_rolled_back");
  EXPECT_EQ(refused(Access::read).code, "data_rolled_back");
  auto options = reading(folder_);
  options.copy_of_running = true;
  const auto log = open_for_test(options, clock_);
  EXPECT_EQ(log->log().durable(), Position{events});
  EXPECT_EQ(log->notes().size(), 1U);
}

TEST_F(DamageTest, RefusesAnotherHistoryOfTheSameLength) {
  settle();
  const auto older = scratch_.path("older");
  copy_folder(folder_, older);
  const auto go_on = [&](const std::string& folder, const std::string& text) {
    const auto log = open_for_test(writing(folder, failures_), clock_);
    append_and_wait(log->log(), append_of({event_on("contact/a", text)}));
  };
  go_on(folder_, "what was acknowledged");
  go_on(older, "something else");
  copy_folder(older + "/log", folder_ + "/log");
  EXPECT_EQ(refused().code, "data_rolled_back");
}

TEST_F(DamageTest, RefusesAMissingOrUnreadableAnchor) {
  const auto bytes = bytes_of(folder_ + "/anchor");
  fs::remove(folder_ + "/anchor");
  EXPECT_EQ(refused().code, "data_damaged");
  put_bytes(folder_ + "/anchor", std::string(8192, 'x'));
  EXPECT_EQ(refused().code, "data_damaged");
  auto torn = bytes; // one slot torn: the other one still holds
  torn[20] = static_cast<char>(torn[20] ^ 1);
  put_bytes(folder_ + "/anchor", torn);
  EXPECT_TRUE(open_log(writing(folder_, failures_), &clock_).ok());
}

TEST_F(DamageTest, RefusesMissingKeysOrIncarnation) {
  settle();
  fs::rename(folder_ + "/keys/pepper", folder_ + "/pepper-elsewhere");
  EXPECT_EQ(refused().code, "data_damaged");
  EXPECT_TRUE(open_for_test(reading(folder_), clock_)->pepper().empty())
      << "a copy without its keys can still be read";
  fs::rename(folder_ + "/pepper-elsewhere", folder_ + "/keys/pepper");
  fs::remove(folder_ + "/incarnation");
  EXPECT_EQ(refused().code, "data_damaged");
}

TEST_F(DamageTest, RefusesThePepperOfAnotherLog) {
  settle();
  const auto path = folder_ + "/keys/pepper";
  const auto own = bytes_of(path);
  auto other = own;
  other[0] = static_cast<char>(other[0] ^ 1);
  put_bytes(path, other);
  const auto error = refused();
  EXPECT_EQ(error.code, "data_damaged");
  EXPECT_NE(error.text.find("keys/pepper is not the key"), std::string::npos) << error.text;
  EXPECT_FALSE(open_log(reading(folder_), &clock_).ok()) << "tools would not find anybody either";
  put_bytes(path, own);
  EXPECT_TRUE(open_log(writing(folder_, failures_), &clock_).ok());
}

TEST_F(DamageTest, RefusesMissingOrTruncatedFilesOfTheLog) {
  settle();
  const auto whole = scratch_.path("whole");
  copy_folder(folder_, whole);
  for (const std::string file : {"CURRENT", "MANIFEST", ".sst"}) {
    for (const bool cut : {false, true}) {
      copy_folder(whole, folder_);
      std::string path;
      for (const auto& entry : fs::directory_iterator(folder_ + "/log"))
        if (entry.path().filename().string().find(file) != std::string::npos)
          path = entry.path().string();
      ASSERT_FALSE(path.empty()) << file;
      if (cut)
        put_bytes(path, bytes_of(path).substr(0, bytes_of(path).size() / 2));
      else
        fs::remove(path);
      EXPECT_EQ(exit_code_of(refused()), 65) << file << (cut ? " cut" : " removed");
    }
  }
}

TEST_F(DamageTest, FindsAFlippedByteInAFileThatHoldsNoEvents) {
  settle();
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    auto once = append_of({event_on("webhook/x")});
    once.dedupe = {{hash_of(1), std::nullopt}};
    append_and_wait(log->log(), once);
  }
  EXPECT_TRUE(open_for_test(reading(folder_), clock_)->check_files());
  std::size_t found = 0, files = 0;
  for (const auto& entry : fs::directory_iterator(folder_ + "/log")) {
    if (entry.path().extension() != ".sst")
      continue;
    ++files;
    const auto whole = bytes_of(entry.path());
    auto bytes = whole;
    bytes[20] = static_cast<char>(bytes[20] ^ 1); // in the first data block
    put_bytes(entry.path(), bytes);
    const auto open = open_log(reading(folder_), nullptr); // damage of an event shows here already
    const auto checked = open.ok() ? (*open)->check_files() : Status(open.error());
    found += !checked && checked.error().code == "data_damaged" ? 1 : 0;
    put_bytes(entry.path(), whole);
  }
  EXPECT_GE(files, 2U) << "events, and the keys of repeats";
  EXPECT_EQ(found, files);
}

TEST_F(DamageTest, NamesTheFirstBadPositionOfAFlippedTable) {
  settle();
  {
    // Enough new events that opening does not look at the old ones.
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    for (int i = 0; i < 10; ++i)
      append_and_wait(log->log(),
                      append_of(std::vector<NewEvent>(256, event_on("contact/b", "later"))));
  }
  std::string oldest;
  for (const auto& entry : fs::directory_iterator(folder_ + "/log"))
    if (entry.path().extension() == ".sst"
        && bytes_of(entry.path().string()).find("contact/a") != std::string::npos)
      oldest = entry.path().string();
  ASSERT_FALSE(oldest.empty());
  flip(oldest, 200);
  const auto log = open_for_test(reading(folder_), clock_);
  const auto report = verify_log(log->log()).value();
  EXPECT_FALSE(report.holds());
  EXPECT_EQ(report.first_bad, Position{1}) << report.problem;
  const auto read = log->log().read({}, SIZE_MAX, [](std::string_view) { return true; });
  ASSERT_FALSE(read.ok()) << "a read error is never a short success";
  EXPECT_EQ(read.error().code, "data_damaged");
}

TEST_F(DamageTest, StartsDamagedTablesAfresh) {
  settle();
  fs::remove(folder_ + "/tables/CURRENT");
  put_bytes(folder_ + "/tables/CURRENT", "nonsense\n");
  const auto log = open_for_test(writing(folder_, failures_), clock_);
  EXPECT_EQ(log->notes().size(), 1U);
  EXPECT_EQ(log->log().version_of(acme, StreamName{"contact/a"}).value(), StreamVersion{events});
}

TEST_F(DamageTest, StartsTablesWithADamagedBlockAfresh) {
  settle();
  std::string rows; // the table file that says whose rows these are
  for (const auto& entry : fs::directory_iterator(folder_ + "/tables"))
    if (entry.path().extension() == ".sst"
        && bytes_of(entry.path().string()).find("incarnation") != std::string::npos)
      rows = entry.path().string();
  ASSERT_FALSE(rows.empty());
  flip(rows, 10);
  {
    const auto log = open_for_test(writing(folder_, failures_), clock_);
    ASSERT_EQ(log->notes().size(), 1U);
    EXPECT_NE(log->notes()[0].find("rebuilt from the log"), std::string::npos) << log->notes()[0];
    EXPECT_EQ(log->log().durable(), Position{events});
  }
  EXPECT_TRUE(open_for_test(writing(folder_, failures_), clock_)->notes().empty()) << "once";
}

TEST(LogFolder, RefusesAFolderOfOtherThings) {
  const FakeClock clock;
  const Scratch scratch;
  Failures failures;
  fs::create_directory(scratch.path());
  put_bytes(scratch.path() + "/holiday.jpg", "x");
  const auto opened = open_log(writing(scratch.path(), failures), &clock);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, "not_a_data_folder");
  EXPECT_EQ(contents(scratch.path()).size(), 1U);
  EXPECT_EQ(open_log(reading(scratch.path()), nullptr).error().code, "not_a_data_folder");
  EXPECT_EQ(open_log(reading(scratch.path("nowhere")), nullptr).error().code, "not_a_data_folder");
  auto only_existing = writing(scratch.path("nowhere"), failures);
  only_existing.create = false;
  EXPECT_EQ(open_log(only_existing, &clock).error().code, "not_a_data_folder");
}

TEST(LogFolder, FinishesAFirstStartThatWasInterrupted) {
  const FakeClock clock;
  const Scratch scratch;
  Failures failures;
  open_for_test(writing(scratch.path(), failures), clock).reset();
  fs::remove_all(scratch.path() + "/log");
  fs::remove_all(scratch.path() + "/tables");
  const auto log = open_for_test(writing(scratch.path(), failures), clock);
  EXPECT_TRUE(is<Appended>(append_and_wait(log->log(), append_of({event_on("contact/a")}))));
}

} // namespace
} // namespace tidemark::storage::test::damage_test
