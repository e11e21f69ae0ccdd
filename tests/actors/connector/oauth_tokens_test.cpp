#include "actors/connector/oauth_tokens.hpp"
#include "actors/ports/log_port.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/recorded_event.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/ports/still_actors.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace tidemark::actors::oauth_tokens_test {
namespace {

using namespace std::chrono_literals;

class SetClock final : public WallClock {
public:
  Timestamp now() const override { return at; }
  Timestamp at{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
};

/// Holds each request until it is to be answered; the N-th gives `access-N`.
class Vendor final : public HttpClient {
public:
  void send(HttpCall call, std::function<void(HttpResult)> done) override {
    least_patience = std::min(least_patience, call.timeout);
    out.push_back(std::move(done));
  }
  void answer() {
    const auto number = std::to_string(++given);
    HttpResult result;
    result.answer.status = 200;
    result.answer.content_type = "application/json";
    result.answer.body = R"({"access_token":"access-)" + number + R"(","refresh_token":"refresh-)"
                         + number + R"(","expires_in":3600,"userType":"Location",)"
                         + R"("locationId":"LOC"})";
    std::exchange(out, {}).front()(std::move(result));
  }
  void refuse() {
    HttpResult result;
    result.answer.status = 400;
    result.answer.content_type = "application/json";
    result.answer.body = R"({"error":"invalid_grant"})";
    std::exchange(out, {}).front()(std::move(result));
  }
  std::vector<std::function<void(HttpResult)>> out;
  std::chrono::milliseconds least_patience{1h};
  int given = 0;
};

/// What a user of the tokens heard.
struct Heard {
  std::vector<TokenNews> news;
  std::string token() const { return news.back().settings.secret("token"); }
  bool usable() const { return news.back().status.usable; }
};
TokenUser::behavior_type user(TokenUser::pointer, Heard* heard) {
  return {[heard](const TokenNews& news) { heard->news.push_back(news); }};
}

class Keeping : public ::testing::Test {
protected:
  Keeping() {
    std::string pattern = std::filesystem::temp_directory_path() / "tidemark-tokens-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    connectors::Configured configured{connectors::find("gohighlevel"), {}};
    configured.settings.name = crm;
    configured.settings.values = {
        {"base_url", "http://127.0.0.1:1"}, {"location_id", "LOC"}, {"oauth.client_id", "app-1"}};
    configured.settings.secrets.emplace("oauth.client_secret", SecretText("secret"));
    context = std::make_shared<TenantContext>(
        TenantContext{port,
                      tables,
                      vendor,
                      hasher,
                      storage::TokenFiles(folder),
                      "1",
                      TenantId("acme"),
                      {},
                      {},
                      50'000,
                      300s,
                      [this](auto, auto what) { failures.emplace_back(what); }});
    context->destinations[crm].configured = configured;
    context->destinations[crm].timeout = 100ms;
    begin();
  }
  ~Keeping() override {
    actors.end(listener);
    if (tokens)
      actors.end(tokens, caf::exit_reason::kill);
    std::filesystem::remove_all(folder);
  }
  void begin() {
    tokens =
        actors.system().spawn(oauth_tokens, std::shared_ptr<const TenantContext>(context), crm);
    actors.tell(tokens, TokenUsers{{listener}});
    tick();
  }
  void tick(std::chrono::seconds by = 0s) {
    clock.at += by;
    actors.tell(tokens, Tick{clock.at});
  }
  void answer() {
    vendor.answer();
    actors.run();
  }
  void connect() {
    actors.tell(tokens, ConnectAccount{TenantId("acme"), crm, "code"});
    answer();
    ASSERT_TRUE(heard.usable());
  }
  std::string file() const { return folder + "/keys/tokens/acme.crm"; }

  const ConnectorName crm{"crm"};
  SetClock clock;
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  LogPort port{log};
  Vendor vendor;
  std::string folder;
  std::vector<std::string> failures;
  std::shared_ptr<TenantContext> context;
  Heard heard;
  tests::StillActors actors;
  TokenUser listener = actors.system().spawn(user, &heard);
  OAuthTokensActor tokens;
};

TEST_F(Keeping, UsersHearOfATokenThatIsOnDiskForItsUserAlone) {
  EXPECT_FALSE(heard.usable());
  connect();
  EXPECT_EQ(heard.token(), "access-1");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file()).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(Keeping, WhoeverConnectsIsAnswered) {
  caf::scoped_actor self(actors.system());
  const auto ask = [&](const std::string& code) {
    auto asked = self->request(tokens, caf::infinite, ConnectAccount{TenantId("acme"), crm, code});
    actors.run();
    if (!vendor.out.empty())
      answer();
    std::string text;
    asked.receive([&](const AccountConnected& answer) { text = answer.text; },
                  [](const caf::error&) {});
    return text;
  };
  EXPECT_NE(ask("").find("Open this page"), std::string::npos);
  EXPECT_NE(ask("code").find("crm is connected"), std::string::npos);
}

TEST_F(Keeping, WhoeverWantsAnotherTokenWhileACodeIsExchangedIsAnsweredByThat) {
  connect();
  actors.tell(tokens, ConnectAccount{TenantId("acme"), crm, "another"});
  caf::scoped_actor self(actors.system());
  auto asked =
      self->request(tokens, caf::infinite, ConnectAccount{TenantId("acme"), crm, "", true});
  actors.run();
  answer();
  EXPECT_TRUE(vendor.out.empty());
  ASSERT_TRUE(self->has_next_message());
  asked.receive([](const AccountConnected& answer) { EXPECT_EQ(answer.text, "renewed"); },
                [](const caf::error&) { ADD_FAILURE(); });
}

