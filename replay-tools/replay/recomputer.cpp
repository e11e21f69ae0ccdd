#include "replay-tools/replay/recomputer.hpp"

#include "domain/attempt.hpp"
#include "domain/decide.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/stream_name.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/replay/replay_state.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

using events::Event;

/// One append.
struct Group {
  std::span<ReplayEvent> events;
  Subject subject; ///< all events of an append stand in one stream
  const events::Envelope& first() const { return events.front().recorded.envelope; }
};

using Recomputation = std::optional<std::vector<Event>>; // nothing: an input is missing

class DecisionReplay final : public Recomputer {
public:
  DecisionReplay(const KeyedHasher& hasher, std::string incarnation, Shard share)
      : hasher_(hasher), incarnation_(std::move(incarnation)), share_(share) {}

  bool reads(const events::RecordHeader& header, std::string_view) const override {
    // What one contact gives, another takes: its share needs to know.
    return owns(events::contact_behind(header.stream))
           || header.type == events::RecordsReleased::name
           || header.type == events::HistoryReleased::name
           || header.type == events::MembershipsReleased::name;
  }

  Recomputed feed(std::span<ReplayEvent> append, bool compare) override {
    const Group group{append, subject_of(append.front().recorded.envelope.stream)};
    auto& state = tenants_[group.first().tenant];
    const auto decider = group.first().decider;
    const auto cause = group.first().cause;
    const bool mine = owns(group.subject.contact.value);
    Recomputed out;
    if (compare && decider != events::Decider::none) {
      if (mine && owns_decision(group))
        out = judge(group, recompute(group, state));
      else
        out.kind = Recomputed::Kind::of_another_share;
    }
    for (auto& [recorded, attachment] : append) {
      if (const auto* started = std::get_if<events::EngineStarted>(&recorded.event))
        incarnation_ = started->incarnation;
      if (mine)
        state.fold(recorded, attachment, group.subject);
      else if (std::holds_alternative<events::RecordsReleased>(recorded.event)
               || std::holds_alternative<events::HistoryReleased>(recorded.event)
               || std::holds_alternative<events::MembershipsReleased>(recorded.event))
        state.fold(recorded, attachment, {}); // not into the contact
    }
    // Only now: the intents of the same decision may have needed the input's body.
    if (decider == events::Decider::contact)
      state.decided(cause);
    return out;
  }

  void pass(const TenantId& tenant, events::Decider decider, Position cause) override {
    if (decider == events::Decider::contact)
      tenants_[tenant].decided(cause);
  }

private:
  /// "" is nobody's, so everybody's.
  bool owns(std::string_view contact) const {
    return share_.count == 1 || contact.empty()
           || std::hash<std::string_view>{}(contact) % share_.count == share_.index;
  }
  bool owns_decision(const Group& group) const;
  Recomputation recompute(const Group& group, ReplayState& state) const;
  Recomputation interpreter(const Group& group, ReplayState& state) const;
  Recomputation contact(const Group& group, ReplayState& state) const;
  Recomputation delivery(const Group& group, ReplayState& state) const;
  Recomputed judge(const Group& group, const Recomputation& recomputed) const;
  domain::Cause cause_of(const events::Envelope& e, Timestamp at) const {
    return {e.cause, e.command_index, at, incarnation_};
  }

  const KeyedHasher& hasher_;
  std::string incarnation_;
  Shard share_;
  std::map<TenantId, ReplayState> tenants_;
};

/// Decisions about identity belong to the contact that they are about first, so that one share
/// translates the webhook for both.
bool DecisionReplay::owns_decision(const Group& group) const {
  if (!group.subject.contact.value.empty())
    return true;
  for (const auto& [recorded, attachment] : group.events) {
    const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event);
    if (interpreted && !interpreted->commands.empty())
      return owns(interpreted->commands.front().contact.value);
    if (interpreted)
      return share_.index == 0;
  }
  for (const auto& [recorded, attachment] : group.events) {
    if (const auto* card = std::get_if<events::IdentityCardWritten>(&recorded.event))
      return owns(card->contact.value);
    if (const auto* review = std::get_if<events::IdentityReviewRequested>(&recorded.event))
      return owns(review->contact.value);
  }
  return share_.index == 0;
}

