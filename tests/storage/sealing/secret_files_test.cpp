#include "base/failpoint.hpp"
#include "storage/backup/restore.hpp"
#include "storage/sealing/token_files.hpp"
#include "tests/storage/support.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

namespace tidemark::storage::test::secret_files_test {
namespace {

namespace fs = std::filesystem;

std::string bytes_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A folder with plain secrets, and two keys.
class Sealing : public testing::Test {
protected:
  void SetUp() override {
    const SecretFiles plain(keys());
    for (const auto& [name, text] : secrets_)
      ASSERT_TRUE(plain.write(name, SecretText(text)).ok());
  }
  std::string keys() const { return scratch_.path("keys"); }
  Result<SecretFiles> with(const std::optional<StoreKey>& key) const {
    return SecretFiles::open_in(keys(), key, true);
  }
  /// And a credential beside them, which is never plain.
  void seal_all() {
    ASSERT_TRUE(with(key_)->seal_all().ok());
    const auto& [name, text] = *secrets_.emplace("credentials/acme.dialer.token", "a value").first;
    ASSERT_TRUE(with(key_)->write(name, SecretText(text)).ok());
  }
  void expect_all_readable(const StoreKey& key, const std::string& when) const {
    const auto files = with(key);
    ASSERT_TRUE(files.ok()) << when << ": " << files.error().text;
    for (const auto& [name, text] : secrets_) {
      const auto read = files->read(name);
      ASSERT_TRUE(read.ok() && *read) << when << ": " << name;
      EXPECT_EQ((*read)->reveal(), text) << when << ": " << name;
    }
  }
  /// No file below keys/, finished or not, holds a secret in the open.
  void expect_nothing_plain(const std::string& when) const {
    for (const auto& entry : fs::recursive_directory_iterator(keys())) {
      if (!entry.is_regular_file())
        continue;
      const auto bytes = bytes_in(entry.path().string());
      for (const auto& [name, text] : secrets_)
        EXPECT_EQ(bytes.find(text), std::string::npos) << when << ": " << entry.path();
    }
  }
  void keep_aside() const {
    fs::remove_all(scratch_.path("aside"));
    fs::copy(keys(), scratch_.path("aside"), fs::copy_options::recursive);
  }
  void bring_back() const {
    fs::remove_all(keys());
    fs::copy(scratch_.path("aside"), keys(), fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(keys()))
      if (entry.is_regular_file())
        ::chmod(entry.path().c_str(), 0600);
  }
  /// Runs `act` in a process that is killed at the n-th passage of the point, from the folder as
  /// it was kept aside. False when it came to its end before.
  bool killed(const std::string& point, int nth, const std::function<void()>& act) const {
    bring_back();
    const auto child = ::fork();
    if (child == 0) {
      [[maybe_unused]] const auto armed =
          failpoint::arm(point + "=1in:" + std::to_string(nth) + ":kill");
      act();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status);
  }
  /// Cuts `act` off wherever it touches the disk, and looks each time.
  void cut_everywhere(const std::function<void()>& act,
                      const std::function<void(const std::string& when)>& look) const {
    keep_aside();
    int cuts = 0;
    for (const auto* point : {"file.before_rename", "file.after_rename"})
      for (int nth = 1; killed(point, nth, act); ++nth, ++cuts)
        look(std::string(point) + " " + std::to_string(nth));
    EXPECT_GE(cuts, 2 * static_cast<int>(secrets_.size()));
  }

