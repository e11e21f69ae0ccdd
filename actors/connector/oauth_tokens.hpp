#pragma once
#include "actors/http/http_client.hpp"
#include "actors/ports/account.hpp"
#include "actors/ports/tenant_context.hpp"
#include "connectors/shared/oauth.hpp"
#include "storage/files/token_files.hpp"
#include "storage/log_store.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace tidemark::actors {

/// One account as its keeper and the actors see it.
class KeptAccount;

struct OAuthTokensPorts {
  storage::LogStore& log;
  const WallClock& clock;
  std::string data_dir;
  FailureReport report;
  std::unique_ptr<HttpClient> http;
};

/// Keeps the tokens of all accounts that were connected by an authorisation code: renews them
/// before they end and when they are refused, one at a time, and writes each new one to disk before
/// anybody uses it (rule 19). A thread of its own, since a single-use refresh token
/// must reach the disk whatever the actors are doing.
class OAuthTokens {
public:
  explicit OAuthTokens(OAuthTokensPorts ports);
  ~OAuthTokens();
  OAuthTokens(const OAuthTokens&) = delete;
  OAuthTokens& operator=(const OAuthTokens&) = delete;

  struct Given {
    TenantId tenant;
    connectors::Configured configured; ///< its connector has `oauth`
    std::chrono::milliseconds timeout{10'000};
    bool allow_loopback_http = false;
  };
  /// Reads what is kept of the account. Before `start`. Errors: keys_exposed, tokens_damaged,
  /// storage_failed.
  Result<std::shared_ptr<Account>> add(Given given);
  void start();
  /// Connects an account by a code, or says where to get one. Blocks until the system answered.
  /// Errors: bad_usage, what connectors::OAuth::read says, storage_failed.
  Result<std::string> connect(const TenantId& tenant, const ConnectorName& connector,
                              const std::string& code);

private:
  void run();
  void poll(KeptAccount& account);
  void renew(KeptAccount& account);
  /// Shows the refresh token for a new grant; a company's is kept at once.
  Status renew_grant(KeptAccount& account, connectors::StoredTokens& tokens);
  void failed(KeptAccount& account, const Error& error);
  Result<connectors::Grant> ask(const KeptAccount& account, connectors::HttpRequest request);
  /// Makes the account's token from one of the company, where that is needed.
  Status narrow(const KeptAccount& account, connectors::StoredTokens& tokens);
  Status keep(KeptAccount& account, connectors::StoredTokens tokens, bool connected);
  void record(const KeptAccount& account, events::Event event);

  OAuthTokensPorts ports_;
  storage::TokenFiles files_;
  std::vector<std::shared_ptr<KeptAccount>> accounts_;
  std::mutex one_at_a_time_; ///< exchanges and renewals
  struct Waking;
  std::shared_ptr<Waking> waking_;
  std::thread thread_;
};

} // namespace tidemark::actors