TEST_F(Keeping, WhoeverWantsAnotherTokenGetsItWhenACodeIsNoGood) {
  connect();
  actors.tell(tokens, ConnectAccount{TenantId("acme"), crm, "expired"});
  caf::scoped_actor self(actors.system());
  auto asked =
      self->request(tokens, caf::infinite, ConnectAccount{TenantId("acme"), crm, "", true});
  actors.run();
  vendor.refuse();
  actors.run();
  tick();
  ASSERT_EQ(vendor.out.size(), 1U);
  answer();
  ASSERT_TRUE(self->has_next_message());
  asked.receive([](const AccountConnected& answer) { EXPECT_EQ(answer.text, "renewed"); },
                [](const caf::error&) { ADD_FAILURE(); });
  EXPECT_EQ(heard.token(), "access-2");
}

TEST_F(Keeping, ARenewalThatSomebodyAskedForIsRecordedWithWhoDid) {
  connect();
  const auto newest = [&] {
    actors.run();
    return std::get<events::TokenRefreshed>(
        storage::recorded_event(log, log.durable()).value().event);
  };
  EXPECT_FALSE(newest().asked) << "a code was exchanged";
  caf::scoped_actor self(actors.system());
  auto asked = self->request(tokens, caf::infinite,
                             ConnectAccount{TenantId("acme"), crm, "", true, "ada", "req-1"});
  auto too = self->request(tokens, caf::infinite,
                           ConnectAccount{TenantId("acme"), crm, "", true, "ben", "req-2"});
  actors.run();
  answer();
  for (auto* one : {&asked, &too})
    one->receive([](const AccountConnected& answer) { EXPECT_EQ(answer.text, "renewed"); },
                 [](const caf::error&) { ADD_FAILURE(); });
  const auto by_hand = newest();
  ASSERT_TRUE(by_hand.asked);
  EXPECT_EQ(by_hand.asked->by, (std::vector<std::string>{"ada", "ben"}));
  EXPECT_EQ(by_hand.asked->request_ids, (std::vector<std::string>{"req-1", "req-2"}));
  while (!vendor.out.empty())
    answer();
  actors.tell(tokens, TokenRejected{heard.news.back().version});
  answer();
  EXPECT_FALSE(newest().asked) << "the system had refused it";
}

TEST_F(Keeping, ARejectedTokenIsNotUsedUntilThereIsAnother) {
  connect();
  actors.tell(tokens, TokenRejected{heard.news.back().version});
  EXPECT_FALSE(heard.usable());
  answer();
  EXPECT_EQ(heard.token(), "access-2");
  EXPECT_TRUE(heard.usable());
}

TEST_F(Keeping, WhoeverRejectsAnOldTokenHearsOfTheNewOneOnceMore) {
  connect();
  const auto before = heard.news.size();
  actors.tell(tokens, TokenRejected{heard.news.back().version - 1});
  EXPECT_GT(heard.news.size(), before);
  EXPECT_TRUE(heard.usable());
}

TEST_F(Keeping, NewUsersAreToldAtOnce) {
  connect();
  heard.news.clear();
  actors.tell(tokens, TokenUsers{{listener}});
  EXPECT_EQ(heard.token(), "access-1");
}

TEST_F(Keeping, ACodeWaitsForARenewalThatIsUnderWay) {
  connect();
  tick(56min);
  actors.tell(tokens, ConnectAccount{TenantId("acme"), crm, "another"});
  ASSERT_EQ(vendor.out.size(), 1U);
  answer();
  EXPECT_EQ(heard.token(), "access-2");
  answer();
  EXPECT_EQ(heard.token(), "access-3");
}

TEST_F(Keeping, AnExchangeIsWaitedForLongerThanAShortTimeOfTheConnector) {
  connect();
  EXPECT_GE(vendor.least_patience, 20s) << "tokens in an answer that nobody waits for are lost";
}

TEST_F(Keeping, ToldToEndItFirstKeepsWhatItAskedFor) {
  connect();
  tick(56min);
  ASSERT_EQ(vendor.out.size(), 1U);
  actors.end(tokens);
  answer();
  begin();
  EXPECT_EQ(heard.token(), "access-2");
  EXPECT_TRUE(heard.usable());
}

TEST_F(Keeping, NothingIsAskedWhileTheEngineIsAboutToStop) {
  connect();
  clock.at += 56min;
  actors.tell(tokens, Tick{clock.at, true});
  EXPECT_TRUE(vendor.out.empty());
}

TEST_F(Keeping, AFileThatOthersCanReadIsRefused) {
  connect();
  actors.end(tokens);
  std::filesystem::permissions(file(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  begin();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].find("keys_exposed"), 0U);
  EXPECT_FALSE(heard.usable());
}

TEST_F(Keeping, TheLogHoldsTheNameOfATokenAndWhetherAPersonConnectedIt) {
  connect();
  tick(56min);
  answer();
  for (std::uint64_t p = 1; p <= 2; ++p) {
    const auto stored = log.at(Position{p});
    EXPECT_EQ((*stored)->envelope.type, "token.refreshed.v1");
    EXPECT_EQ((*stored)->payload.find(R"("connected":true)") != std::string::npos, p == 1);
    for (const auto* secret : {"access-", "refresh-", "secret"})
      EXPECT_EQ((*stored)->payload.find(secret), std::string::npos) << (*stored)->payload;
  }
}

} // namespace
} // namespace tidemark::actors::oauth_tokens_test
