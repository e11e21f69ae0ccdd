#include "app/credentials/secret_list.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tidemark::app::credential_book_test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const TenantId acme("acme");
const ConnectorName crm("crm");
const Timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 9 / 1} + 12h};

class Credentials : public testing::Test {
protected:
  Credentials() {
    std::string name = (fs::temp_directory_path() / "tidemark-credentials-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    configured_.name = crm;
    configured_.secrets.emplace("token", SecretText("of the configuration"));
    configured_.secrets.emplace("webhook_secret", SecretText("of the configuration too"));
  }
  ~Credentials() override { fs::remove_all(folder_); }
  /// As a start finds it.
  std::shared_ptr<CredentialBook> open() const {
    auto files = storage::SecretFiles::open_in(folder_ + "/keys", key_, true);
    EXPECT_TRUE(files.ok());
    auto book = CredentialBook::open(storage::CredentialFiles(*files));
    EXPECT_TRUE(book.ok());
    return *book;
  }
  Status put(CredentialBook& book, const std::string& value, Timestamp at,
             std::optional<Timestamp> overlap = {}) const {
    const auto done = book.put(acme, crm, "token", {SecretText(value), at, "ops", {}},
                               configured_.secrets.at("token"), overlap, recorded);
    return done ? Status(Done{}) : Status(done.error());
  }
  static Result<Position> recorded() { return Position{1}; }
  std::string in_use(const CredentialBook& book) const {
    return book.over(acme, configured_).secret("token");
  }
  /// `value@seconds until it ends`, in the order in which they are tried.
  std::vector<std::string> taken(const CredentialBook& book) const {
    std::vector<std::string> out;
    for (const auto& one : book.accepted(acme, configured_))
      out.push_back(one.settings.secret("token")
                    + (one.until ? "@" + std::to_string((*one.until - noon) / 1h) : ""));
    return out;
  }

  std::string folder_;
  std::optional<storage::StoreKey> key_ = storage::StoreKey::make();
  connectors::Settings configured_;
};

TEST_F(Credentials, LieOverTheConfigurationAndOutliveAStart) {
  const auto book = open();
  EXPECT_EQ(in_use(*book), "of the configuration");
  EXPECT_TRUE(taken(*book).empty());
  ASSERT_TRUE(put(*book, "set at run time", noon).ok());
  for (const auto& one : {book, open()}) {
    EXPECT_EQ(in_use(*one), "set at run time");
    EXPECT_EQ(taken(*one), std::vector<std::string>{"set at run time"});
    EXPECT_EQ(one->over(acme, configured_).secret("webhook_secret"), "of the configuration too");
    EXPECT_EQ(one->over(TenantId("other"), configured_).secret("token"), "of the configuration");
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    EXPECT_EQ(bytes.find("set at run time"), std::string::npos) << entry.path();
  }
  ASSERT_TRUE(book->remove(acme, crm, "token", recorded).ok());
  EXPECT_EQ(in_use(*book), "of the configuration");
  EXPECT_EQ(in_use(*open()), "of the configuration");
}

TEST_F(Credentials, ThatAreRotatedAreTakenUntilTheOverlapEnds) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "second", noon, noon + 24h).ok());
  ASSERT_TRUE(put(*book, "third", noon + 1h, noon + 3h).ok());
  EXPECT_EQ(in_use(*book), "third");
  const std::vector<std::string> all{"third", "second@3", "of the configuration@24"};
  EXPECT_EQ(taken(*book), all);
  EXPECT_EQ(taken(*open()), all);
  ASSERT_TRUE(put(*book, "fourth", noon + 4h, noon + 5h).ok());
  EXPECT_EQ(taken(*book),
            (std::vector<std::string>{"fourth", "third@5", "of the configuration@24"}))
      << "second had ended";
  ASSERT_TRUE(put(*book, "fifth", noon + 5h).ok());
  EXPECT_EQ(taken(*book), std::vector<std::string>{"fifth"}) << "set ends every overlap at once";
}

