#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"

namespace tidemark::actors {

/// The connector as one actor uses it, with the newest secrets: fixed ones are read anew after a
/// refusal, those of an account come from whoever renews its tokens.
class Credential {
public:
  /// `tokens`: null when the secrets are fixed.
  void start(const Destination& destination, OAuthTokensActor tokens) {
    destination_ = &destination;
    configured_ = destination.configured;
    tokens_ = std::move(tokens);
  }
  void take(const TokenNews& news) {
    configured_.settings = news.settings;
    version_ = news.version;
    status_ = news.status;
  }
  /// Is there a token that may be used?
  bool ready() const { return !tokens_ || status_.usable; }
  const connectors::Configured& configured() const { return configured_; }
  /// Names the secrets in use.
  std::uint64_t version() const { return version_; }
  /// Of an account only.
  std::optional<domain::AccountStatus> status() const {
    return tokens_ ? std::optional(status_) : std::nullopt;
  }
  /// The system refused the secrets of that version.
  void refused(std::uint64_t version) {
    if (!tokens_) {
      configured_.settings = destination_->reread();
      return;
    }
    if (version == version_)
      status_.usable = false; // until there is news of it
    caf::anon_send(tokens_, TokenRejected{version});
  }

private:
  const Destination* destination_ = nullptr;
  OAuthTokensActor tokens_;
  connectors::Configured configured_;
  std::uint64_t version_ = 0;
  domain::AccountStatus status_;
};

} // namespace tidemark::actors
