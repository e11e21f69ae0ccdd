#include "replay-tools/replay/replay_state.hpp"

#include "base/overloaded.hpp"
#include "connectors/shared/sync_rules.hpp"
#include "domain/evolve.hpp"
#include "domain/rules/cause.hpp"
#include "events/format/stream_name.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

std::set<Position> forwards_in(const domain::DeliveryQueue& lane) {
  std::set<Position> out;
  for (const auto& pending : lane.pending)
    if (pending.intent.forward.value != 0)
      out.insert(pending.intent.forward);
  return out;
}

/// Does a pending delivery need the answer that is recorded there?
bool is_needed(const domain::DeliveryQueue& lane, Position answer) {
  const auto names = [&](const std::vector<Position>& all) {
    return std::find(all.begin(), all.end(), answer) != all.end();
  };
  return std::any_of(lane.pending.begin(), lane.pending.end(), [&](const auto& pending) {
    return names(pending.answers) || names(pending.answers_before);
  });
}

/// Is it an input that needs no translation?
bool is_request(const events::Event& event) {
  const auto* timer = std::get_if<events::TimerDue>(&event);
  return std::holds_alternative<events::ConsentRequested>(event)
         || std::holds_alternative<events::OptOutImported>(event)
         || std::holds_alternative<events::ContactImported>(event)
         || std::holds_alternative<events::MessageImported>(event)
         || std::holds_alternative<events::ParkedReleaseRequested>(event)
         || std::holds_alternative<events::ContactsMergeRequested>(event)
         || std::holds_alternative<events::ContactsUnmergeRequested>(event)
         || std::holds_alternative<events::MappingRepairRequested>(event)
         || std::holds_alternative<events::DeliveryRetryRequested>(event)
         || std::holds_alternative<events::ListsRebuildRequested>(event)
         || (timer && events::parking_time(*timer));
}

} // namespace

Subject subject_of(const StreamName& name) {
  return {ContactId(std::string(events::contact_behind(name.value))),
          ConnectorName(std::string(events::target_in(name.value)))};
}

std::optional<domain::IdentityCard> ReplayState::card_under(const events::Tag& key) const {
  const auto found = cards_.find(key);
  return found == cards_.end() ? std::nullopt : std::optional(*found->second);
}

std::optional<domain::IdentityCard> ReplayState::card_of(const ContactId& contact) const {
  return card_under(events::card_tag(contact));
}

bool ReplayState::may_be_ours(const ContactId& contact, const ConnectorName& connector,
                              const RemoteId& id) const {
  if (const auto lane = lanes_.find({connector, contact});
      lane != lanes_.end() && domain::has_create_out(lane->second.lane))
    return true;
  const auto known = contacts_.find(contact);
  return known != contacts_.end()
         && std::any_of(known->second.records.begin(), known->second.records.end(),
                        [&](const auto& record) {
                          return record.connector == connector && record.remote_id == id;
                        });
}

ReplayInput* ReplayState::input(Position position) {
  const auto found = inputs_.find(position);
  return found == inputs_.end() ? nullptr : &found->second;
}

const events::Event* ReplayState::teaching(Position position) const {
  const auto found = teaching_.find(position);
  return found == teaching_.end() ? nullptr : &found->second;
}

Timestamp ReplayState::taught_at(Position position) const {
  const auto found = input_at_.find(position);
  return found == input_at_.end() ? Timestamp{} : found->second;
}

const connectors::Configured* ReplayState::configured(const ConnectorName& name) const {
  const auto found = configured_.find(name);
  return found == configured_.end() ? nullptr : &found->second;
}

const ReplayLane* ReplayState::lane_if_any(const LaneKey& key) const {
  const auto found = lanes_.find(key);
  return found == lanes_.end() ? nullptr : &found->second;
}

std::vector<ConnectorName> ReplayState::pending_targets(const ContactId& contact) const {
  std::vector<ConnectorName> out;
  for (const auto& target : targets_)
    if (lanes_.contains({target, contact}))
      out.push_back(target);
  return out;
}

