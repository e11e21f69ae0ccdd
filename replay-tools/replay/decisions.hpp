#pragma once
#include "base/keyed_hash.hpp"
#include "domain/attempt.hpp"
#include "replay-tools/replay/recomputer.hpp"
#include "replay-tools/replay/replay_state.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

/// Decisions made again from recorded inputs. What each is about is said by its envelope: cause,
/// command index, tenant.
namespace tidemark::tools {

/// What every derived id and key is made with.
struct DecidedWith {
  const KeyedHasher& hasher;
  std::string_view incarnation;
};

/// What a connector reads in the input, made once; null where none reads it.
const domain::Translation* translation_of(ReplayInput& input, const ReplayState& state);

/// The interpreter's decision. Nothing: the input, or the answer that teaches, is not there.
std::optional<std::vector<domain::TaggedEvent>>
interpreted_again(const events::Envelope& about, ReplayState& state, const DecidedWith& with);
/// The contact's decision on one command. Nothing: the command is not there, or waits for another.
std::optional<std::vector<events::Event>> decided_again(const events::Envelope& about,
                                                        const ContactId& contact,
                                                        ReplayState& state,
                                                        const DecidedWith& with);

/// Where the record of an attempt says nothing of it.
struct Moment {
  Position known_to;
  Timestamp now;
};

/// What the actor looked at when it began the attempt. How far it had read (evidence), the moment
/// and what the machine made of it are mechanics and taken over as they were recorded.
class RecordedAttempt final : public domain::AttemptFacts {
public:
  RecordedAttempt(const ReplayState& state, const ReplayLane& lane,
                  const domain::PendingDelivery& delivery, const connectors::Configured& configured,
                  std::span<const ReplayEvent> recorded, const Moment& otherwise = {});
  Position consent_known_to() const override { return known_to_; }
  Position queue_known_to() const override { return known_to_; }
  Position undecided_opt_out() const override { return {}; }
  domain::AddressConsent consent_of(const AddressHash& address) const override;
  domain::ConsentState consent_before(const AddressHash& address, Position input) const override;
  Position switched_off(const std::string& agent, events::Channel channel) const override;
  Position undecided_of(const ConnectorName& system, Position until) const override;
  domain::SendFacts moment(const events::ActionIntended& send) const override;
  std::optional<domain::AttemptStep> next_step() const override;

private:
  const ReplayState& state_;
  const ReplayLane& lane_;
  const domain::PendingDelivery& delivery_;
  const connectors::Configured& configured_;
  const events::SendDecided* decided_ = nullptr;
  Position known_to_;
  Timestamp now_;
};

/// What follows from a recorded answer to the request of `delivery` that is out.
std::vector<events::Event> concluded_again(const ReplayState& state, const ReplayLane& lane,
                                           const domain::PendingDelivery& delivery,
                                           const connectors::Configured& configured,
                                           const ReplayEvent& answered,
                                           const domain::AttemptContext& context);

/// The decision about the delivery of which `recorded`, one append, tells: to begin an attempt, or
/// what its answer leads to. Nothing: its target is not configured.
std::optional<std::vector<events::Event>> attempted_again(std::span<const ReplayEvent> recorded,
                                                          const Subject& subject,
                                                          ReplayState& state,
                                                          const DecidedWith& with);

} // namespace tidemark::tools