TEST_F(Credentials, AreForgottenWhenTheirOverlapIsOver) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "second", noon, noon + 2h).ok());
  ASSERT_TRUE(book->end_overlaps(noon + 2h - 1s).ok());
  EXPECT_EQ(open()->all().front().values.size(), 2U);
  ASSERT_TRUE(book->end_overlaps(noon + 2h).ok());
  for (const auto& one : {book, open()}) {
    EXPECT_EQ(one->all().front().values.size(), 1U);
    EXPECT_EQ(in_use(*one), "second");
  }
}

TEST_F(Credentials, OfATenantThatEndsAreRemovedAndNobodyElses) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "its own", noon).ok());
  ASSERT_TRUE(
      book->put(TenantId("ac"), crm, "token", {SecretText("x"), noon, "ops", {}}, {}, {}, recorded)
          .ok());
  ASSERT_TRUE(book->remove_all(acme).ok());
  for (const auto& one : {book, open()}) {
    ASSERT_EQ(one->all().size(), 1U);
    EXPECT_EQ(one->all().front().tenant, TenantId("ac"));
  }
}

/// The disk takes no more files in `keys/credentials` from here on.
struct FullDisk {
  explicit FullDisk(const std::string& folder) : credentials(folder + "/keys/credentials") {
    fs::remove_all(credentials);
    std::ofstream(credentials) << "no folder";
  }
  void mend() const { fs::remove(credentials); }
  fs::path credentials;
};

TEST_F(Credentials, AreKeptBeforeTheyAreOnRecordAndUsedAfterThat) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "before", noon).ok());
  const auto change = [&](const CredentialBook::Record& record) {
    return book->put(acme, crm, "token", {SecretText("next"), noon, "ops", {}}, {}, {}, record);
  };
  EXPECT_FALSE(change([&]() -> Result<Position> {
                 EXPECT_TRUE(fs::exists(folder_ + "/keys/staged/acme.crm.token"));
                 EXPECT_EQ(in_use(*book), "before") << "it is not on record";
                 return Error{"not_stored", "the log is full"};
               }).ok());
  EXPECT_EQ(in_use(*book), "before");
  EXPECT_EQ(in_use(*open()), "before");
  EXPECT_TRUE(change([] { return Result<Position>(Position{7}); }).ok());
  EXPECT_EQ(in_use(*book), "next");
  EXPECT_FALSE(fs::exists(folder_ + "/keys/staged/acme.crm.token"));
}

TEST_F(Credentials, ThatCannotBeKeptAreNotPutOnRecord) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "before", noon).ok());
  fs::remove_all(folder_ + "/keys/staged");
  std::ofstream(folder_ + "/keys/staged") << "no folder";
  bool asked = false;
  const auto done = book->remove(acme, crm, "token", [&]() -> Result<Position> {
    asked = true;
    return Position{7};
  });
  EXPECT_FALSE(done.ok());
  EXPECT_FALSE(asked);
  EXPECT_EQ(in_use(*book), "before");
}

TEST_F(Credentials, ThatAreOnRecordHoldWhateverTheDiskDoesThen) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "before", noon).ok());
  const FullDisk disk(folder_);
  ASSERT_TRUE(put(*book, "on record", noon).ok());
  EXPECT_EQ(in_use(*book), "on record");
  EXPECT_FALSE(book->end_overlaps(noon).ok());
  disk.mend();
  EXPECT_TRUE(book->end_overlaps(noon).ok()) << "tried again";
  EXPECT_EQ(in_use(*open()), "on record");
  EXPECT_FALSE(fs::exists(folder_ + "/keys/staged/acme.crm.token"));
}