  Scratch scratch_;
  const StoreKey key_ = StoreKey::make(), next_ = StoreKey::make();
  std::map<std::string, std::string> secrets_{{"pepper", "0123456789abcdefghijklmnopqrstuv"},
                                              {"tokens/acme.crm", "an access token"},
                                              {"tokens/other.crm", "another's access token"}};
};

TEST_F(Sealing, TurnsEveryPlainFileIntoASealedOne) {
  EXPECT_EQ(with(std::nullopt)->state()->plain, secrets_.size());
  EXPECT_EQ(with(key_)->seal_all().value(), secrets_.size());
  expect_nothing_plain("sealed");
  expect_all_readable(key_, "sealed");
  const auto state = with(key_)->state().value();
  EXPECT_EQ(state.plain, 0U);
  EXPECT_EQ(state.key_ids, std::vector{key_.id()});
  EXPECT_EQ(with(key_)->seal_all().value(), 0U) << "there is nothing left to do";
  ASSERT_TRUE(with(key_)->write("tokens/acme.new", SecretText("an access token")).ok());
  expect_nothing_plain("written after");
}

TEST_F(Sealing, LosesNothingWhereverItIsCutOff) {
  cut_everywhere([&] { (void)with(key_)->seal_all(); },
                 [&](const std::string& when) {
                   expect_all_readable(key_, when);
                   ASSERT_TRUE(with(key_)->seal_all().ok()) << when;
                   expect_all_readable(key_, when + ", gone on");
                   expect_nothing_plain(when);
                 });
}

TEST_F(Sealing, RemovesTheTornPlainCopyThatABrokenOffWriteLeft) {
  std::ofstream(keys() + "/tokens/acme.crm.new") << "an access token";
  ASSERT_TRUE(with(key_)->seal_all().ok());
  expect_nothing_plain("sealed");
  EXPECT_FALSE(fs::exists(keys() + "/tokens/acme.crm.new"));
}

TEST_F(Sealing, RefusesAFileThatOthersCouldReadBefore) {
  ::chmod((keys() + "/tokens/acme.crm").c_str(), 0644);
  EXPECT_EQ(with(key_)->seal_all().error().code, "keys_exposed");
}

TEST_F(Sealing, NamesTheKeyThatIsNeeded) {
  ASSERT_TRUE(with(key_)->seal_all().ok());
  for (const auto& [given, code] : {std::pair(std::optional<StoreKey>(), "store_key_missing"),
                                    std::pair(std::optional(next_), "store_key_wrong")}) {
    const auto files = with(given);
    ASSERT_FALSE(files.ok());
    EXPECT_EQ(files.error().code, code);
    EXPECT_NE(files.error().text.find(key_.id()), std::string::npos) << files.error().text;
    EXPECT_EQ(exit_code_of(files.error()), 64);
  }
}

TEST_F(Sealing, AFileInAnothersPlaceIsNotTakenForIts) {
  ASSERT_TRUE(with(key_)->seal_all().ok());
  fs::copy_file(keys() + "/tokens/other.crm", keys() + "/tokens/acme.crm",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(with(key_)->read("tokens/acme.crm").error().code, "data_damaged");
}

TEST_F(Sealing, GoesOverToAnotherKey) {
  seal_all();
  const auto files = with(key_);
  EXPECT_EQ(files->rotate(next_).value(), secrets_.size());
  EXPECT_EQ(files->key_id(), next_.id());
  expect_all_readable(next_, "rotated");
  EXPECT_EQ(with(key_).error().code, "store_key_wrong");
  EXPECT_EQ(files->read("pepper").value()->reveal(), secrets_.at("pepper"))
      << "whoever had them open";
  EXPECT_FALSE(files->state()->rotating);
  EXPECT_EQ(with(next_)->rotate(next_).value(), 0U);
  EXPECT_EQ(SecretFiles(keys()).rotate(next_).error().code, "store_key_missing");
}

TEST_F(Sealing, EitherKeyOpensEverythingWhereverTheChangeIsCutOff) {
  seal_all();
  cut_everywhere([&] { (void)with(key_)->rotate(next_); },
                 [&](const std::string& when) {
                   const auto state = SecretFiles(keys()).state().value();
                   const bool begun = std::ranges::count(state.key_ids, next_.id()) > 0;
                   if (begun || state.rotating)
                     expect_all_readable(next_, when);
                   if (std::ranges::count(state.key_ids, key_.id()) > 0) {
                     expect_all_readable(key_, when);
                     ASSERT_TRUE(with(key_)->rotate(next_).ok()) << when << ": asked for again";
                   } else {
                     ASSERT_TRUE(with(next_)->seal_all().ok())
                         << when << ": started with the new one";
                   }
                   expect_all_readable(next_, when + ", gone on");
                   EXPECT_FALSE(SecretFiles(keys()).state()->rotating) << when;
                 });
}

TEST_F(Sealing, AChangeAfterOneThatWasCutOffLosesNothing) {
  const auto third = StoreKey::make();
  seal_all();
  const auto exposed = keys() + "/tokens/other.crm";
  ::chmod(exposed.c_str(), 0644);
  const auto files = with(key_);
  EXPECT_EQ(files->rotate(next_).error().code, "keys_exposed");
  EXPECT_EQ(files->key_id(), next_.id());
  EXPECT_EQ(with(next_)->rotate(third).error().code, "keys_exposed") << "and nothing was changed";
  keep_aside();
  for (const auto& from : {next_, key_}) {
    bring_back();
    expect_all_readable(next_, "cut off");
    expect_all_readable(key_, "cut off");
    ASSERT_TRUE(with(from)->rotate(third).ok());
    expect_all_readable(third, "gone on");
    EXPECT_FALSE(SecretFiles(keys()).state()->rotating);
  }
}

TEST_F(Sealing, ACredentialThatIsNotSealedIsNobodysWeKnow) {
  seal_all();
  const auto path = keys() + "/credentials/acme.dialer.webhook_secret";
  std::ofstream(path) << "chosen by another";
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(with(key_)->seal_all().error().code, "data_damaged");
  EXPECT_EQ(with(key_)->read("credentials/acme.dialer.webhook_secret").error().code,
            "data_damaged");
}

TEST_F(Sealing, AStartWithTheOldKeyTakesABrokenOffChangeBack) {
  seal_all();
  cut_everywhere([&] { (void)with(key_)->rotate(next_); },
                 [&](const std::string& when) {
                   const auto state = SecretFiles(keys()).state().value();
                   if (!std::ranges::count(state.key_ids, key_.id()))
                     return; // it had come to its end
                   ASSERT_TRUE(with(key_)->seal_all().ok()) << when;
                   expect_all_readable(key_, when);
                   EXPECT_EQ(with(next_).error().code, "store_key_wrong") << when;
                 });
}

/// The folder as a whole.
class SealedFolder : public testing::Test {
protected:
  std::unique_ptr<OpenLog> open(const std::optional<StoreKey>& key) {
    auto options = writing(folder_, failures_);
    options.store_key = key;
    return open_for_test(options, clock_);
  }
  Scratch scratch_;
  const std::string folder_ = scratch_.path();
  FakeClock clock_;
  Failures failures_;
  const StoreKey key_ = StoreKey::make();
};

TEST_F(SealedFolder, OfBeforeIsSealedAtTheFirstStartWithAKey) {
  std::string pepper;
  {
    const auto plain = open(std::nullopt);
    pepper = plain->pepper().reveal();
    ASSERT_TRUE(
        TokenFiles(plain->secrets()).write(acme, ConnectorName("crm"), SecretText("tok")).ok());
    append_and_wait(plain->log(), append_of({event_on("contact/1")}));
  }
  EXPECT_EQ(bytes_in(folder_ + "/keys/pepper"), pepper);
  const auto sealed = open(key_);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(sealed->pepper().reveal(), pepper);
  ASSERT_EQ(sealed->notes().size(), 1U);
  EXPECT_NE(sealed->notes()[0].find("2 secret files were sealed"), std::string::npos);
  EXPECT_EQ(bytes_in(folder_ + "/keys/pepper").find(pepper), std::string::npos);
  EXPECT_EQ(TokenFiles(sealed->secrets()).read(acme, ConnectorName("crm")).value()->reveal(),
            "tok");
}

TEST_F(SealedFolder, IsReadByToolsWithoutTheKeyAndServedOnlyWithIt) {
  std::string pepper;
  {
    const auto fresh = open(key_);
    pepper = fresh->pepper().reveal();
    append_and_wait(fresh->log(), append_of({event_on("contact/1")}));
  }
  EXPECT_EQ(bytes_in(folder_ + "/keys/pepper").find(pepper), std::string::npos)
      << "it never stood there plain";
  const auto reader = open_log(reading(folder_), nullptr);
  ASSERT_TRUE(reader.ok()) << reader.error().text;
  EXPECT_TRUE((*reader)->pepper().empty());
  EXPECT_EQ((*reader)->log().durable().value, 1U);
  const auto refused = open_log(writing(folder_, failures_), &clock_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "store_key_missing");
  auto keyless = writing(folder_, failures_);
  keyless.keyless = true;
  const auto opened = open_log(keyless, &clock_);
  ASSERT_TRUE(opened.ok()) << opened.error().text;
  EXPECT_TRUE((*opened)->pepper().empty());
}

TEST_F(SealedFolder, IsBackedUpWithItsKeysAsTheyAre) {
  open(key_).reset();
  ASSERT_TRUE(save_keys(folder_, scratch_.path("kept")).ok());
  EXPECT_EQ(bytes_in(scratch_.path("kept") + "/keys/pepper"), bytes_in(folder_ + "/keys/pepper"));
  ASSERT_TRUE(SecretFiles::open_in(scratch_.path("kept") + "/keys", key_, true).ok());
}

TEST_F(SealedFolder, TheKeysOfTwoTimesAreNotTakenForABackup) {
  open(key_).reset();
  const SecretFiles other =
      SecretFiles::open_in(scratch_.path("other"), StoreKey::make(), true).value();
  ASSERT_TRUE(other.write("tokens/acme.crm", SecretText("x")).ok());
  fs::create_directories(folder_ + "/keys/tokens");
  fs::copy_file(scratch_.path("other") + "/tokens/acme.crm", folder_ + "/keys/tokens/acme.crm");
  EXPECT_EQ(save_keys(folder_, scratch_.path("kept")).error().code, "storage_failed");
}

} // namespace
} // namespace tidemark::storage::test::secret_files_test
