#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "connectors/shared/token_renewal.hpp"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::actors {

/// See protocols.hpp. A refresh token is single use, so what is under way is brought to its end
/// whatever the others do: told to end, it first keeps the tokens that it has asked for.
class OAuthTokensState {
public:
  static inline const char* name = "oauth_tokens";

  void start(OAuthTokensActor::pointer self, std::shared_ptr<const TenantContext> context,
             ConnectorName connector);
  void tick(const Tick& tick);
  void set_users(TokenUsers& message);
  void rejected(const TokenRejected& message);
  caf::result<AccountConnected> connect(const ConnectAccount& request);
  void answered(const TokenAnswered& message);
  void set_settings(const NewSettings& message);
  void settled(const AppendSettled& answer);

private:
  struct Connecting {
    std::string code;
    caf::typed_response_promise<AccountConnected> promise;
  };
  struct Renewing {
    caf::typed_response_promise<AccountConnected> promise;
    std::string by, request_id;
  };
  void open(Timestamp now);
  /// Does what the core asks for, as far as it needs no answer; then what waited.
  void go_on(connectors::TokenRenewal::Step step);
  Status write(const SecretText& text) const;
  void ask(connectors::HttpRequest request);
  void record(events::Event event);
  /// The event with those whose asking it answers.
  events::Event with_askers(events::Event event) const;
  void ended(const connectors::TokenRenewal::Ended& end);
  caf::result<AccountConnected> renew(const ConnectAccount& request);
  void begin_connecting();
  void publish();
  void end_when_done();

  OAuthTokensActor::pointer self_ = nullptr;
  std::shared_ptr<const TenantContext> context_;
  ConnectorName connector_;
  const Destination* destination_ = nullptr;
  std::optional<connectors::Settings> newer_;       ///< than those of the start
  std::optional<connectors::TokenRenewal> renewal_; ///< nothing before the first tick
  std::vector<TokenUser> users_;
  std::optional<TokenNews> published_;
  std::deque<Connecting> connecting_; ///< the first one has begun when `is_connecting_`
  bool is_connecting_ = false;
  std::vector<Renewing> renewing_; ///< who waits for a new one
  std::size_t appends_ = 0;        ///< not settled
  std::optional<caf::error> end_;  ///< it was told to end
  Timestamp now_;
};

OAuthTokensActor::behavior_type
oauth_tokens(OAuthTokensActor::stateful_pointer<OAuthTokensState> self,
             std::shared_ptr<const TenantContext> context, ConnectorName connector);

} // namespace tidemark::actors