TEST_F(Credentials, ThatWereCutOffBehindTheirRecordAreSettledAtTheNextStart) {
  {
    const auto book = open();
    ASSERT_TRUE(put(*book, "before", noon).ok());
    fs::copy(folder_ + "/keys/credentials", folder_ + "/aside");
    const FullDisk disk(folder_);
    ASSERT_TRUE(put(*book, "on record", noon).ok());
    disk.mend();
    fs::copy(folder_ + "/aside", folder_ + "/keys/credentials");
  }
  fs::copy(folder_ + "/keys/staged", folder_ + "/staged");
  const auto settled = [&](bool on_record) {
    const auto book = open();
    EXPECT_EQ(in_use(*book), "before");
    EXPECT_TRUE(book->settle_staged([&](const storage::StoredCredential& one) {
                      EXPECT_EQ(one.values.front().value.reveal(), "on record");
                      return Result<bool>(on_record);
                    })
                    .ok());
    EXPECT_FALSE(fs::exists(folder_ + "/keys/staged/acme.crm.token"));
    EXPECT_EQ(in_use(*book), in_use(*open()));
    return in_use(*book);
  };
  EXPECT_EQ(settled(false), "before") << "nobody was told that it is another";
  fs::copy(folder_ + "/staged", folder_ + "/keys/staged",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  EXPECT_EQ(settled(true), "on record");
}

TEST_F(Credentials, AreRefusedWithoutAStoreKey) {
  key_.reset();
  const auto book = open();
  EXPECT_FALSE(book->can_write());
  EXPECT_EQ(put(*book, "plain", noon).error().code, "store_key_missing");
  EXPECT_EQ(in_use(*book), "of the configuration");
  EXPECT_FALSE(fs::exists(folder_ + "/keys/credentials"));
}

TEST_F(Credentials, AddNoSecretThatTheConfigurationLacks) {
  const auto book = open();
  ASSERT_TRUE(
      book->put(acme, crm, "other", {SecretText("x"), noon, "ops", {}}, {}, {}, recorded).ok());
  EXPECT_FALSE(book->over(acme, configured_).has_secret("other"));
}

TEST_F(Credentials, AreListedWithSourceAndAgeAndNoMoreThanFourCharacters) {
  const auto book = open();
  ASSERT_TRUE(put(*book, "set at run time", noon, noon + 1h).ok());
  config::LoadedConfig loaded;
  auto& tenant = loaded.config.tenants.emplace_back();
  tenant.id = acme;
  tenant.connectors.emplace_back().settings = configured_;
  loaded.effective = {
      {"tenants[acme].connectors[crm].token", "***", "environment TOKEN"},
      {"tenants[acme].connectors[crm].webhook_secret", "***", "file /nowhere"},
      {"api.tokens[ops].token", "***", "environment API"},
  };
  const KeyedHasher hasher(SecretText("pepper"));
  const auto files = storage::SecretFiles::open_in(folder_ + "/keys", key_, true).value();
  const SecretList list(loaded, loaded.config.tenants, *book, files, hasher, folder_);
  std::vector<std::string> lines;
  for (const auto& one : list.of(acme))
    lines.push_back(one.name + " " + one.source + " " + one.state + " " + one.last_four);
  EXPECT_EQ(lines, (std::vector<std::string>{"token environment TOKEN replaced tion",
                                             "webhook_secret file /nowhere in_use  too",
                                             "token run_time in_use time",
                                             "token run_time overlap tion"}));
  loaded.config.tenants.front().recorded = "connectors = []";
  const SecretList made(loaded, loaded.config.tenants, *book, files, hasher, folder_);
  EXPECT_EQ(made.of(acme).front().source, "tenant_settings") << "of a tenant that the log has";
  loaded.config.tenants.clear();
  const SecretList left(loaded, loaded.config.tenants, *book, files, hasher, folder_);
  ASSERT_EQ(left.of(acme).size(), 2U) << "what the configuration has no more is on the disk still";
  EXPECT_EQ(left.of(acme).front().state, "unused");
  std::vector<std::string> shared;
  for (const auto& one : list.of(std::nullopt))
    if (one.tenant.value.empty())
      shared.push_back(one.kind + " " + one.name);
  EXPECT_EQ(shared, (std::vector<std::string>{"pepper keys/pepper", "store_key store key",
                                              "configuration api.tokens[ops].token"}));
  EXPECT_EQ(last_four_of(SecretText("short")), "");
}

} // namespace
} // namespace tidemark::app::credential_book_test
