#pragma once
#include "connectors/shared/oauth.hpp"
#include "domain/delivery/connector_report.hpp"
#include "events/all.hpp"

#include <variant>

namespace tidemark::connectors {

/// The tokens of one account: when they are renewed, what an answer means, how long a failure
/// waits. Pure: time, answers and ends of writes come in, what to do next comes out. A new token is
/// used only when it is on disk, and that a refresh token is about to be spent is on disk before
/// (rule 19).
class TokenRenewal {
public:
  /// Keep this of the account, then call `written`.
  struct Write {
    SecretText text;
  };
  /// Send this to the system, then call `answered`.
  struct Send {
    HttpRequest request;
  };
  /// It has come to an end.
  struct Ended {
    std::optional<events::Event> record{};
    std::string failure{};                          ///< for people; "" when it went well
    std::optional<Result<std::string>> connected{}; ///< what to tell whoever connects the account
  };
  using Step = std::variant<std::monostate, Write, Send, Ended>;

  /// `kept`: what is kept of the account from an earlier start.
  TokenRenewal(const OAuth& oauth, Settings settings, std::optional<StoredTokens> kept,
               Timestamp now);

  /// Begins a renewal when one is due and none runs.
  Step poll(Timestamp now);
  /// Connects the account by a code, which only begins while nothing else runs.
  Step connect(const std::string& code);
  Step written(const Status& status, Timestamp now);
  Step answered(const HttpAnswer& answer, Timestamp now);
  /// The system refused the token of that version: renewed once, however many say so.
  void refused(std::uint64_t version);

  /// Somebody wants a new token, whatever is known of the one in use: the next `poll` renews it.
  void demand() { wanted_ = true; }
  /// Is there a token that can be renewed? Where not, somebody has to connect the account.
  bool can_renew() const { return tokens_ && !lost_; }
  /// Other settings of the connector, the client's secret among them.
  void use(Settings settings) { settings_ = std::move(settings); }

  bool is_running() const { return phase_ != Phase::idle; }
  /// Rises with each new token.
  std::uint64_t version() const { return version_; }
  /// The connector's settings with the token in force.
  Settings settings() const;
  const domain::AccountStatus& status() const { return status_; }

private:
  enum class Phase : std::uint8_t {
    idle,
    announcing, ///< writing that the refresh token is shown to the system
    renewing,
    holding, ///< writing a company's new grant
    narrowing,
    exchanging, ///< a code for a grant
    keeping,    ///< writing what will be in force
  };
  Step renew(Timestamp now);
  Step announce(Timestamp now);
  Step narrow();
  Step keep();
  Step kept(const Status& status, Timestamp now);
  Step renewed(Result<Grant> grant, Timestamp now);
  Step narrowed(Result<Grant> grant, Timestamp now);
  Step exchanged(Result<Grant> grant);
  Step failed(const Error& error, Timestamp now);
  Step not_connected(const Error& error);
  void take(StoredTokens tokens, Timestamp now);
  void show(domain::AccountState state, std::string reason_code, Timestamp now);
  void look_at_time(Timestamp now);

  const OAuth* oauth_;
  Settings settings_;
  std::optional<StoredTokens> tokens_; ///< in force
  std::uint64_t version_ = 0;
  bool refused_ = false;
  bool wanted_ = false;
  bool lost_ = false;         ///< only a person can connect it again
  bool narrow_again_ = false; ///< the company's grant is newer than the token in use
  Timestamp retry_at_, refusal_renewed_at_;
  std::chrono::seconds failure_pause_;
  domain::AccountStatus status_;

  // Of what runs.
  Phase phase_ = Phase::idle;
  StoredTokens next_;
  Timestamp began_at_;
  bool by_code_ = false;
  bool only_narrow_ = false;
  bool cut_off_ = false; ///< an earlier renewal showed the refresh token and heard no answer
  bool after_refusal_ = false;
};

/// A new token that is refused too is no help: it is renewed again no sooner.
inline constexpr std::chrono::seconds refusal_pause{30};
/// Between attempts that fail; doubled each time.
inline constexpr std::chrono::seconds failure_pause_min{2}, failure_pause_max{300};

} // namespace tidemark::connectors
