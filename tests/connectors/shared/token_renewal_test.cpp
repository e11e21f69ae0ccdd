#include "connectors/shared/token_renewal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tidemark::connectors::token_renewal_test {
namespace {

using namespace std::chrono_literals;
using domain::AccountState;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

HttpAnswer json_answer(std::uint32_t status, std::string body) {
  HttpAnswer out;
  out.status = status;
  out.content_type = "application/json";
  out.body = std::move(body);
  return out;
}

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
    const auto number = std::to_string(given + 1);
    if (request.body.find("grant_type=authorization_code") == std::string::npos && !spend(request))
      return json_answer(400, R"({"message":"Invalid grant: refresh token is invalid"})");
    good.insert("refresh-" + number);
    ++given;
    return json_answer(200, R"({"access_token":"access-)" + number
                                + R"(","refresh_token":"refresh-)" + number
                                + R"(","expires_in":3600,"companyId":"CMP",)"
                                + (company ? R"("userType":"Company"})"
                                           : R"("userType":"Location","locationId":"LOC"})"));
  }
  std::set<std::string> good;
  bool down = false, company = false;
  std::uint32_t narrowing = 200; ///< the next one's status; then 200
  int asked = 0, given = 0, narrowed = 0;

private:
  HttpAnswer narrow() {
    if (const auto status = std::exchange(narrowing, 200); status != 200)
      return json_answer(status, "{}");
    return json_answer(200, R"({"access_token":"location-)" + std::to_string(++narrowed)
                                + R"(","expires_in":900,"locationId":"LOC"})");
  }
  bool spend(const HttpRequest& request) {
    return std::erase_if(good,
                         [&](const std::string& token) {
                           return (request.body + "&").find("=" + token + "&") != std::string::npos;
                         })
           > 0;
  }
};

class Renewing : public ::testing::Test {
protected:
  Renewing() { open(); }
  void open(const std::string& location = "LOC") {
    Settings settings;
    settings.name = ConnectorName("crm");
    settings.values = {{"base_url", "http://127.0.0.1:1"},
                       {"location_id", location},
                       {"oauth.client_id", "app-1"}};
    settings.secrets.emplace("oauth.client_secret", SecretText("secret"));
    auto kept = disk.empty() ? Result<StoredTokens>(Error{}) : read_tokens(disk);
    core.emplace(*find("gohighlevel")->oauth, settings, kept ? std::optional(*kept) : std::nullopt,
                 now);
  }
  /// Plays disk and system until nothing is left to do; gives how it ended.
  TokenRenewal::Ended run(TokenRenewal::Step step) {
    while (true) {
      if (const auto* write = std::get_if<TokenRenewal::Write>(&step)) {
        if (disk_works)
          disk = write->text.reveal();
        step = core->written(disk_works ? Status(Done{}) : Error{"storage_failed", "full"}, now);
      } else if (const auto* ask = std::get_if<TokenRenewal::Send>(&step)) {
        disk_when_asked = disk;
        step = core->answered(vendor.answer(ask->request), now);
      } else {
        auto* end = std::get_if<TokenRenewal::Ended>(&step);
        return end ? *end : TokenRenewal::Ended{};
      }
    }
  }
  TokenRenewal::Ended poll() { return run(core->poll(now)); }
  TokenRenewal::Ended poll_after(std::chrono::seconds by) {
    now += by;
    return poll();
  }
  void refuse() { core->refused(core->version()); }
  void connect() {
    const auto end = run(core->connect("code"));
    ASSERT_TRUE(end.connected && *end.connected) << end.connected->error().text;
  }
  std::string token() const { return core->settings().secret("token"); }
  AccountState state() const { return core->status().state; }
  bool usable() const { return core->status().usable; }

  Timestamp now = start;
  Vendor vendor;
  std::string disk, disk_when_asked;
  bool disk_works = true;
  std::optional<TokenRenewal> core;
};

TEST_F(Renewing, BeforeItIsConnectedAnAccountHasNoToken) {
  EXPECT_FALSE(usable());
  EXPECT_EQ(state(), AccountState::not_connected);
  EXPECT_EQ(token(), "");
}

