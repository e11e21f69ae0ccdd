#include "actors/connector/oauth_tokens.hpp"

#include "events/format/tags.hpp"

#include <algorithm>
#include <future>

namespace tidemark::actors {

using connectors::Grant;
using connectors::StoredTokens;
using domain::AccountState;

namespace {

constexpr std::chrono::milliseconds look_every{200};
constexpr std::chrono::seconds refusal_pause{30}; ///< a new token that is refused too is no help
constexpr std::chrono::seconds failure_pause_min{2}, failure_pause_max{300};
/// Whoever does not wait for an answer loses the tokens in it, so the connector's own time is not
/// too short for this. A stop waits for it and must end within the service manager's time.
constexpr std::chrono::milliseconds patience_min{20'000};
constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::string_view account_setting = "location_id";

} // namespace

/// Wakes the keeper's thread. Outlives the keeper as long as an actor holds an account.
struct OAuthTokens::Waking {
  std::mutex guard;
  std::condition_variable signal;
  bool wanted = false, stopping = false;

  void wake() {
    {
      const std::lock_guard lock(guard);
      wanted = true;
    }
    signal.notify_all();
  }
};

class KeptAccount final : public Account {
public:
  KeptAccount(OAuthTokens::Given given, std::function<void()> wake)
      : given_(std::move(given)), wake_(std::move(wake)) {}

  bool usable() const override {
    const std::lock_guard lock(guard_);
    return usable_;
  }
  std::uint64_t version() const override {
    const std::lock_guard lock(guard_);
    return version_;
  }
  connectors::Settings settings() const override {
    const std::lock_guard lock(guard_);
    auto out = given_.configured.settings;
    if (const auto* grant = tokens_ ? tokens_->in_use() : nullptr)
      out.secrets.insert_or_assign(std::string(connectors::access_token_setting), grant->access);
    return out;
  }
  void refused(std::uint64_t version) override {
    {
      const std::lock_guard lock(guard_);
      if (version != version_ || refused_)
        return;
      refused_ = true;
      usable_ = false; // the others wait instead of being refused as well
    }
    wake_();
  }
  domain::AccountStatus status() const override {
    const std::lock_guard lock(guard_);
    auto out = status_;
    out.usable = usable_;
    return out;
  }

  // ---- for the keeper

  const OAuthTokens::Given& given() const { return given_; }
  const connectors::OAuth& oauth() const { return *given_.configured.connector->oauth; }
  const connectors::Settings& configured() const { return given_.configured.settings; }
  std::optional<StoredTokens> tokens() const {
    const std::lock_guard lock(guard_);
    return tokens_;
  }
  bool was_refused() const {
    const std::lock_guard lock(guard_);
    return refused_;
  }
  /// These are in force from here on.
  void take(StoredTokens tokens, Timestamp now) {
    const std::lock_guard lock(guard_);
    tokens_ = std::move(tokens);
    ++version_;
    refused_ = false;
    narrow_again = false;
    const auto* grant = tokens_->in_use();
    usable_ = grant && now < grant->expires_at;
    show(AccountState::connected, "", now);
    if (grant) {
      status_.key_id = connectors::key_id(*grant);
      status_.expires_at = grant->expires_at;
    }
  }
  /// The company gave a new grant; the account's token is to be made from it still.
  void hold(StoredTokens tokens) {
    const std::lock_guard lock(guard_);
    tokens_ = std::move(tokens);
    narrow_again = true;
  }
  void set_renewing(bool renewing) {
    const std::lock_guard lock(guard_);
    if (tokens_)
      tokens_->renewing = renewing;
  }
  /// The refusal is no reason for a new token.
  void forget_refusal() {
    const std::lock_guard lock(guard_);
    refused_ = false;
  }
  void show(AccountState state, std::string reason_code, Timestamp now) {
    if (status_.state != state || status_.since == Timestamp{})
      status_.since = now;
    status_.state = state;
    status_.reason_code = std::move(reason_code);
  }
  void set(AccountState state, std::string reason_code, Timestamp now) {
    const std::lock_guard lock(guard_);
    show(state, std::move(reason_code), now);
  }
  /// A token that has ended is not used; one that is good until then is, whatever the renewal does.
  void look_at_time(Timestamp now) {
    const std::lock_guard lock(guard_);
    const auto* grant = tokens_ ? tokens_->in_use() : nullptr;
    usable_ = grant && !refused_ && now < grant->expires_at;
  }

