#include "storage/sealing/key_ring.hpp"
#include "tests/storage/support.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

namespace tidemark::storage::test::store_key_test {
namespace {

TEST(StoreKey, ComesBackFromItsFileAndFromACopyWrittenByHand) {
  const Scratch scratch;
  const auto key = StoreKey::make();
  ASSERT_TRUE(key.save(scratch.path("key")).ok());
  struct stat info {};
  ASSERT_EQ(::stat(scratch.path("key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(StoreKey::load(scratch.path("key")).value()->id(), key.id());
  auto by_hand = key.text().reveal();
  std::ranges::replace(by_hand, '-', ' ');
  std::ranges::transform(by_hand, by_hand.begin(), [](unsigned char c) { return std::tolower(c); });
  EXPECT_EQ(StoreKey::read(by_hand + "\n").value().id(), key.id());
  EXPECT_EQ(key.id().size(), 16U);
  EXPECT_NE(StoreKey::make().id(), key.id());
  EXPECT_EQ(StoreKey::make().save(scratch.path("key")).error().code, "already_there");
}

TEST(StoreKey, IsRefusedWithADigitThatIsWrongOrMissingOrForOthersToRead) {
  const Scratch scratch;
  const auto key = StoreKey::make();
  const auto text = key.text().reveal();
  for (std::size_t at = 6; at < text.size(); ++at) {
    if (text[at] == '-')
      continue;
    auto slip = text;
    slip[at] = slip[at] == '0' ? '1' : '0';
    EXPECT_EQ(StoreKey::read(slip).error().code, "store_key_damaged") << at;
  }
  EXPECT_EQ(StoreKey::read(text.substr(0, text.size() - 1)).error().code, "store_key_damaged");
  EXPECT_EQ(StoreKey::read("a password").error().code, "store_key_damaged");
  EXPECT_EQ(StoreKey::load(scratch.path("none")).error().code, "store_key_missing");
  EXPECT_FALSE(StoreKey::load("").value().has_value());
  ASSERT_TRUE(key.save(scratch.path("key")).ok());
  ::chmod(scratch.path("key").c_str(), 0640);
  EXPECT_EQ(StoreKey::load(scratch.path("key")).error().code, "store_key_exposed");
  EXPECT_TRUE(StoreKey::load(scratch.path("key"), false).ok());
}

TEST(KeyRing, OpensOnlyWhatWasSealedAsThatUnderThatKey) {
  const KeyRing ring(StoreKey::make());
  const auto sealed = ring.seal({"tokens/acme.crm", "acme"}, "hush");
  EXPECT_EQ(sealed.find("hush"), std::string::npos);
  EXPECT_EQ(sealed_under(sealed), ring.id());
  EXPECT_EQ(ring.open({"tokens/acme.crm", "acme"}, sealed).value().reveal(), "hush");
  EXPECT_NE(ring.seal({"tokens/acme.crm", "acme"}, "hush"), sealed) << "each has its own nonce";
  EXPECT_EQ(ring.open({"tokens/acme.dialer", "acme"}, sealed).error().code, "data_damaged");
  EXPECT_EQ(ring.open({"tokens/acme.crm", "other"}, sealed).error().code, "data_damaged");
  for (std::size_t at = 16; at < sealed.size(); ++at) { // after magic and key id
    auto damaged = sealed;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_EQ(ring.open({"tokens/acme.crm", "acme"}, damaged).error().code, "data_damaged") << at;
  }
  const auto foreign = KeyRing(StoreKey::make()).open({"tokens/acme.crm", "acme"}, sealed);
  EXPECT_EQ(foreign.error().code, "store_key_wrong");
  EXPECT_NE(foreign.error().text.find(ring.id()), std::string::npos);
  const auto none = KeyRing(std::nullopt).open({"tokens/acme.crm", "acme"}, sealed);
  EXPECT_EQ(none.error().code, "store_key_missing");
  EXPECT_NE(none.error().text.find(ring.id()), std::string::npos);
}

TEST(KeyRing, WithoutAKeyLeavesEverythingAsItIs) {
  const KeyRing ring(std::nullopt);
  EXPECT_EQ(ring.seal({"pepper", {}}, "plain"), "plain");
  EXPECT_EQ(ring.open({"pepper", {}}, "plain").value().reveal(), "plain");
  EXPECT_EQ(ring.id(), "");
}

} // namespace
} // namespace tidemark::storage::test::store_key_test
