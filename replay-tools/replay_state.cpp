#include "replay-tools/replay_state.hpp"

#include "base/overloaded.hpp"
#include "connectors/sync_rules.hpp"
#include "events/glimpse.hpp"
#include "events/tags.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

std::set<Position> forwards_in(const domain::DeliveryLane& lane) {
  std::set<Position> out;
  for (const auto& pending : lane.pending)
    if (pending.intent.forward.value != 0)
      out.insert(pending.intent.forward);
  return out;
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

const connectors::Configured* ReplayState::configured(const ConnectorName& name) const {
  const auto found = configured_.find(name);
  return found == configured_.end() ? nullptr : &found->second;
}

bool ReplayState::opted_out(const std::vector<events::Tag>& tags) const {
  return std::any_of(tags.begin(), tags.end(),
                     [&](const auto& tag) { return opted_out_.contains(tag); });
}

void ReplayState::load_forward(const events::DeliveryIntended& intent,
                               connectors::AttemptInput& attempt) const {
  const auto found = forwarded_.find(intent.forward);
  if (intent.forward.value == 0 || found == forwarded_.end())
    return;
  attempt.forward_body = found->second.body;
  attempt.forward_headers = found->second.headers;
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
  auto* waiting = input(position);
  if (waiting && --waiting->decisions_left == 0)
    inputs_.erase(position);
}

void ReplayState::fold(events::Recorded& recorded, std::string& attachment,
                       const Subject& subject) {
  const auto& envelope = recorded.envelope;
  std::visit(overloaded{
                 [&](const events::ConfigApplied& e) {
                   rules_ = connectors::sync_rules(e);
                   configured_ = connectors::configured_by(e);
                 },
                 [&](const events::WebhookReceived&) {
                   inputs_[envelope.position] = {
                       {envelope, {}, std::move(attachment)}, std::move(recorded.event), {}, 0};
                 },
                 [&](const events::WebhookInterpreted& e) {
                   if (auto* waiting = input(e.webhook)) {
                     waiting->decisions_left = e.commands.size();
                     if (e.commands.empty())
                       inputs_.erase(e.webhook);
                   }
                 },
                 [&](const events::IdentityCardWritten& e) {
                   const auto card = std::make_shared<const domain::IdentityCard>(e);
                   for (const auto& tag : envelope.tags)
                     if (tag.kind == events::TagKind::identity || tag.kind == events::TagKind::card)
                       cards_[tag] = card;
                   teaching_.erase(envelope.cause);
                 },
                 [&](const events::IdentityReviewRequested&) { teaching_.erase(envelope.cause); },
                 [&](const events::DeliveryAccepted& e) {
                   if (e.learned_id)
                     teaching_[envelope.position] = e;
                 },
                 [&](const events::DeliveryLookedUp& e) {
                   if (!e.gone.value.empty())
                     teaching_[envelope.position] = e;
                 },
                 [](const auto&) { /* contacts and deliveries below */ },
             },
             recorded.event);
  if (subject.contact.value.empty())
    return;
  domain::evolve(contacts_[subject.contact], recorded.event, recorded.envelope.recorded_at);
  fold_opt_out(recorded);
  fold_lane(recorded, attachment, subject);
}

void ReplayState::fold_opt_out(const events::Recorded& recorded) {
  const auto* observed = std::get_if<events::ContactObserved>(&recorded.event);
  if (observed && observed->opt_out_seen)
    for (const auto& tag : recorded.envelope.tags)
      if (tag.kind == events::TagKind::consent)
        opted_out_.insert(tag);
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
}

void ReplayState::fold_lane(const events::Recorded& recorded, const std::string& attachment,
                            const Subject& subject) {
  if (const auto* intent = std::get_if<events::DeliveryIntended>(&recorded.event)) {
    keep_forward(*intent);
    domain::evolve(lanes_[{intent->target, intent->contact}].lane, recorded, intent->target);
    return;
  }
  if (const auto* observed = std::get_if<events::ContactObserved>(&recorded.event)) {
    for (const auto& [connector, configured] : configured_) // an opt-out concerns every lane
      if (connector == observed->connector || observed->opt_out_seen)
        evolve_lane({connector, subject.contact}, recorded);
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
      lane.attempt.exchanges.push_back(
          {lane.step_name, connectors::judged_answer(answer->facts.answer, attachment)});
    else
      lane.attempt.exchanges.clear();
  }
  evolve_lane(key, recorded);
}

} // namespace tidemark::tools
