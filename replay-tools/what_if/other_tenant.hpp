#pragma once
#include "replay-tools/replay/decisions.hpp"
#include "replay-tools/what_if/alternative.hpp"
#include "replay-tools/what_if/fork.hpp"

#include <map>
#include <unordered_map>

namespace tidemark::tools {

/// How the id begins that an assumed answer tells.
inline constexpr std::string_view assumed_id = "assumed:";
/// Of events that stand for no recorded one and need a place of their own: behind every log's end.
inline constexpr std::uint64_t first_made_up = std::uint64_t{1} << 62;

/// One append of the log.
struct RecordedAppend {
  std::span<ReplayEvent> events;
  Subject subject; ///< all events of an append stand in one stream
  const events::Envelope& first() const { return events.front().recorded.envelope; }
  const events::Recorded& last() const { return events.back().recorded; }
};

/// How many decisions came to what.
struct Looked {
  std::uint64_t decisions = 0;
  std::uint64_t older_rules = 0;      ///< of these: today's rules may differ too
  std::uint64_t not_recomputable = 0; ///< taken over as they were recorded
  std::uint64_t assumed = 0;          ///< answers that nobody knows, taken for a yes
  std::map<ConnectorName, std::uint64_t> not_decided; ///< inputs of connectors that are left out
};

/// One tenant's history as it would have been. As long as a contact's decisions come out as they
/// were recorded, what was recorded is followed, so nothing is assumed. From the first that differs
/// on the contact has a state of its own, beside the recorded one (Fork): its decisions are made
/// here; a recorded answer counts for the same delivery and request. Every other request is taken
/// to have been accepted: at once, or of a delivery that the log has too when that one ended, with
/// the id that was told then.
class OtherTenant {
public:
  OtherTenant(TenantId tenant, const Alternative& alternative, const KeyedHasher& hasher);

  /// Folds the append as it was recorded: what is asked begins later.
  void follow(RecordedAppend append, std::string_view incarnation);
  /// Decides about the append's cause, or takes the input in.
  void decide(RecordedAppend append, std::string_view incarnation);

  const ReplayState& state() const { return state_; }
  ReplayState& state() { return state_; }
  const std::map<ContactId, Fork>& forks() const { return forks_; }
  /// Addresses of which something else was said, as it was recorded.
  const std::map<AddressHash, domain::ConsentState>& recorded_consents() const { return consents_; }
  const Looked& looked() const { return looked_; }

private:
  using Events = std::vector<events::Event>;
  /// A command that waits for its decision. `recorded`: the log has one about it too.
  struct Undecided {
    Position cause;
    std::uint32_t index = 0;
    bool recorded = false;
    Position correlation;
  };
  /// Where a decision of ours stands: that of the log which it stands for, or where the log is.
  struct Place {
    events::Envelope envelope;
    std::span<ReplayEvent> recorded{};
  };

  void begin(const events::Envelope& about);
  void note_connectors(const events::ConfigApplied& applied);
  void count_input(const events::Event& input);
  void take_in(RecordedAppend append);
  void interpreted(RecordedAppend append);
  void interpreted_otherwise(RecordedAppend append, std::vector<domain::TaggedEvent> decision);
  void contact_decided(RecordedAppend append);
  void contact_decided_beside(RecordedAppend append);
  void delivery_decided(RecordedAppend append);
  void delivery_decided_beside(RecordedAppend append);

  /// Takes over what was recorded.
  void fold_recorded(RecordedAppend append);
  /// Keeps it on the recorded side of the contacts that it is about, where they have one.
  void keep_recorded(const RecordedAppend& append);
  void keep_consents(const RecordedAppend& append);
  void fold_own(std::vector<domain::TaggedEvent> decision, const Subject& subject,
                const Place& place, const std::string& attachment = {});
  void fold_own(Events decision, const Subject& subject, const Place& place,
                const std::string& attachment = {});
  Place place_of(const RecordedAppend& append) const { return {append.first(), append.events}; }
  Place place_here() const;
  Fork& fork(const ContactId& contact);
  void fork_all(const std::vector<events::AssignedCommand>& commands);
  bool is_forked(const ContactId& contact) const { return forks_.contains(contact); }

  /// Notes that commands wait; `known`: those that the log decides too.
  void expect(const std::vector<events::AssignedCommand>& commands, Position cause,
              const std::vector<events::AssignedCommand>& known, Position correlation);
  void decide_next(const ContactId& contact, const Place& place);
  bool decide_one(const ContactId& contact, const Undecided& command, const Place& place);
  void decide_unrecorded();
  void drop_waiting(const ContactId& contact, Position cause, std::uint32_t index);

  /// Begins what is pending for the contact and not for the log to begin.
  void drive(const ContactId& contact);
  void drive_due();
  bool drive_one(const LaneKey& key);
  void begin_as_recorded(const RecordedAppend& append, const DeliveryId& delivery);
  /// What the attempt begins with; nothing when it waits.
  Events begun(const ReplayLane& lane, const domain::NextDelivery& next, const LaneKey& key,
               std::span<const ReplayEvent> recorded) const;
  /// But for the delivery's own id, which the log's may not be.
  bool is_same_request(const LaneKey& key, const DeliveryId& delivery,
                       const events::Event& recorded) const;
  void assume_accepted(const LaneKey& key, const DeliveryId& delivery);
  void assume_accepted(const LaneKey& key, const DeliveryId& delivery,
                       domain::DeliveryResult result, const Place& place);
  /// Identity hears of an answer that the log does not have.
  void teach(Position answer, Position correlation);
  domain::AttemptContext attempt_context() const {
    return {tenant_, hasher_, state_.rules(), incarnation_};
  }
  DecidedWith with() const { return {hasher_, incarnation_}; }

  TenantId tenant_;
  const Alternative& alternative_;
  const KeyedHasher& hasher_;
  std::string incarnation_;
  ReplayState state_;
  bool began_ = false;
  std::set<ConnectorName> recorded_connectors_; ///< of the configuration that was recorded last
  std::map<ContactId, Fork> forks_;
  std::map<AddressHash, domain::ConsentState> consents_;
  std::unordered_map<ContactId, std::vector<Undecided>> undecided_;
  std::set<ContactId> unrecorded_; ///< contacts that wait for what the log does not decide
  std::set<Position> not_made_;    ///< recorded answers that teach, and were not given here
  std::set<std::pair<Timestamp, ContactId>> due_; ///< when to look at whose deliveries again
  Position at_;                                   ///< where the log is
  Timestamp now_;
  std::uint64_t made_up_ = 0; ///< positions of answers that nobody gave
  Looked looked_;
};

} // namespace tidemark::tools