domain::ConsentState ReplayState::consent_of(const AddressHash& address) const {
  const auto found = consents_.find(address);
  return found == consents_.end() ? domain::ConsentState{} : found->second;
}

domain::ConsentState ReplayState::consent_before(const AddressHash& address, Position input) const {
  domain::ConsentState state;
  if (const auto found = said_.find(address); found != said_.end())
    for (const auto& change : found->second)
      if (change.input < input)
        domain::evolve(state, change);
  return state;
}

Position ReplayState::switched_off(const std::string& agent, events::Channel channel) const {
  const auto found = switched_off_.find({agent, channel});
  return found == switched_off_.end() ? Position{} : found->second;
}

std::set<ContactId> ReplayState::claimants_of(const AddressHash& address) const {
  const auto found = claimants_.find(events::contested_tag(address));
  return found == claimants_.end() ? std::set<ContactId>{} : found->second;
}

std::vector<domain::ParkedCommand> ReplayState::parked_under(const events::Tag& tag) const {
  const auto found = parked_.find(tag);
  return found == parked_.end() ? std::vector<domain::ParkedCommand>{} : found->second;
}

const InterpretedInput* ReplayState::meaning(Position position) const {
  const auto found = meanings_.find(position);
  return found == meanings_.end() ? nullptr : &found->second;
}

connectors::AttemptInput ReplayState::attempt_of(const ReplayLane& lane,
                                                 const domain::PendingDelivery& delivery) const {
  connectors::AttemptInput out;
  for (const auto position : delivery.answers)
    out.exchanges.push_back(lane.answers.at(position));
  for (const auto position : delivery.answers_before)
    out.before.push_back(lane.answers.at(position));
  const auto found = forwarded_.find(delivery.intent.forward);
  if (delivery.intent.forward.value == 0 || found == forwarded_.end())
    return out;
  out.forward_body = found->second.body;
  out.forward_headers = found->second.headers;
  return out;
}

void ReplayState::keep_forward(const events::DeliveryIntended& intent) {
  const auto* from = input(intent.forward);
  if (intent.forward.value == 0 || !from)
    return;
  auto& kept = forwarded_[intent.forward];
  if (kept.users++ == 0) {
    kept.body = from->stored.attachment;
    if (const auto* webhook = std::get_if<events::WebhookReceived>(&from->event))
      kept.headers.assign(webhook->headers.begin(), webhook->headers.end());
  }
}

void ReplayState::release_forward(Position webhook) {
  const auto kept = forwarded_.find(webhook);
  if (kept != forwarded_.end() && --kept->second.users == 0)
    forwarded_.erase(kept);
}

void ReplayState::decided(Position position) {
  const auto waiting = meanings_.find(position);
  if (waiting == meanings_.end() || --waiting->second.decisions_left > 0)
    return;
  const auto assigned = std::move(waiting->second.assigned);
  meanings_.erase(waiting);
  for (const auto& command : assigned)
    if (command.input.value != 0)
      if (const auto parked = parked_inputs_.find(command.input);
          parked != parked_inputs_.end() && --parked->second == 0) {
        parked_inputs_.erase(parked);
        release(command.input);
      }
  release(position);
}

template <class Parked>
void ReplayState::park(const Parked& e, const events::Event& event) {
  for (const auto& tag : domain::parked_tags(e.input, e.keys))
    domain::evolve(parked_[tag], event);
}

void ReplayState::keep_part(const events::Recorded& recorded) {
  const auto cause = recorded.envelope.cause;
  // Of a decision about an answer, its meaning stands first.
  const auto meaning = meanings_.find(cause);
  (meaning != meanings_.end() ? meaning->second.parts : parts_[cause]).add(recorded.event);
}

void ReplayState::keep_given(const events::Recorded& recorded) {
  if (const auto meaning = meanings_.find(recorded.envelope.cause); meaning != meanings_.end())
    meaning->second.parts.add(recorded.event);
}

