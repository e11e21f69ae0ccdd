#pragma once
#include "connectors/shared/recorded_inputs.hpp"
#include "domain/contacts/state.hpp"
#include "domain/delivery/delivery.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/intake/facts.hpp"
#include "events/recorded.hpp"

#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

/// What one tenant's decisions read, folded from recorded events only.
namespace tidemark::tools {

/// A recorded webhook or vendor answer whose decisions are still to come.
struct ReplayInput {
  events::StoredEvent stored;
  events::Event event;
  std::optional<domain::Translation> translation;
};

/// What an input was taken to mean, until its commands have their decisions.
struct InterpretedInput {
  std::vector<events::AssignedCommand> assigned;
  domain::DecisionParts parts;
  Timestamp input_at;
  std::size_t decisions_left = 0;
};

/// A lane with the answers that its pending deliveries name.
struct ReplayLane {
  domain::DeliveryQueue lane;
  std::map<Position, connectors::Exchange> answers;
  std::string step_name;
};
using LaneKey = std::pair<ConnectorName, ContactId>;
struct LaneKeyHash {
  std::size_t operator()(const LaneKey& key) const noexcept {
    return std::hash<ConnectorName>{}(key.first) * 31 + std::hash<ContactId>{}(key.second);
  }
};
struct TagHash {
  std::size_t operator()(const events::Tag& tag) const noexcept {
    std::size_t part = 0;
    std::memcpy(&part, tag.hash.data(), sizeof part); // already a hash
    return part ^ static_cast<std::size_t>(tag.kind);
  }
};

/// What a stream is about, `contact/<contact>` or `delivery/<target>/<contact>`; empty for others.
struct Subject {
  ContactId contact;
  ConnectorName target;
};
Subject subject_of(const StreamName& stream);

class ReplayState final : public domain::InterpreterFacts {
public:
  /// Folds one recorded event. `attachment` is its raw bytes. An input's content is taken away.
  void fold(events::Recorded& recorded, std::string& attachment, const Subject& subject);

  /// A command of the input has its decision, whole; the last one lets go of the input.
  void decided(Position input);

  std::optional<domain::IdentityCard> card_under(const events::Tag& key) const override;
  std::optional<domain::IdentityCard> card_of(const ContactId& contact) const override;
  bool may_be_ours(const ContactId& contact, const ConnectorName& connector,
                   const RemoteId& id) const override;
  domain::ConsentState consent_of(const AddressHash& address) const override;
  /// What inputs before that one had said.
  domain::ConsentState consent_before(const AddressHash& address, Position input) const;
  /// Where the agent of that name was switched off in the channel, 0 while it is on.
  Position switched_off(const std::string& agent, events::Channel channel) const;
  std::set<ContactId> claimants_of(const AddressHash& address) const override;
  std::vector<domain::ParkedCommand> parked_under(const events::Tag& tag) const override;

  ReplayInput* input(Position position);
  /// What the input was taken to mean; null before and after.
  const InterpretedInput* meaning(Position position) const;
  /// The answer that taught a remote id, until identity has heard of it.
  const events::Event* teaching(Position position) const;
  Timestamp taught_at(Position position) const;
  const domain::Contact& contact(const ContactId& id) { return contacts_[id]; }
  ReplayLane& lane(const LaneKey& key) { return lanes_[key]; }
  /// The lane, null where nothing is pending.
  const ReplayLane* lane_if_any(const LaneKey& key) const;
  /// Targets to which something of the contact is pending.
  std::vector<ConnectorName> pending_targets(const ContactId& contact) const;
  const domain::SyncRules& rules() const { return rules_; }
  const connectors::Configured* configured(const ConnectorName& name) const;
  /// What its connector is given, with the webhook that an intent forwards; that one's body is kept
  /// while the intent is open.
  connectors::AttemptInput attempt_of(const ReplayLane& lane,
                                      const domain::PendingDelivery& delivery) const;

private:
  struct Forwarded {
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::size_t users = 0;
  };
  /// Somebody set marks by hand, which bodies on their way may wait for.
  void take_deed(const events::OptOutMarkedByHand& deed, const events::Recorded& recorded);
  void fold_lane(const events::Recorded& recorded, const std::string& attachment,
                 const Subject& subject);
  void evolve_lane(const LaneKey& key, const events::Recorded& recorded);
  void keep_forward(const events::DeliveryIntended& intent);
  void release_forward(Position webhook);

  domain::SyncRules rules_;
  std::map<ConnectorName, connectors::Configured> configured_;
  std::unordered_map<events::Tag, std::shared_ptr<const domain::IdentityCard>, TagHash> cards_;
  std::unordered_map<ContactId, domain::Contact> contacts_;
  std::unordered_map<LaneKey, ReplayLane, LaneKeyHash> lanes_;
  std::set<ConnectorName> targets_; ///< that ever had a lane, also such as are not configured now
  std::unordered_map<Position, ReplayInput> inputs_;
  std::unordered_map<Position, events::Event> teaching_;
  std::unordered_map<Position, Forwarded> forwarded_;
  std::unordered_map<AddressHash, domain::ConsentState> consents_;
  std::unordered_map<AddressHash, std::vector<events::ConsentChanged>> said_; ///< unfolded
  std::map<std::pair<std::string, events::Channel>, Position> switched_off_;
  /// Contacts with contested addresses, by the tags under which their cards stand.
  std::map<events::Tag, std::set<ContactId>> claimants_;
  std::map<events::Tag, std::vector<domain::ParkedCommand>> parked_;
  std::map<Position, std::size_t> parked_inputs_; ///< commands of each that wait
  std::unordered_map<Position, InterpretedInput> meanings_;
  std::unordered_map<Position, Timestamp> input_at_;          ///< of inputs that mean nothing yet
  std::unordered_map<Position, domain::DecisionParts> parts_; ///< by cause
  void keep_request(events::Recorded& recorded);
  void keep_part(const events::Recorded& recorded);
  void keep_given(const events::Recorded& recorded);
  template <class Parked>
  void park(const Parked& e, const events::Event& event);
  void release(Position position);
  void keep_card(const domain::IdentityCard& written, const events::Envelope& envelope);
  void take_meaning(const events::WebhookInterpreted& e, const events::Envelope& envelope);
};

} // namespace tidemark::tools