TEST_F(Renewing, ACodeGivesATokenThatIsOnDisk) {
  connect();
  EXPECT_TRUE(usable());
  EXPECT_EQ(token(), "access-1");
  EXPECT_NE(disk.find("access-1"), std::string::npos);
}

TEST_F(Renewing, ATokenIsRenewedFiveMinutesBeforeItEnds) {
  connect();
  poll_after(54min);
  EXPECT_EQ(token(), "access-1");
  poll_after(2min);
  EXPECT_EQ(token(), "access-2");
  EXPECT_TRUE(usable());
}

TEST_F(Renewing, ThatARefreshTokenIsShownIsOnDiskBefore) {
  connect();
  poll_after(56min);
  EXPECT_NE(disk_when_asked.find(R"("renewing":true)"), std::string::npos);
  EXPECT_NE(disk.find(R"("renewing":false)"), std::string::npos);
}

TEST_F(Renewing, NothingIsShownThatCannotBeWritten) {
  connect();
  disk_works = false;
  EXPECT_NE(poll_after(56min).failure, "");
  EXPECT_EQ(vendor.asked, 1) << "the code";
  EXPECT_EQ(state(), AccountState::failing);
}

TEST_F(Renewing, ANewTokenIsInForceOnlyOnceItIsOnDisk) {
  connect();
  now += 56min;
  auto step = core->poll(now);
  step = core->written(Done{}, now);
  step = core->answered(vendor.answer(std::get<TokenRenewal::Send>(step).request), now);
  ASSERT_TRUE(std::holds_alternative<TokenRenewal::Write>(step));
  EXPECT_EQ(token(), "access-1");
  core->written(Done{}, now);
  EXPECT_EQ(token(), "access-2");
}

TEST_F(Renewing, ARefusedTokenIsRenewedOnceHoweverManySaySo) {
  connect();
  const auto version = core->version();
  core->refused(version);
  EXPECT_FALSE(usable()) << "the others wait";
  core->refused(version);
  poll();
  EXPECT_EQ(token(), "access-2");
  core->refused(version); // one that was under way all the time
  EXPECT_TRUE(usable()) << "that was the old token";
  poll();
  EXPECT_EQ(vendor.asked, 2) << "the code and one renewal";
}

TEST_F(Renewing, ANewTokenThatIsRefusedTooIsNotRenewedAgainAtOnce) {
  connect();
  refuse();
  poll();
  refuse();
  poll();
  EXPECT_TRUE(usable()) << "it is all there is";
  EXPECT_EQ(vendor.asked, 2);
  now += refusal_pause;
  refuse();
  poll();
  EXPECT_EQ(vendor.asked, 3);
}

TEST_F(Renewing, SomebodyMayHaveATokenRenewedThatStillHolds) {
  EXPECT_FALSE(core->can_renew()) << "nothing is connected";
  connect();
  poll();
  EXPECT_EQ(token(), "access-1") << "nothing is due";
  core->demand();
  EXPECT_TRUE(usable()) << "the others go on with the one they have";
  poll();
  EXPECT_EQ(token(), "access-2");
  poll();
  EXPECT_EQ(token(), "access-2") << "once";
  vendor.down = true;
  core->demand();
  EXPECT_NE(poll().failure, "");
  EXPECT_EQ(token(), "access-2");
  poll();
  EXPECT_EQ(vendor.asked, 3) << "it waits again as renewals do";
  vendor.down = false;
  core->demand();
  poll();
  EXPECT_EQ(token(), "access-3") << "somebody wants it now";
}

TEST_F(Renewing, AnotherStartGoesOnWithWhatIsOnDisk) {
  connect();
  open();
  EXPECT_TRUE(usable());
  EXPECT_EQ(token(), "access-1");
  refuse();
  poll();
  EXPECT_EQ(token(), "access-2");
}