void ReplayState::keep_request(events::Recorded& recorded) {
  const auto& envelope = recorded.envelope;
  input_at_[envelope.position] = envelope.recorded_at;
  if (std::holds_alternative<events::DeliveryRetryRequested>(recorded.event))
    parts_[envelope.position].add(recorded.event); // it is the command itself
  inputs_[envelope.position] = {{envelope, {}, {}}, std::move(recorded.event), {}};
}

/// Nobody asks for the input any more.
void ReplayState::release(Position position) {
  if (!meanings_.contains(position) && !parked_inputs_.contains(position))
    inputs_.erase(position);
}

/// Commands, and how they hang together with the inputs that they stand in.
void ReplayState::take_meaning(const events::WebhookInterpreted& e,
                               const events::Envelope& envelope) {
  for (const auto& tag : envelope.tags)
    if (const auto waiting = parked_.find(tag); waiting != parked_.end()) {
      domain::evolve(waiting->second, events::Event(e)); // it released some of it
      if (waiting->second.empty())
        parked_.erase(waiting);
    }
  auto& meaning = meanings_[e.webhook];
  meaning.assigned = e.commands;
  if (auto parts = parts_.extract(e.webhook); !parts.empty())
    meaning.parts = std::move(parts.mapped());
  if (const auto* answer = teaching(e.webhook))
    meaning.parts.add(*answer);
  meaning.decisions_left = e.commands.size();
  meaning.input_at = input_at_[e.webhook];
  input_at_.erase(e.webhook);
  if (e.commands.empty()) {
    meanings_.erase(e.webhook);
    release(e.webhook);
  }
}

void ReplayState::keep_card(const domain::IdentityCard& written, const events::Envelope& envelope) {
  const auto card = std::make_shared<const domain::IdentityCard>(written);
  for (const auto& tag : envelope.tags)
    if (tag.kind == events::TagKind::identity || tag.kind == events::TagKind::card) {
      cards_[tag] = card;
      if (!written.contested.empty())
        claimants_[tag].insert(written.contact);
    }
  teaching_.erase(envelope.cause);
}

void ReplayState::fold(events::Recorded& recorded, std::string& attachment,
                       const Subject& subject) {
  if (is_request(recorded.event))
    return keep_request(recorded);
  const auto& envelope = recorded.envelope;
  std::visit(overloaded{
                 [&](const events::ConfigApplied& e) {
                   rules_ = connectors::sync_rules(e);
                   configured_ = connectors::configured_by(e);
                 },
                 [&](const events::WebhookReceived&) {
                   input_at_[envelope.position] =
                       domain::received_at(recorded.event, envelope.recorded_at);
                   inputs_[envelope.position] = {
                       {envelope, {}, std::move(attachment)}, std::move(recorded.event), {}};
                 },
                 [&](const events::WebhookReprocessRequested&) {
                   input_at_[envelope.position] = envelope.recorded_at;
                   inputs_[envelope.position] = {
                       {envelope, {}, std::move(attachment)}, std::move(recorded.event), {}};
                 },
                 [&](const events::BackfillPageReceived& e) {
                   if (e.dry_run)
                     return; // nothing is decided about it
                   input_at_[envelope.position] = envelope.recorded_at;
                   inputs_[envelope.position] = {
                       {envelope, {}, std::move(attachment)}, std::move(recorded.event), {}};
                 },
                 [&](const events::ContactsMerged&) { keep_part(recorded); },
                 [&](const events::ContactsUnmerged&) { keep_part(recorded); },
                 [&](const events::RecordsReleased&) { keep_given(recorded); },
                 [&](const events::HistoryReleased&) { keep_given(recorded); },
                 [&](const events::MembershipsReleased&) { keep_given(recorded); },
                 [&](const events::WebhookInterpreted& e) { take_meaning(e, envelope); },
                 [&](const events::ConsentChanged& e) {
                   domain::evolve(consents_[e.address_hash], e);
                   said_[e.address_hash].push_back(e);
                   keep_part(recorded);
                 },
                 [&](const events::CommandParked& e) {
                   park(e, recorded.event);
                   ++parked_inputs_[e.input];
                 },
                 [&](const events::CommandTimedOut& e) { park(e, recorded.event); },
                 [&](const events::IdentityCardWritten& e) { keep_card(e, envelope); },
                 [&](const events::IdentityReviewRequested&) { teaching_.erase(envelope.cause); },
                 [&](const events::DeliveryAccepted& e) {
                   if (e.learned_id) {
                     teaching_[envelope.position] = e;
                     input_at_[envelope.position] = envelope.recorded_at;
                   }
                 },
                 [&](const events::DeliveryLookedUp& e) {
                   if (!e.gone.value.empty()) {
                     teaching_[envelope.position] = e;
                     input_at_[envelope.position] = envelope.recorded_at;
                   }
                 },
                 [&](const events::AgentFlagSet& e) {
                   switched_off_[{e.agent, e.channel}] = e.on ? Position{} : envelope.position;
                 },
                 [&](const events::OptOutMarkedByHand& e) { take_deed(e, recorded); },
                 [](const auto&) { /* contacts and deliveries below */ },
             },
             recorded.event);
  if (subject.contact.value.empty())
    return;
  domain::evolve(contacts_[subject.contact], recorded.event, recorded.envelope.recorded_at);
  fold_lane(recorded, attachment, subject);
}

