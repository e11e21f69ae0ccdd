#include "actors/token_keeper.hpp"
#include "storage/memory_log.hpp"
#include "tests/actors/engine_house.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tidemark::tests {
namespace {

using namespace std::chrono_literals;
using connectors::HttpAnswer;
using connectors::HttpRequest;
using domain::AccountState;

/// A system whose refresh tokens are single use: `refresh-N` gives `refresh-N+1`.
class Vendor {
public:
  HttpAnswer answer(const HttpRequest& request) {
    ++asked;
    if (down)
      return json_answer(503, "{}");
    const auto newest = "refresh_token=refresh-" + std::to_string(given.load()) + "&";
    const bool known = request.body.find("grant_type=authorization_code") != std::string::npos
                       || (request.body + "&").find(newest) != std::string::npos;
    if (!known)
      return json_answer(400, R"({"message":"Invalid grant: refresh token is invalid"})");
    const auto number = std::to_string(++given);
    return json_answer(200, R"({"access_token":"access-)" + number
                                + R"(","refresh_token":"refresh-)" + number
                                + R"(","expires_in":3600,"userType":"Location",)"
                                + R"("companyId":"CMP","locationId":"LOC"})");
  }
  std::atomic<bool> down = false;
  std::atomic<int> asked = 0, given = 0;
};

class Keeping : public ::testing::Test {
protected:
  Keeping() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tidemark-keeper-XXXXXX");
    folder_ = ::mkdtemp(pattern.data());
    configured_.connector = connectors::find("gohighlevel");
    configured_.settings.name = ConnectorName("crm");
    configured_.settings.values = {
        {"base_url", "http://127.0.0.1:1"}, {"location_id", "LOC"}, {"oauth.client_id", "app-1"}};
    configured_.settings.secrets.emplace("oauth.client_secret", SecretText("secret"));
    open();
  }
  ~Keeping() override {
    keeper_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    keeper_.reset();
    keeper_ = std::make_unique<actors::TokenKeeper>(
        actors::TokenKeeperPorts{log_, clock_, folder_, [](std::string_view, std::string_view) {},
                                 std::make_unique<ScriptedHttp>(
                                     [this](const HttpRequest& r) { return vendor_.answer(r); })});
    auto account = keeper_->add({TenantId("acme"), configured_});
    ASSERT_TRUE(account) << account.error().text;
    account_ = *account;
    keeper_->start();
  }
  void connect() {
    const auto done = keeper_->connect({"acme", "crm", "code"});
    ASSERT_TRUE(done) << done.error().text;
  }
  bool becomes(AccountState state) {
    return until([&] { return account_->status().state == state; });
  }
  static bool until(const std::function<bool()>& holds) {
    for (int i = 0; i < 4000 && !holds(); ++i)
      std::this_thread::sleep_for(5ms);
    return holds();
  }
  std::string token() const { return account_->settings().secret("token"); }
  std::string file() const { return folder_ + "/keys/tokens/acme.crm"; }

  Vendor vendor_;
  SteppingClock clock_;
  storage::MemoryLog log_{clock_};
  std::string folder_;
  connectors::Configured configured_;
  std::unique_ptr<actors::TokenKeeper> keeper_;
  std::shared_ptr<actors::Account> account_;
};

TEST_F(Keeping, BeforeItIsConnectedAnAccountHasNoToken) {
  EXPECT_FALSE(account_->usable());
  EXPECT_EQ(account_->status().state, AccountState::not_connected);
  EXPECT_EQ(token(), "");
}

TEST_F(Keeping, ACodeGivesATokenThatIsOnDiskForItsUserAlone) {
  connect();
  EXPECT_TRUE(account_->usable());
  EXPECT_EQ(token(), "access-1");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file()).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(Keeping, ATokenIsRenewedFiveMinutesBeforeItEnds) {
  connect();
  clock_.advance(56min);
  ASSERT_TRUE(until([&] { return token() == "access-2"; }));
  EXPECT_TRUE(account_->usable());
}

TEST_F(Keeping, ARefusedTokenIsRenewedOnceHoweverManySaySo) {
  connect();
  const auto version = account_->version();
  std::vector<std::thread> crowd;
  for (int i = 0; i < 16; ++i)
    crowd.emplace_back([&] { account_->refused(version); });
  for (auto& one : crowd)
    one.join();
  ASSERT_TRUE(until([&] { return token() == "access-2" && account_->usable(); }));
  account_->refused(version); // one that was under way all the time
  EXPECT_TRUE(account_->usable()) << "that was the old token";
  EXPECT_EQ(vendor_.asked, 2) << "the code and one renewal";
}

TEST_F(Keeping, ANewTokenThatIsRefusedTooIsNotRenewedAgainAtOnce) {
  connect();
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return token() == "access-2" && account_->usable(); }));
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return account_->usable(); })) << "it is all there is";
  EXPECT_EQ(vendor_.asked, 2);
}

TEST_F(Keeping, AnotherStartGoesOnWithWhatIsOnDisk) {
  connect();
  open();
  EXPECT_TRUE(account_->usable());
  EXPECT_EQ(token(), "access-1");
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return token() == "access-2"; }));
}

TEST_F(Keeping, ASystemThatIsAwayIsAskedAgainLater) {
  connect();
  vendor_.down = true;
  clock_.advance(56min);
  ASSERT_TRUE(becomes(AccountState::failing));
  EXPECT_TRUE(account_->usable()) << "the old token still holds";
  clock_.advance(5min);
  ASSERT_TRUE(until([&] { return !account_->usable(); })) << "it has ended";
  vendor_.down = false;
  clock_.advance(5min);
  ASSERT_TRUE(becomes(AccountState::connected));
  EXPECT_TRUE(account_->usable());
}

TEST_F(Keeping, ARefreshTokenThatWasSpentNeedsAPerson) {
  connect();
  vendor_.given = 7; // somebody else spent ours
  account_->refused(account_->version());
  ASSERT_TRUE(becomes(AccountState::reconnect_needed));
  EXPECT_EQ(account_->status().reason_code, "reconnect_needed");
  EXPECT_FALSE(account_->usable());
  connect();
  EXPECT_TRUE(account_->usable());
}

TEST_F(Keeping, TokensOfAnotherAccountAreNotUsed) {
  connect();
  configured_.settings.values["location_id"] = "ANOTHER";
  open();
  EXPECT_FALSE(account_->usable());
  EXPECT_EQ(account_->status().reason_code, "account_differs");
}

TEST_F(Keeping, AFileThatOthersCanReadIsRefused) {
  connect();
  keeper_.reset();
  std::filesystem::permissions(file(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  actors::TokenKeeper keeper(
      {log_, clock_, folder_, [](std::string_view, std::string_view) {}, nullptr});
  const auto account = keeper.add({TenantId("acme"), configured_});
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, "keys_exposed");
}

TEST_F(Keeping, TheLogHoldsTheNameOfATokenAndNothingElseOfIt) {
  connect();
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return log_.durable().value == 2; }));
  for (std::uint64_t p = 1; p <= 2; ++p) {
    const auto stored = log_.at(Position{p});
    EXPECT_EQ((*stored)->envelope.type, "token.refreshed.v1");
    for (const auto* secret : {"access-", "refresh-", "secret"})
      EXPECT_EQ((*stored)->payload.find(secret), std::string::npos) << (*stored)->payload;
  }
}

} // namespace
} // namespace tidemark::tests
