#pragma once
#include "base/time.hpp"
#include "domain/rules/command.hpp"
#include "events/consent.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::events {
class Event;
}

/// What one address has said, and what may be sent to it: a fold over its `consent.changed` events
/// and the decision on the next statement (requirements O1 to O9, E6).
namespace tidemark::domain {

/// One revocation that stands.
struct Revocation {
  events::Channel channel = events::Channel::sms;
  std::string sender;
  events::Evidence evidence = events::Evidence::flag;
  ConnectorName source;
  std::string stated_at;
  Timestamp received_at;
  std::optional<AddressHash> alias_of;
  Position position;
  Position repeated; ///< the input that said it last
  RemoteId record;   ///< on which the mark stands, "" for words
  bool operator==(const Revocation&) const = default;
};

/// A statement that a person has to read.
struct OpenReview {
  Position position;
  std::vector<events::Channel> channels;
  std::string stated_at;
  Timestamp received_at;
  bool operator==(const OpenReview&) const = default;
};

/// A channel that was opened by a statement.
struct Opening {
  events::Channel channel = events::Channel::sms;
  Timestamp said;
  bool operator==(const Opening&) const = default;
};

/// Somebody asked the person for an opt-in.
struct Question {
  Position position;
  std::vector<events::Channel> channels;
  Timestamp asked;
  bool operator==(const Question&) const = default;
};

struct ConsentState {
  std::vector<Revocation> active;
  std::vector<OpenReview> reviews;
  std::vector<Opening> opened;       ///< and nobody has closed it since
  std::vector<Question> questions{}; ///< without an answer or a STOP since
  bool operator==(const ConsentState&) const = default;
};

/// May it leave by this channel from this sender?
enum class Gate : std::uint8_t { open, in_review, closed };
struct Suppression {
  Gate gate = Gate::open;
  Position evidence; ///< the statement that closes it, 0 when open
};
Suppression suppression(const ConsentState& state, events::Channel channel,
                        std::string_view sender);
inline bool is_suppressed(const ConsentState& state, events::Channel channel,
                          std::string_view sender) {
  return suppression(state, channel, sender).gate == Gate::closed;
}
/// Closed on any channel?
Suppression any_suppression(const ConsentState& state);

/// The state after one more recorded change.
void evolve(ConsentState& state, const events::ConsentChanged& change);
/// After one more event under the address's tag, where also inputs stand that may speak of it.
/// `until`: what inputs from there on say does not count; 0 all counts.
void evolve(ConsentState& state, const AddressHash& address, const events::Event& event,
            Position until = {});

/// What follows from a statement: at most one event for each change. Empty when it says what is
/// known already, as every webhook about a marked record does.
/// - An opt-out always applies, also a stale one (docs/architecture.md).
/// - An opt-in lifts only evidence that is not stronger, only when it was said later, and a flag
///   only what a flag on the same record, or a refusal because of it, had closed (requirements O9,
///   E6.7).
/// - A question is refused to whoever has opted out. A YES answers one for a day, and lifts
/// nothing. `subject` is the statement without what the sign says: whose it is, and about which
/// address.
std::vector<events::ConsentChanged> decide_consent(const ConsentState& state,
                                                   const ConsentSignal& sign,
                                                   const events::ConsentChanged& subject);

/// When it was said, by the source's clock. What tells no time was said when it came, and so was
/// what claims to come from the future: a clock that is far ahead would make it stand for ever.
Timestamp effective_time(const std::string& stated_at, Timestamp received_at);

/// May a mark of ours tell of the time before the channel was opened? A tag does not show who set
/// it: one that is there an hour after that is a person's.
bool may_be_from_before_opening(const ConsentState& state, const ConsentSignal& mark,
                                events::Channel channel, Timestamp received_at);

/// 1: marks and refusals, which say nothing about who wanted it; 2: the person or the company.
int strength(events::Evidence evidence);

/// The channels of a kind of address.
std::vector<events::Channel> channels_of(events::Field kind);

} // namespace tidemark::domain