  Timestamp retry_at, refusal_renewed_at;
  std::chrono::seconds failure_pause = failure_pause_min;
  bool lost = false;         ///< only a person can connect it again
  bool narrow_again = false; ///< the company's grant is newer than the token in use

private:
  const OAuthTokens::Given given_;
  const std::function<void()> wake_;
  mutable std::mutex guard_;
  std::optional<StoredTokens> tokens_;
  std::uint64_t version_ = 0;
  bool usable_ = false, refused_ = false;
  domain::AccountStatus status_;
};

OAuthTokens::OAuthTokens(OAuthTokensPorts ports)
    : ports_(std::move(ports)), files_(ports_.data_dir), waking_(std::make_shared<Waking>()) {}

OAuthTokens::~OAuthTokens() {
  {
    const std::lock_guard lock(waking_->guard);
    waking_->stopping = true;
  }
  waking_->signal.notify_all();
  if (thread_.joinable())
    thread_.join(); // an exchange that is under way is kept before this ends
}

Result<std::shared_ptr<Account>> OAuthTokens::add(Given given) {
  TRY(text, files_.read(given.tenant, given.configured.settings.name));
  const auto now = ports_.clock.now();
  auto account =
      std::make_shared<KeptAccount>(std::move(given), [waking = waking_] { waking->wake(); });
  account->set(AccountState::not_connected, "", now);
  if (text) {
    TRY(tokens, connectors::read_tokens(text->reveal()));
    if (tokens.account == account->configured().get(account_setting))
      account->take(std::move(tokens), now);
    else
      account->set(AccountState::not_connected, "account_differs", now);
  }
  accounts_.push_back(account);
  return std::shared_ptr<Account>(std::move(account));
}

void OAuthTokens::start() {
  if (!accounts_.empty())
    thread_ = std::thread([this] { run(); });
}

void OAuthTokens::run() {
  while (true) {
    {
      std::unique_lock lock(waking_->guard);
      waking_->signal.wait_for(lock, look_every,
                               [this] { return waking_->wanted || waking_->stopping; });
      if (waking_->stopping)
        return;
      waking_->wanted = false;
    }
    for (const auto& account : accounts_)
      poll(*account);
  }
}

void OAuthTokens::poll(KeptAccount& account) {
  const std::lock_guard turn(one_at_a_time_);
  const auto now = ports_.clock.now();
  const auto tokens = account.tokens();
  if (!tokens)
    return;
  if (account.was_refused() && now < account.refusal_renewed_at + refusal_pause)
    account.forget_refusal();
  const auto before = account.oauth().renew_before;
  const auto* grant = tokens->in_use();
  const bool due = !grant || account.narrow_again || now >= connectors::renewal_due(*grant, before);
  const bool refused = account.was_refused();
  if ((due || refused) && !account.lost && now >= account.retry_at) {
    const auto version = account.version();
    renew(account);
    if (refused && account.version() != version)
      account.refusal_renewed_at = now;
  }
  account.look_at_time(ports_.clock.now());
}

void OAuthTokens::renew(KeptAccount& account) {
  auto tokens = *account.tokens();
  const auto now = ports_.clock.now();
  const auto before = account.oauth().renew_before;
  // A token of the company that still holds makes another one for the account.
  const bool only_narrow = tokens.grant.whole_company
                           && (account.narrow_again || !account.was_refused())
                           && now < connectors::renewal_due(tokens.grant, before);
  if (!only_narrow)
    if (const auto renewed = renew_grant(account, tokens); !renewed)
      return failed(account, renewed.error());
  auto narrowed = narrow(account, tokens);
  if (!narrowed && only_narrow && narrowed.error().code == "reconnect_needed") {
    // It is the company's access token that is refused: its refresh token has not been asked.
    if (const auto renewed = renew_grant(account, tokens); !renewed)
      return failed(account, renewed.error());
    narrowed = narrow(account, tokens);
  }
  if (!narrowed)
    return failed(account, narrowed.error());
  if (const auto kept = keep(account, std::move(tokens), false); !kept)
    failed(account, kept.error());
}

/// The refresh token can be used once. That it is shown is on disk before, the new one right after:
/// only a kill in the moment between the system's answer and the file loses it.
Status OAuthTokens::renew_grant(KeptAccount& account, StoredTokens& tokens) {
  if (tokens.grant.refresh.empty())
    return Error{"reconnect_needed", "there is no refresh token"};
  const auto write = [&] {
    return files_.write(account.given().tenant, account.configured().name, to_text(tokens));
  };
  const bool cut_off = tokens.renewing;
  tokens.renewing = true;
  if (auto kept = write(); !kept)
    return kept;
  account.set_renewing(true);
  auto grant = ask(account, account.oauth().renew(tokens.grant, account.configured()));
  if (!grant && grant.error().code == "reconnect_needed" && cut_off)
    return Error{"renewal_cut_off", grant.error().text};
  if (!grant)
    return grant.error();
  if (grant->refresh.empty())
    grant->refresh = tokens.grant.refresh; // not every system gives another one
  tokens.grant = *std::move(grant);
  tokens.renewing = false;
  if (!tokens.grant.whole_company)
    return Done{};
  account.hold(tokens); // the old refresh token is spent, whatever comes of the rest
  return write();
}

Status OAuthTokens::narrow(const KeptAccount& account, StoredTokens& tokens) {
  if (!tokens.grant.whole_company) {
    tokens.narrowed.reset();
    return Done{};
  }
  TRY(made, ask(account, account.oauth().narrow(tokens.grant, account.configured())));
  tokens.narrowed = std::move(made);
  tokens.narrowed->whole_company = false;
  return Done{};
}

/// A token is used only when it is on disk.
Status OAuthTokens::keep(KeptAccount& account, StoredTokens tokens, bool connected) {
  if (const auto kept =
          files_.write(account.given().tenant, account.configured().name, to_text(tokens));
      !kept) {
    account.take(std::move(tokens), ports_.clock.now()); // the old one is spent: better than none
    account.lost = false;
    return kept;
  }
  const auto* grant = tokens.in_use();
  const events::TokenRefreshed event{account.configured().name, connectors::key_id(*grant),
                                     connected, grant->expires_at};
  account.take(std::move(tokens), ports_.clock.now());
  account.lost = false;
  account.retry_at = {};
  account.failure_pause = failure_pause_min;
  record(account, event);
  return Done{};
}

void OAuthTokens::failed(KeptAccount& account, const Error& error) {
  const auto now = ports_.clock.now();
  const auto& name = account.configured().name;
  if (error.code == "reconnect_needed" || error.code == "renewal_cut_off") {
    account.lost = true;
    account.set(AccountState::reconnect_needed, error.code, now);
    record(account, events::TokenRefused{name, account.status().key_id, error.code});
    return ports_.report("token/" + name.value,
                         error.code + ": " + error.text + "; run tidemark connect " + name.value);
  }
  account.set(AccountState::failing, error.code, now);
  account.retry_at = now + account.failure_pause;
  account.failure_pause = std::min(account.failure_pause * 2, failure_pause_max);
  ports_.report("token/" + name.value, error.code + ": " + error.text);
}

Result<Grant> OAuthTokens::ask(const KeptAccount& account, connectors::HttpRequest request) {
  auto promise = std::make_shared<std::promise<HttpResult>>();
  auto answer = promise->get_future();
  ports_.http->send({std::move(request), std::max(account.given().timeout, patience_min),
                     answer_bytes_max, account.given().allow_loopback_http},
                    [promise](HttpResult result) { promise->set_value(std::move(result)); });
  const auto result = answer.get(); // each request has its time limit
  return account.oauth().read(result.answer, account.configured(), ports_.clock.now());
}

Result<std::string> OAuthTokens::connect(const TenantId& tenant, const ConnectorName& connector,
                                         const std::string& code) {
  const auto found = std::find_if(accounts_.begin(), accounts_.end(), [&](const auto& one) {
    return one->given().tenant == tenant && one->configured().name == connector;
  });
  if (found == accounts_.end())
    return Error{"bad_usage", "no connector of this name has oauth in the configuration"};
  auto& account = **found;
  if (code.empty())
    return "Open this page, agree, and run the command again with --code and the code that the "
           "redirect address shows:\n"
           + account.oauth().authorization_url(account.configured());
  const std::lock_guard turn(one_at_a_time_);
  TRY(grant, ask(account, account.oauth().exchange(code, account.configured())));
  // An account that works goes on as it did when this fails halfway.
  StoredTokens tokens{account.configured().get(account_setting), std::move(grant), {}, false};
  TRYV(narrow(account, tokens));
  const auto until = to_rfc3339(tokens.in_use()->expires_at);
  TRYV(keep(account, std::move(tokens), true));
  return connector.value + " is connected; its token is renewed before it ends (" + until + ")";
}

/// For people: nothing depends on it, the file is what counts.
void OAuthTokens::record(const KeptAccount& account, events::Event event) {
  storage::Append append;
  append.tenant = account.given().tenant;
  append.events.push_back(
      {events::token_stream(account.configured().name), std::move(event), {}, {}});
  if (!std::holds_alternative<storage::Appended>(
          storage::append_and_wait(ports_.log, std::move(append))))
    ports_.report("token/" + account.configured().name.value, "a token's event was not recorded");
}

} // namespace tidemark::actors
