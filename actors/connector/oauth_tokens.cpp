#include "actors/connector/oauth_tokens.hpp"

#include "actors/ports/log_port.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::actors {

using connectors::TokenRenewal;

namespace {

/// Whoever does not wait for an answer loses the tokens in it, so the connector's own time is not
/// too short for this. A stop waits for it and must end within the service manager's time.
constexpr std::chrono::milliseconds patience_min{20'000};
constexpr std::size_t answer_bytes_max = 64 * 1024;

/// Key and end change with the version only.
bool is_same(const domain::AccountStatus& one, const domain::AccountStatus& other) {
  return one.state == other.state && one.reason_code == other.reason_code
         && one.usable == other.usable;
}

} // namespace

void OAuthTokensState::start(OAuthTokensActor::pointer self,
                             std::shared_ptr<const TenantContext> context,
                             ConnectorName connector) {
  self_ = self;
  context_ = std::move(context);
  connector_ = std::move(connector);
  destination_ = &context_->destinations.at(connector_);
  self_->set_exit_handler([this](caf::exit_msg& message) {
    end_ = std::move(message.reason);
    end_when_done();
  });
}

/// Reads what is kept of the account; what cannot be read is taken for nothing (a start refuses
/// it).
void OAuthTokensState::open(Timestamp now) {
  const auto read = [&]() -> Result<std::optional<connectors::StoredTokens>> {
    TRY(text, context_->token_files.read(context_->tenant, connector_));
    if (!text)
      return std::optional<connectors::StoredTokens>();
    TRY(tokens, connectors::read_tokens(text->reveal()));
    return std::optional(std::move(tokens));
  };
  auto kept = read();
  if (!kept)
    context_->report("token/" + connector_.value, kept.error().code + ": " + kept.error().text);
  const auto& [connector, settings] = destination_->configured;
  renewal_.emplace(*connector->oauth, newer_.value_or(settings),
                   kept ? *std::move(kept) : std::nullopt, now);
}

void OAuthTokensState::tick(const Tick& tick) {
  now_ = tick.now;
  if (!renewal_)
    open(now_);
  begin_connecting();
  if (!tick.draining && !end_)
    go_on(renewal_->poll(now_));
}

void OAuthTokensState::set_users(TokenUsers& message) {
  users_ = std::move(message.users);
  published_.reset();
  publish();
}

void OAuthTokensState::rejected(const TokenRejected& message) {
  if (!renewal_)
    return;
  renewal_->refused(message.version);
  published_.reset(); // whoever was refused waits until it hears of the token again
  go_on(renewal_->poll(now_));
}

caf::result<AccountConnected> OAuthTokensState::connect(const ConnectAccount& request) {
  if (request.renew)
    return renew(request);
  const auto& [connector, settings] = destination_->configured;
  if (request.code.empty())
    return AccountConnected{
        {},
        "Open this page, agree, and run the command again with --code and the code that the "
        "redirect address shows:\n"
            + connector->oauth->authorization_url(settings)};
  auto promise = self_->make_response_promise<AccountConnected>();
  connecting_.push_back({request.code, promise});
  begin_connecting();
  return promise;
}

caf::result<AccountConnected> OAuthTokensState::renew(const ConnectAccount& request) {
  if (!renewal_ || !renewal_->can_renew() || end_)
    return AccountConnected{Error{"not_renewed", "the account has no token that can be renewed: "
                                                 "tidemark connect "
                                                     + connector_.value},
                            {}};
  auto promise = self_->make_response_promise<AccountConnected>();
  renewing_.push_back({promise, request.by, request.request_id});
  renewal_->demand();
  go_on(renewal_->poll(now_)); // what runs comes to its end first
  return promise;
}

/// One exchange at a time: a person's code waits until a renewal has its end.
void OAuthTokensState::begin_connecting() {
  if (!renewal_ || renewal_->is_running() || connecting_.empty() || end_)
    return;
  is_connecting_ = true;
  go_on(renewal_->connect(connecting_.front().code));
}

void OAuthTokensState::go_on(TokenRenewal::Step step) {
  while (const auto* kept = std::get_if<TokenRenewal::Write>(&step))
    step = renewal_->written(write(kept->text), now_);
  if (auto* asked = std::get_if<TokenRenewal::Send>(&step))
    ask(std::move(asked->request));
  if (const auto* end = std::get_if<TokenRenewal::Ended>(&step))
    ended(*end);
  publish();
}

Status OAuthTokensState::write(const SecretText& text) const {
  return context_->token_files.write(context_->tenant, connector_, text);
}

void OAuthTokensState::ask(connectors::HttpRequest request) {
  context_->http.send({std::move(request), std::max(destination_->timeout, patience_min),
                       answer_bytes_max, destination_->allow_loopback_http},
                      [self = OAuthTokensActor(self_)](HttpResult result) {
                        caf::anon_send(self, TokenAnswered{std::move(result)});
                      });
}

void OAuthTokensState::answered(const TokenAnswered& message) {
  go_on(renewal_->answered(message.result.answer, now_));
  begin_connecting();
  end_when_done();
}

void OAuthTokensState::set_settings(const NewSettings& message) {
  newer_ = message.settings;
  if (!renewal_)
    return; // the first tick takes them
  renewal_->use(message.settings);
  published_.reset();
  publish();
}

void OAuthTokensState::ended(const TokenRenewal::Ended& end) {
  if (end.record)
    record(with_askers(*end.record));
  if (!end.failure.empty())
    context_->report("token/" + connector_.value, end.failure);
  if (std::exchange(is_connecting_, false)) {
    const auto& told = *end.connected;
    connecting_.front().promise.deliver(told ? AccountConnected{{}, *told}
                                             : AccountConnected{told.error(), {}});
    connecting_.pop_front();
    if (!told) {
      if (!renewing_.empty())
        renewal_->demand(); // the code brought no token: whoever waits for one is still to get it
      return;
    }
  }
  for (auto& waiting : std::exchange(renewing_, {}))
    waiting.promise.deliver(end.failure.empty()
                                ? AccountConnected{{}, "renewed"}
                                : AccountConnected{Error{"not_renewed", end.failure}, {}});
}

events::Event OAuthTokensState::with_askers(events::Event event) const {
  if (renewing_.empty())
    return event;
  events::RenewalAsked asked;
  for (const auto& waiting : renewing_) {
    asked.by.push_back(waiting.by);
    asked.request_ids.push_back(waiting.request_id);
  }
  if (auto* refreshed = std::get_if<events::TokenRefreshed>(&event))
    refreshed->asked = std::move(asked);
  else if (auto* refused = std::get_if<events::TokenRefused>(&event))
    refused->asked = std::move(asked);
  return event;
}

/// For people: nothing depends on it, the file is what counts.
void OAuthTokensState::record(events::Event event) {
  storage::Append append;
  append.tenant = context_->tenant;
  append.events.push_back({events::token_stream(connector_), std::move(event), {}, {}});
  ++appends_;
  context_->log_port.submit(std::move(append), self_, 0);
}

void OAuthTokensState::settled(const AppendSettled& answer) {
  --appends_;
  if (!std::holds_alternative<storage::Appended>(answer.outcome))
    context_->report("token/" + connector_.value, "a token's event was not recorded");
  end_when_done();
}

/// Whoever uses the token hears of each change.
void OAuthTokensState::publish() {
  if (!renewal_
      || (published_ && published_->version == renewal_->version()
          && is_same(published_->status, renewal_->status())))
    return;
  published_ = TokenNews{renewal_->version(), renewal_->settings(), renewal_->status()};
  for (const auto& user : users_)
    self_->send(user, *published_);
}

void OAuthTokensState::end_when_done() {
  if (end_ && appends_ == 0 && !(renewal_ && renewal_->is_running()))
    self_->quit(*end_);
}

OAuthTokensActor::behavior_type
oauth_tokens(OAuthTokensActor::stateful_pointer<OAuthTokensState> self,
             std::shared_ptr<const TenantContext> context, ConnectorName connector) {
  self->state.start(self, std::move(context), std::move(connector));
  return {
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](TokenUsers& message) { self->state.set_users(message); },
      [self](const TokenRejected& message) { self->state.rejected(message); },
      [self](const TokenAnswered& message) { self->state.answered(message); },
      [self](const NewSettings& message) { self->state.set_settings(message); },
      [self](const ConnectAccount& request) { return self->state.connect(request); },
  };
}

} // namespace tidemark::actors
