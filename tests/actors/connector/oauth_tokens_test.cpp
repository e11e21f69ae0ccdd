#include "actors/connector/oauth_tokens.hpp"
#include "storage/log/memory_log.hpp"
#include "tests/actors/engine/engine_house.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

namespace tidemark::tests::oauth_tokens_test {
namespace {

using namespace std::chrono_literals;
using connectors::HttpAnswer;
using connectors::HttpRequest;
using domain::AccountState;

/// A system whose refresh tokens are single use: `refresh-N` gives the next one. A company's grant
/// gives tokens `location-N` for its location.
class Vendor {
public:
  HttpAnswer answer(const HttpRequest& request) {
    ++asked;
    if (down)
      return json_answer(503, "{}");
    if (request.url.find("/oauth/locationToken") != std::string::npos)
      return narrow();
    const std::lock_guard lock(guard_);
    const auto number = std::to_string(given + 1);
    if (request.body.find("grant_type=authorization_code") == std::string::npos && !spend(request))
      return json_answer(400, R"({"message":"Invalid grant: refresh token is invalid"})");
    good_.insert("refresh-" + number);
    ++given;
    return json_answer(200, R"({"access_token":"access-)" + number
                                + R"(","refresh_token":"refresh-)" + number
                                + R"(","expires_in":3600,"companyId":"CMP",)"
                                + (company ? R"("userType":"Company"})"
                                           : R"("userType":"Location","locationId":"LOC"})"));
  }
  void spend_all() {
    const std::lock_guard lock(guard_);
    good_.clear();
  }
  std::atomic<bool> down = false, company = false;
  std::atomic<std::uint32_t> narrowing = 200; ///< the next one's status; then 200
  std::atomic<int> asked = 0, given = 0, narrowed = 0;

private:
  HttpAnswer narrow() {
    if (const auto status = narrowing.exchange(200); status != 200)
      return json_answer(status, "{}");
    return json_answer(200, R"({"access_token":"location-)" + std::to_string(++narrowed)
                                + R"(","expires_in":900,"locationId":"LOC"})");
  }
  bool spend(const HttpRequest& request) {
    return std::erase_if(good_,
                         [&](const std::string& token) {
                           return (request.body + "&").find("=" + token + "&") != std::string::npos;
                         })
           > 0;
  }

  std::mutex guard_;
  std::set<std::string> good_;
};

/// Notes how long the keeper would wait.
class PatientHttp final : public actors::HttpClient {
public:
  PatientHttp(ScriptedHttp::Script script, std::atomic<std::int64_t>& least)
      : scripted_(std::move(script)), least_(least) {}
  void send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) override {
    least_ = std::min<std::int64_t>(least_, std::chrono::milliseconds(call.timeout).count());
    scripted_.send(std::move(call), std::move(done));
  }

private:
  ScriptedHttp scripted_;
  std::atomic<std::int64_t>& least_;
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
    keeper_ = std::make_unique<actors::OAuthTokens>(actors::OAuthTokensPorts{
        log_, clock_, folder_, [](std::string_view, std::string_view) {},
        std::make_unique<PatientHttp>([this](const HttpRequest& r) { return vendor_.answer(r); },
                                      least_patience_)});
    auto account = keeper_->add({TenantId("acme"), configured_, 100ms});
    ASSERT_TRUE(account) << account.error().text;
    account_ = *account;
    keeper_->start();
  }
  void connect() {
    const auto done = keeper_->connect(TenantId("acme"), ConnectorName("crm"), "code");
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
  std::atomic<std::int64_t> least_patience_ = INT64_MAX; ///< milliseconds
  SteppingClock clock_;
  storage::MemoryLog log_{clock_};
  std::string folder_;
  connectors::Configured configured_;
  std::unique_ptr<actors::OAuthTokens> keeper_;
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
  EXPECT_TRUE(account_->status().usable);
  clock_.advance(5min);
  ASSERT_TRUE(until([&] { return !account_->usable(); })) << "it has ended";
  EXPECT_FALSE(account_->status().usable);
  vendor_.down = false;
  clock_.advance(5min);
  ASSERT_TRUE(becomes(AccountState::connected));
  EXPECT_TRUE(account_->usable());
}

TEST_F(Keeping, ARefreshTokenThatWasSpentNeedsAPerson) {
  connect();
  vendor_.spend_all(); // somebody else did
  account_->refused(account_->version());
  ASSERT_TRUE(becomes(AccountState::reconnect_needed));
  EXPECT_EQ(account_->status().reason_code, "reconnect_needed");
  EXPECT_FALSE(account_->usable());
  connect();
  EXPECT_TRUE(account_->usable());
}

TEST_F(Keeping, AnExchangeIsWaitedForLongerThanAShortTimeOfTheConnector) {
  connect();
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return token() == "access-2"; }));
  EXPECT_GE(least_patience_, 20'000) << "tokens in an answer that nobody waits for are lost";
}

TEST_F(Keeping, ACompanysNewGrantIsKeptWhileTheAccountsTokenCannotBeMadeFromIt) {
  vendor_.company = true;
  connect();
  ASSERT_EQ(token(), "location-1");
  vendor_.narrowing = 503;
  account_->refused(account_->version());
  ASSERT_TRUE(becomes(AccountState::failing));
  clock_.advance(3s);
  ASSERT_TRUE(becomes(AccountState::connected)) << account_->status().reason_code;
  EXPECT_EQ(token(), "location-2");
  EXPECT_TRUE(account_->usable());
  EXPECT_EQ(vendor_.given, 2) << "the code and one renewal: only the last step is done again";
  clock_.advance(1h);
  ASSERT_TRUE(until([&] { return token() == "location-3"; })) << "the next renewal works as well";
}

TEST_F(Keeping, ACompanysTokenThatIsRefusedIsRenewed) {
  vendor_.company = true;
  connect();
  vendor_.narrowing = 401;
  clock_.advance(11min); // the account's token ends, the company's does not
  ASSERT_TRUE(until([&] { return token() == "location-2"; })) << account_->status().reason_code;
  EXPECT_EQ(vendor_.given, 2);
  EXPECT_EQ(account_->status().state, AccountState::connected);
}

TEST_F(Keeping, AConnectThatFailsHalfwayLeavesAnAccountThatWorksAsItWas) {
  connect();
  vendor_.company = true;
  vendor_.narrowing = 503;
  EXPECT_FALSE(keeper_->connect(TenantId("acme"), ConnectorName("crm"), "code"));
  EXPECT_EQ(token(), "access-1");
  EXPECT_TRUE(account_->usable());
  EXPECT_EQ(account_->status().state, AccountState::connected);
  vendor_.company = false;
  clock_.advance(56min);
  ASSERT_TRUE(until([&] { return token() == "access-3"; })) << "it is still renewed";
}

TEST_F(Keeping, WhetherAPersonConnectedItIsInTheLog) {
  connect();
  account_->refused(account_->version());
  ASSERT_TRUE(until([&] { return log_.durable().value == 2; }));
  connect();
  std::vector<bool> connected;
  for (std::uint64_t p = 1; p <= 3; ++p)
    connected.push_back((*log_.at(Position{p}))->payload.find(R"("connected":true)")
                        != std::string::npos);
  EXPECT_EQ(connected, (std::vector<bool>{true, false, true}));
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
  actors::OAuthTokens keeper(
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
} // namespace tidemark::tests::oauth_tokens_test