void ReplayState::take_deed(const events::OptOutMarkedByHand& deed,
                            const events::Recorded& recorded) {
  for (const auto& contact : deed.contacts) {
    domain::evolve(contacts_[contact], recorded.event, recorded.envelope.recorded_at);
    evolve_lane({deed.connector, contact}, recorded);
  }
}

void ReplayState::evolve_lane(const LaneKey& key, const events::Recorded& recorded) {
  const auto at = lanes_.find(key);
  if (at == lanes_.end())
    return;
  auto& lane = at->second;
  const auto before = forwards_in(lane.lane);
  domain::evolve(lane.lane, recorded, key.first);
  for (const auto forward : before)
    if (!forwards_in(lane.lane).contains(forward))
      release_forward(forward);
  if (lane.lane.pending.empty())
    lanes_.erase(at);
  else
    std::erase_if(lane.answers,
                  [&](const auto& kept) { return !is_needed(lane.lane, kept.first); });
}

void ReplayState::fold_lane(const events::Recorded& recorded, const std::string& attachment,
                            const Subject& subject) {
  if (const auto* intent = std::get_if<events::DeliveryIntended>(&recorded.event)) {
    keep_forward(*intent);
    targets_.insert(intent->target);
    domain::evolve(lanes_[{intent->target, intent->contact}].lane, recorded, intent->target);
    return;
  }
  if (const auto* action = std::get_if<events::ActionIntended>(&recorded.event)) {
    targets_.insert(action->target);
    domain::evolve(lanes_[{action->target, action->contact}].lane, recorded, action->target);
    return;
  }
  if (const auto* observed = std::get_if<events::ContactObserved>(&recorded.event))
    return evolve_lane({observed->connector, subject.contact}, recorded);
  if (std::holds_alternative<events::ConsentApplied>(recorded.event)
      || std::holds_alternative<events::RecordsReleased>(recorded.event)) {
    for (const auto& target : targets_) // it concerns every lane
      evolve_lane({target, subject.contact}, recorded);
    return;
  }
  if (subject.target.value.empty())
    return;
  const LaneKey key{subject.target, subject.contact};
  if (const auto at = lanes_.find(key); at != lanes_.end()) {
    auto& lane = at->second;
    if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&recorded.event))
      lane.step_name = dispatched->step_name;
    else if (const auto* answer = std::get_if<events::DeliveryLookedUp>(&recorded.event))
      lane.answers[recorded.envelope.position] = {
          lane.step_name, connectors::judged_answer(answer->facts.answer, attachment)};
  }
  evolve_lane(key, recorded);
}

} // namespace tidemark::tools