std::vector<Event> plain(std::vector<domain::TaggedEvent> tagged) {
  std::vector<Event> out;
  for (auto& one : tagged)
    out.push_back(std::move(one.event));
  return out;
}

Recomputation DecisionReplay::recompute(const Group& group, ReplayState& state) const {
  switch (group.first().decider) {
  case events::Decider::interpreter:
    return interpreter(group, state);
  case events::Decider::contact:
    return contact(group, state);
  case events::Decider::delivery:
    return delivery(group, state);
  default:
    return std::nullopt;
  }
}

const domain::Translation* translation_of(ReplayInput& input, const ReplayState& state) {
  const auto* connector = domain::connector_behind(input.event);
  if (connector && !input.translation)
    input.translation =
        connectors::translate_input(state.configured(*connector), input.stored, input.event);
  return input.translation ? &*input.translation : nullptr;
}

Recomputation DecisionReplay::interpreter(const Group& group, ReplayState& state) const {
  const auto& e = group.first();
  auto* input = state.input(e.cause);
  const auto* event = input ? &input->event : state.teaching(e.cause);
  if (!event)
    return std::nullopt;
  const auto* translation = input ? translation_of(*input, state) : nullptr;
  const auto cause =
      cause_of(e, input ? domain::received_at(*event, input->stored.envelope.recorded_at)
                        : state.taught_at(e.cause));
  return plain(
      domain::interpret(*event, translation, {e.tenant, hasher_, state, cause, state.rules()}));
}

/// The command as the interpreter's recorded decision names it.
std::optional<domain::Command> command_behind(const events::Envelope& e, ReplayState& state) {
  const auto* meaning = state.meaning(e.cause);
  if (!meaning)
    return std::nullopt;
  const auto assigned =
      std::find_if(meaning->assigned.begin(), meaning->assigned.end(),
                   [&](const auto& command) { return command.index == e.command_index; });
  if (assigned == meaning->assigned.end())
    return std::nullopt;
  auto* input = state.input(assigned->input.value != 0 ? assigned->input : e.cause);
  const auto* translation = input ? translation_of(*input, state) : nullptr;
  static const std::vector<domain::Command> none;
  return domain::command_of(*assigned, translation ? translation->commands : none, meaning->parts);
}

Recomputation DecisionReplay::contact(const Group& group, ReplayState& state) const {
  const auto& e = group.first();
  const auto& id = group.subject.contact;
  const auto command = id.value.empty() ? std::nullopt : command_behind(e, state);
  if (!command)
    return std::nullopt;
  const auto cause = cause_of(e, state.meaning(e.cause)->input_at);
  return domain::decide(state.contact(id), *command, {id, state.rules(), cause});
}

/// What the actor looked at when it began the attempt. How far it had read (evidence), the moment
/// and what the machine made of it are mechanics and taken over as they were recorded.
class RecordedAttempt final : public domain::AttemptFacts {
public:
  RecordedAttempt(const ReplayState& state, const ReplayLane& lane,
                  const domain::PendingDelivery& delivery, const connectors::Configured& configured,
                  std::span<const ReplayEvent> group)
      : state_(state), lane_(lane), delivery_(delivery), configured_(configured) {
    for (const auto& [recorded, attachment] : group) {
      if (const auto* decided = std::get_if<events::SendDecided>(&recorded.event))
        decided_ = decided;
      else if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&recorded.event))
        known_to_ = dispatched->evidence;
      else if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&recorded.event))
        known_to_ = suppressed->evidence;
    }
    if (decided_)
      known_to_ = decided_->evidence;
  }

  Position consent_known_to() const override { return known_to_; }
  Position queue_known_to() const override { return known_to_; }
  Position undecided_opt_out() const override { return {}; }
  domain::AddressConsent consent_of(const AddressHash& address) const override {
    return {state_.consent_of(address), {}, {}};
  }
  domain::ConsentState consent_before(const AddressHash& address, Position input) const override {
    return state_.consent_before(address, input);
  }
  Position switched_off(const std::string& agent, events::Channel channel) const override {
    return state_.switched_off(agent, channel);
  }
  Position undecided_of(const ConnectorName&, Position) const override { return {}; }
  domain::SendFacts moment(const events::ActionIntended&) const override {
    domain::SendFacts out;
    if (!decided_)
      return out;
    out.now = from_rfc3339(decided_->decided_at).value_or(Timestamp{});
    out.answers = domain::quiet_hours_verdict(*decided_) == "answer";
    out.sent_in_day = decided_->sent_in_day;
    if (const auto& pacing = decided_->pacing) {
      out.answers = out.answers || pacing->answers;
      out.before = {pacing->sent_in_week, from_rfc3339(pacing->last_sent_at),
                    from_rfc3339(pacing->week_free_at)};
    }
    out.where.from = decided_->time_zone_from;
    if (!decided_->local_time.empty())
      out.where.clocks.push_back({decided_->time_zone, decided_->local_time});
    return out;
  }
  std::optional<domain::AttemptStep> next_step() const override {
    const auto step =
        connectors::next_step(configured_, lane_.lane, delivery_,
                              state_.attempt_of(lane_, delivery_), delivery_.last_event_at);
    return connectors::as_decided(step, connectors::hash_of(step));
  }