TEST_F(Renewing, ASystemThatIsAwayIsAskedAgainLater) {
  connect();
  vendor.down = true;
  poll_after(56min);
  EXPECT_EQ(state(), AccountState::failing);
  EXPECT_TRUE(usable()) << "the old token still holds";
  const auto asked = vendor.asked;
  poll_after(1s);
  EXPECT_EQ(vendor.asked, asked);
  poll_after(1s);
  EXPECT_EQ(vendor.asked, asked + 1);
  poll_after(3s);
  EXPECT_EQ(vendor.asked, asked + 1) << "each pause is twice the one before";
  poll_after(5min);
  EXPECT_FALSE(usable()) << "it has ended";
  vendor.down = false;
  poll_after(5min);
  EXPECT_EQ(state(), AccountState::connected);
  EXPECT_TRUE(usable());
}

TEST_F(Renewing, ARefreshTokenThatWasSpentNeedsAPerson) {
  connect();
  vendor.good.clear(); // somebody else did
  refuse();
  const auto end = poll();
  ASSERT_TRUE(end.record && std::holds_alternative<events::TokenRefused>(*end.record));
  EXPECT_NE(end.failure.find("tidemark connect crm"), std::string::npos);
  EXPECT_EQ(state(), AccountState::reconnect_needed);
  EXPECT_EQ(core->status().reason_code, "reconnect_needed");
  EXPECT_FALSE(usable());
  poll_after(1h);
  EXPECT_EQ(vendor.asked, 2) << "nobody else can help";
  connect();
  EXPECT_TRUE(usable());
}

TEST_F(Renewing, AProcessThatDiedWhileItAskedSaysSo) {
  connect();
  now += 56min;
  auto step = core->poll(now);
  disk = std::get<TokenRenewal::Write>(step).text.reveal();
  step = core->written(Done{}, now);
  vendor.answer(std::get<TokenRenewal::Send>(step).request); // nobody hears it
  open();
  poll();
  EXPECT_EQ(core->status().reason_code, "renewal_cut_off");
}

TEST_F(Renewing, ACompanysNewGrantIsKeptWhileTheAccountsTokenCannotBeMadeFromIt) {
  vendor.company = true;
  connect();
  ASSERT_EQ(token(), "location-1");
  vendor.narrowing = 503;
  refuse();
  poll();
  ASSERT_EQ(state(), AccountState::failing);
  EXPECT_NE(disk.find("refresh-2"), std::string::npos);
  poll_after(3s);
  ASSERT_EQ(state(), AccountState::connected) << core->status().reason_code;
  EXPECT_EQ(token(), "location-2");
  EXPECT_TRUE(usable());
  EXPECT_EQ(vendor.given, 2) << "the code and one renewal: only the last step is done again";
  poll_after(1h);
  EXPECT_EQ(token(), "location-3") << "the next renewal works as well";
}

TEST_F(Renewing, ACompanysTokenThatIsRefusedIsRenewed) {
  vendor.company = true;
  connect();
  vendor.narrowing = 401;
  poll_after(11min); // the account's token ends, the company's does not
  EXPECT_EQ(token(), "location-2") << core->status().reason_code;
  EXPECT_EQ(vendor.given, 2);
  EXPECT_EQ(state(), AccountState::connected);
}

TEST_F(Renewing, AConnectThatFailsHalfwayLeavesAnAccountThatWorksAsItWas) {
  connect();
  vendor.company = true;
  vendor.narrowing = 503;
  const auto end = run(core->connect("code"));
  EXPECT_TRUE(end.connected && !*end.connected);
  EXPECT_EQ(token(), "access-1");
  EXPECT_TRUE(usable());
  EXPECT_EQ(state(), AccountState::connected);
  vendor.company = false;
  poll_after(56min);
  EXPECT_EQ(token(), "access-3") << "it is still renewed";
}

TEST_F(Renewing, TokensOfAnotherAccountAreNotUsed) {
  connect();
  open("ANOTHER");
  EXPECT_FALSE(usable());
  EXPECT_EQ(core->status().reason_code, "account_differs");
}

} // namespace
} // namespace tidemark::connectors::token_renewal_test
