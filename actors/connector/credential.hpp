#pragma once
#include "actors/ports/tenant_context.hpp"

namespace tidemark::actors {

/// The connector as one actor uses it, with the newest secrets: fixed ones are read anew after a
/// refusal, those of an account come from its keeper.
class Credential {
public:
  void start(const Destination& destination) {
    destination_ = &destination;
    configured_ = destination.configured;
  }
  /// Takes over a new token. False while there is none that may be used.
  bool ready() {
    const auto& account = destination_->account;
    if (!account)
      return true;
    if (!account->usable())
      return false;
    if (const auto newest = account->version(); newest != version_) {
      configured_.settings = account->settings();
      version_ = newest;
    }
    return true;
  }
  const connectors::Configured& configured() const { return configured_; }
  /// Names the secrets in use.
  std::uint64_t version() const { return version_; }
  /// The system refused the secrets of that version.
  void refused(std::uint64_t version) {
    if (destination_->account)
      destination_->account->refused(version);
    else
      configured_.settings = destination_->reread();
  }

private:
  const Destination* destination_ = nullptr;
  connectors::Configured configured_;
  std::uint64_t version_ = 0;
};

} // namespace tidemark::actors