private:
  const ReplayState& state_;
  const ReplayLane& lane_;
  const domain::PendingDelivery& delivery_;
  const connectors::Configured& configured_;
  const events::SendDecided* decided_ = nullptr;
  Position known_to_;
};

Recomputation DecisionReplay::delivery(const Group& group, ReplayState& state) const {
  const auto* configured = state.configured(group.subject.target);
  if (!configured)
    return std::nullopt;
  const auto& lane = state.lane({group.subject.target, group.subject.contact});
  const auto& queue = lane.lane;
  const domain::AttemptContext context{group.first().tenant, hasher_, state.rules(), incarnation_};
  const auto* facts = domain::answer_facts(group.events.back().recorded.event);
  const auto answered =
      std::find_if(queue.pending.begin(), queue.pending.end(), [&](const auto& p) {
        return facts && p.intent.delivery == facts->delivery && p.dispatched;
      });
  if (answered == queue.pending.end()) {
    const auto next = domain::next_delivery(queue);
    if (!next)
      return std::vector<Event>{};
    const RecordedAttempt attempt(state, lane, queue.pending[next->index], *configured,
                                  group.events);
    auto begun = domain::begin_attempt(queue, *next, attempt, context);
    auto* events = std::get_if<std::vector<Event>>(&begun);
    return events ? std::move(*events) : std::vector<Event>{};
  }
  if (domain::is_abandoned(facts->answer))
    return domain::abandon_attempt(queue, *answered, context);
  auto attempt = state.attempt_of(lane, *answered);
  attempt.exchanges.push_back(
      {lane.step_name, connectors::judged_answer(facts->answer, group.events.back().attachment)});
  const auto step = connectors::as_decided(
      connectors::next_step(*configured, queue, *answered, attempt, answered->last_event_at));
  return domain::conclude_attempt(queue, *answered, step, facts->answer, state, context);
}

Recomputed DecisionReplay::judge(const Group& group, const Recomputation& recomputed) const {
  Recomputed out;
  if (!recomputed) {
    out.kind = Recomputed::Kind::not_recomputable;
    return out;
  }
  out.kind = group.first().rules == domain::rules_version ? Recomputed::Kind::same_rules
                                                          : Recomputed::Kind::older_rules;
  const auto count = std::max(group.events.size(), recomputed->size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto* was = i < group.events.size() ? &group.events[i].recorded : nullptr;
    const auto* now = i < recomputed->size() ? &(*recomputed)[i] : nullptr;
    if (was && now && was->event == *now)
      continue;
    const auto position =
        was ? was->envelope.position : group.events.back().recorded.envelope.position;
    out.difference = Difference{
        position,
        std::string("the ") + std::string(events::name_of(group.first().decider))
            + " decides otherwise about the input at position "
            + std::to_string(group.first().cause.value),
        was ? was->envelope.type : "nothing", now ? std::string(events::type_of(*now)) : "nothing"};
    break;
  }
  return out;
}

} // namespace

std::unique_ptr<Recomputer> make_recomputer(const KeyedHasher& hasher,
                                            const std::string& incarnation, Shard share) {
  return std::make_unique<DecisionReplay>(hasher, incarnation, share);
}

} // namespace tidemark::tools
