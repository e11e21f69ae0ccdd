#pragma once
#include "domain/consent/send_gate.hpp"
#include "domain/identity/identity.hpp"

#include <functional>
#include <optional>
#include <variant>
#include <vector>

/// One attempt to deliver: what is recorded before a request leaves, and what follows from its
/// answer. The whole decision, for the actor that sends and for the replay that cannot: both fetch
/// the facts and record what stands here.
namespace tidemark::domain {

/// The connector asks for a request.
struct RequestStep {
  std::string name; ///< search, create, update ...
  bool effect = false;
  std::string sha256; ///< of the request without secrets, so that a replay can make it again
  RemoteId gone;      ///< record that the answer before this showed to be no more, "" when none
};
/// What is next by the connector's word: a request, or the end of the attempt.
using AttemptStep = std::variant<RequestStep, DeliveryResult>;

struct AttemptContext {
  const TenantId& tenant;
  const KeyedHasher& hasher;
  const SyncRules& rules;
  std::string_view incarnation;
};

/// What was said about one address.
struct AddressConsent {
  ConsentState state;
  Position undecided; ///< an input that may say more and is not decided yet, 0 when there is none
  Position undecided_import; ///< the same of a row of an import
};

/// What the decision to begin may look at, besides the queue; asked for as it is needed.
class AttemptFacts {
public:
  virtual ~AttemptFacts() = default;
  /// Consent is known up to here.
  virtual Position consent_known_to() const = 0;
  /// Every event about the contact is in the queue up to here.
  virtual Position queue_known_to() const = 0;
  /// The newest possible opt-out of a person who is not known before it is decided, 0 when all are.
  virtual Position undecided_opt_out() const = 0;
  virtual AddressConsent consent_of(const AddressHash& address) const = 0;
  /// What inputs before that one had said.
  virtual ConsentState consent_before(const AddressHash& address, Position input) const = 0;
  /// Where somebody switched the agent of that name off in the channel, 0 while it is on.
  virtual Position switched_off(const std::string& agent, events::Channel channel) const = 0;
  /// The newest webhook of the system, `until` at most, when it may not be decided yet; 0 when all
  /// up to there are.
  virtual Position undecided_of(const ConnectorName& system, Position until) const = 0;
  /// The time, by every clock that counts, and how much the person got: all but the consent.
  virtual SendFacts moment(const events::ActionIntended& send) const = 0;
  /// The connector's next step; nothing while it is not the delivery's turn.
  virtual std::optional<AttemptStep> next_step() const = 0;
};

/// Nothing is to be recorded now.
struct AttemptWaits {
  enum class For : std::uint8_t {
    review,         ///< a person says whether it was an opt-out
    inputs,         ///< all inputs up to `until` are decided, but for imports
    opt_out_inputs, ///< all possible opt-outs up to `until` are decided
    imports,        ///< all rows of imports up to `until` are decided
    turn,           ///< the system takes no more at the moment
  };
  For what = For::turn;
  Position until;
};

/// Until when the next delivery has to wait, `Timestamp{}` when it need not: what is called off, or
/// stands for older ones, does not.
Timestamp waits_until(const DeliveryQueue& queue, const NextDelivery& next);

/// The next delivery's first or next request is announced, or is not to leave, with what its writer
/// is told.
std::variant<std::vector<events::Event>, AttemptWaits> begin_attempt(const DeliveryQueue& queue,
                                                                     const NextDelivery& next,
                                                                     const AttemptFacts& facts,
                                                                     const AttemptContext& context);

/// What an answer led to: `step` is what the connector makes of it.
std::vector<events::Event> conclude_attempt(const DeliveryQueue& queue,
                                            const PendingDelivery& delivery,
                                            const AttemptStep& step, events::VendorAnswer answer,
                                            const IdentityFacts& identity,
                                            const AttemptContext& context);

/// The process ended between a dispatch and its answer: it may have taken effect (invariant I9).
std::vector<events::Event> abandon_attempt(const DeliveryQueue& queue,
                                           const PendingDelivery& delivery,
                                           const AttemptContext& context);
/// Is it the answer that `abandon_attempt` records?
bool is_abandoned(const events::VendorAnswer& answer);

/// What an event records of an answer; null when it is about none.
const events::AnswerFacts* answer_facts(const events::Event& event);

} // namespace tidemark::domain
