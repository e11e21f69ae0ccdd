#include "connectors/shared/token_renewal.hpp"

#include <algorithm>
#include <utility>

namespace tidemark::connectors {

using domain::AccountState;

namespace {

constexpr std::string_view account_setting = "location_id";

} // namespace

TokenRenewal::TokenRenewal(const OAuth& oauth, Settings settings, std::optional<StoredTokens> kept,
                           Timestamp now)
    : oauth_(&oauth), settings_(std::move(settings)), failure_pause_(failure_pause_min) {
  show(AccountState::not_connected, "", now);
  if (kept && kept->account == settings_.get(account_setting))
    take(*std::move(kept), now);
  else if (kept)
    show(AccountState::not_connected, "account_differs", now);
}

TokenRenewal::Step TokenRenewal::poll(Timestamp now) {
  if (!tokens_)
    return {};
  look_at_time(now);
  if (is_running())
    return {};
  if (refused_ && now < refusal_renewed_at_ + refusal_pause) {
    refused_ = false;
    look_at_time(now);
  }
  const auto* grant = tokens_->in_use();
  const bool due = !grant || narrow_again_ || now >= renewal_due(*grant, oauth_->renew_before);
  if (wanted_ && !lost_)
    return renew(now); // also while an earlier failure makes others wait
  return (due || refused_) && !lost_ && now >= retry_at_ ? renew(now) : Step{};
}

TokenRenewal::Step TokenRenewal::renew(Timestamp now) {
  next_ = *tokens_;
  began_at_ = now;
  by_code_ = false;
  after_refusal_ = refused_;
  // A token of the company that still holds makes another one for the account.
  only_narrow_ = !std::exchange(wanted_, false) && next_.grant.whole_company
                 && (narrow_again_ || !refused_)
                 && now < renewal_due(next_.grant, oauth_->renew_before);
  return only_narrow_ ? narrow() : announce(now);
}

/// The refresh token can be used once. That it is shown is on disk before, the new one right after:
/// only a kill in the moment between the system's answer and the file loses it.
TokenRenewal::Step TokenRenewal::announce(Timestamp now) {
  if (next_.grant.refresh.empty())
    return failed({"reconnect_needed", "there is no refresh token"}, now);
  cut_off_ = std::exchange(next_.renewing, true);
  phase_ = Phase::announcing;
  return Write{to_text(next_)};
}

TokenRenewal::Step TokenRenewal::connect(const std::string& code) {
  by_code_ = true;
  after_refusal_ = false;
  phase_ = Phase::exchanging;
  return Send{oauth_->exchange(code, settings_)};
}

TokenRenewal::Step TokenRenewal::written(const Status& status, Timestamp now) {
  if (phase_ == Phase::keeping)
    return kept(status, now);
  if (!status)
    return failed(status.error(), now);
  if (phase_ == Phase::holding)
    return narrow();
  tokens_->renewing = true;
  phase_ = Phase::renewing;
  return Send{oauth_->renew(next_.grant, settings_)};
}

TokenRenewal::Step TokenRenewal::answered(const HttpAnswer& answer, Timestamp now) {
  auto grant = oauth_->read(answer, settings_, now);
  if (phase_ == Phase::exchanging)
    return exchanged(std::move(grant));
  return phase_ == Phase::renewing ? renewed(std::move(grant), now)
                                   : narrowed(std::move(grant), now);
}

TokenRenewal::Step TokenRenewal::renewed(Result<Grant> grant, Timestamp now) {
  if (!grant && grant.error().code == "reconnect_needed" && cut_off_)
    return failed({"renewal_cut_off", grant.error().text}, now);
  if (!grant)
    return failed(grant.error(), now);
  if (grant->refresh.empty())
    grant->refresh = next_.grant.refresh; // not every system gives another one
  next_.grant = *std::move(grant);
  next_.renewing = false;
  if (!next_.grant.whole_company)
    return narrow();
  tokens_ = next_; // the old refresh token is spent, whatever comes of the rest
  narrow_again_ = true;
  phase_ = Phase::holding;
  return Write{to_text(next_)};
}

/// Makes the account's token from one of the company, where that is needed.
TokenRenewal::Step TokenRenewal::narrow() {
  if (!next_.grant.whole_company) {
    next_.narrowed.reset();
    return keep();
  }
  phase_ = Phase::narrowing;
  return Send{oauth_->narrow(next_.grant, settings_)};
}

TokenRenewal::Step TokenRenewal::narrowed(Result<Grant> grant, Timestamp now) {
  if (!grant && by_code_)
    return not_connected(grant.error());
  // It is the company's access token that is refused: its refresh token has not been asked.
  if (!grant && std::exchange(only_narrow_, false) && grant.error().code == "reconnect_needed")
    return announce(now);
  if (!grant)
    return failed(grant.error(), now);
  next_.narrowed = *std::move(grant);
  next_.narrowed->whole_company = false;
  return keep();
}

/// An account that works goes on as it did when this fails halfway.
TokenRenewal::Step TokenRenewal::exchanged(Result<Grant> grant) {
  if (!grant)
    return not_connected(grant.error());
  next_ = StoredTokens{settings_.get(account_setting), *std::move(grant), {}, false};
  return narrow();
}

TokenRenewal::Step TokenRenewal::keep() {
  phase_ = Phase::keeping;
  return Write{to_text(next_)};
}

TokenRenewal::Step TokenRenewal::kept(const Status& status, Timestamp now) {
  take(std::move(next_), now); // unwritten, too: the old one is spent, so it is better than none
  lost_ = false;
  if (after_refusal_)
    refusal_renewed_at_ = began_at_;
  if (!status)
    return by_code_ ? not_connected(status.error()) : failed(status.error(), now);
  phase_ = Phase::idle;
  retry_at_ = {};
  failure_pause_ = failure_pause_min;
  const auto& grant = *tokens_->in_use();
  Ended out{.record =
                events::TokenRefreshed{settings_.name, key_id(grant), by_code_, grant.expires_at}};
  if (by_code_)
    out.connected = settings_.name.value + " is connected; its token is renewed before it ends ("
                    + to_rfc3339(grant.expires_at) + ")";
  return out;
}

TokenRenewal::Step TokenRenewal::failed(const Error& error, Timestamp now) {
  phase_ = Phase::idle;
  wanted_ = false; // whoever wanted it hears of this
  Ended out{.failure = error.code + ": " + error.text};
  if (error.code == "reconnect_needed" || error.code == "renewal_cut_off") {
    lost_ = true;
    show(AccountState::reconnect_needed, error.code, now);
    out.record = events::TokenRefused{settings_.name, status_.key_id,
                                      error.code == "renewal_cut_off" ? Reason::renewal_cut_off
                                                                      : Reason::reconnect_needed};
    out.failure += "; run tidemark connect " + settings_.name.value;
  } else {
    show(AccountState::failing, error.code, now);
    retry_at_ = now + failure_pause_;
    failure_pause_ = std::min(failure_pause_ * 2, failure_pause_max);
  }
  look_at_time(now);
  return out;
}

TokenRenewal::Step TokenRenewal::not_connected(const Error& error) {
  phase_ = Phase::idle;
  return Ended{.connected = Result<std::string>(error)};
}

void TokenRenewal::refused(std::uint64_t version) {
  if (version != version_ || refused_)
    return;
  refused_ = true;
  status_.usable = false; // the others wait instead of being refused as well
}

Settings TokenRenewal::settings() const {
  auto out = settings_;
  if (const auto* grant = tokens_ ? tokens_->in_use() : nullptr)
    out.secrets.insert_or_assign(std::string(access_token_setting), grant->access);
  return out;
}

void TokenRenewal::take(StoredTokens tokens, Timestamp now) {
  tokens_ = std::move(tokens);
  ++version_;
  refused_ = narrow_again_ = wanted_ = false;
  show(AccountState::connected, "", now);
  look_at_time(now);
  if (const auto* grant = tokens_->in_use()) {
    status_.key_id = key_id(*grant);
    status_.expires_at = grant->expires_at;
  }
}

void TokenRenewal::show(AccountState state, std::string reason_code, Timestamp now) {
  if (status_.state != state || status_.since == Timestamp{})
    status_.since = now;
  status_.state = state;
  status_.reason_code = std::move(reason_code);
}

/// A token that has ended is not used; one that is good until then is, whatever the renewal does.
void TokenRenewal::look_at_time(Timestamp now) {
  const auto* grant = tokens_ ? tokens_->in_use() : nullptr;
  status_.usable = grant && !refused_ && now < grant->expires_at;
}

} // namespace tidemark::connectors
