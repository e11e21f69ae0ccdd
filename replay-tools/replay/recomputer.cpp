#include "replay-tools/replay/recomputer.hpp"

#include "base/overloaded.hpp"
#include "domain/consent/send_addresses.hpp"
#include "domain/consent/send_gate.hpp"
#include "domain/decide.hpp"
#include "domain/identity/existing_record.hpp"
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
  Recomputation begin_attempt(const ReplayLane& lane, const connectors::Configured& configured,
                              const Group& group, const Event& recorded,
                              const ReplayState& state) const;
  std::vector<Event> with_news(const domain::PendingDelivery& pending,
                               std::vector<Event> conclusion) const;
  Recomputation answer(const TenantId& tenant, const ReplayLane& lane,
                       const connectors::Configured& configured, const events::AnswerFacts& facts,
                       std::string body, const ReplayState& state) const;
  Recomputed judge(const Group& group, const Recomputation& recomputed) const;
  domain::Cause cause_of(const events::Envelope& e, Timestamp at) const {
    return {e.cause, e.command_index, at, incarnation_};
  }
  bool is_suppressed(const TenantId& tenant, const domain::PendingDelivery& delivery,
                     const ReplayState& state) const;

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
  const auto* connector = connectors::connector_behind(input.event);
  if (connector && !input.translation)
    input.translation =
        connectors::translate_input(state.configured(*connector), input.stored, input.event);
  return input.translation ? &*input.translation : nullptr;
}

Recomputation DecisionReplay::interpreter(const Group& group, ReplayState& state) const {
  const auto& e = group.first();
  if (auto* input = state.input(e.cause)) {
    const auto cause = cause_of(e, input->stored.envelope.recorded_at);
    const domain::InterpreterContext context{e.tenant, hasher_, state, cause, state.rules()};
    if (auto requested = domain::interpret_request(input->event, context))
      return plain(*std::move(requested));
    const auto* translation = translation_of(*input, state);
    if (!translation)
      return std::nullopt;
    const bool page = std::holds_alternative<events::BackfillPageReceived>(input->event);
    const auto interpret = page ? domain::interpret_page : domain::interpret;
    return plain(interpret(*translation, *connectors::connector_behind(input->event), context));
  }
  const auto* answer = state.teaching(e.cause);
  if (!answer)
    return std::nullopt;
  const auto cause = cause_of(e, state.taught_at(e.cause));
  return plain(domain::interpret_answer(*answer, {e.tenant, hasher_, state, cause, state.rules()}));
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
  return domain::decide(state.contact(id), *command, id, state.rules(),
                        cause_of(e, state.meaning(e.cause)->input_at));
}

bool DecisionReplay::is_suppressed(const TenantId& tenant, const domain::PendingDelivery& delivery,
                                   const ReplayState& state) const {
  if (!domain::needs_consent(delivery))
    return false;
  const auto addresses = domain::addresses_of(delivery, tenant, hasher_);
  const bool written = domain::is_agents_message(delivery);
  return std::any_of(addresses.begin(), addresses.end(), [&](const Hash16& address) {
    const auto closes = [&](const domain::ConsentState& said) {
      return domain::gate_for(delivery, said).gate == domain::Gate::closed;
    };
    return closes(state.consent_of(address))
           || (written && closes(state.consent_before(address, delivery.correlation)));
  });
}

Position evidence_of(const Event& event) {
  if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&event))
    return dispatched->evidence;
  const auto* suppressed = std::get_if<events::DeliverySuppressed>(&event);
  return suppressed ? suppressed->evidence : Position{};
}

/// The gate's decision with the moment and the reading that were recorded: both are mechanics.
std::optional<events::SendDecided> gate_decision(const domain::PendingDelivery& pending,
                                                 bool closed, std::span<const ReplayEvent> group,
                                                 const domain::SyncRules& rules) {
  if (!domain::is_send(pending))
    return std::nullopt;
  domain::SendFacts facts;
  facts.consent = closed ? domain::Gate::closed : domain::Gate::open;
  for (const auto& [recorded, attachment] : group)
    if (const auto* was = std::get_if<events::SendDecided>(&recorded.event)) {
      facts.evidence = was->evidence;
      facts.now = from_rfc3339(was->decided_at).value_or(Timestamp{});
      facts.sent_in_day = was->sent_in_day;
      facts.where.from = was->time_zone_from;
      if (!was->local_time.empty())
        facts.where.clocks.push_back({was->time_zone, was->local_time});
    }
  if (closed)
    facts.closed_by = facts.evidence;
  return domain::decide_send(*pending.action, facts, rules.conversation.limits);
}

/// What the writer of a message is told stands before the conclusion (see the delivery actor).
std::vector<Event> DecisionReplay::with_news(const domain::PendingDelivery& pending,
                                             std::vector<Event> conclusion) const {
  const domain::Cause cause{pending.last_event, 0, pending.last_event_at, incarnation_};
  auto out = domain::told_to_writer(pending, conclusion.back(), cause);
  for (auto& event : conclusion)
    out.push_back(std::move(event));
  return out;
}

/// The first or next request of an attempt, or the reason why there is none. How far the log had
/// been read (evidence) is a mechanic and taken over.
Recomputation DecisionReplay::begin_attempt(const ReplayLane& lane,
                                            const connectors::Configured& configured,
                                            const Group& group, const Event& recorded,
                                            const ReplayState& state) const {
  const auto next = domain::next_delivery(lane.lane);
  if (!next)
    return std::vector<Event>{};
  const auto& pending = lane.lane.pending[next->index];
  const auto evidence = evidence_of(recorded);
  if (const auto why = domain::cancellation_reason(lane.lane, pending); why != Reason::none)
    return domain::suppress(lane.lane, *next, why, evidence);
  const bool closed = is_suppressed(group.first().tenant, pending, state);
  const auto gate = gate_decision(pending, closed, group.events, state.rules());
  if (gate && !gate->allowed) {
    std::vector<Event> out{*gate};
    for (auto& event :
         with_news(pending, domain::refuse_send(lane.lane, *next, gate->reason_code, evidence)))
      out.push_back(std::move(event));
    return out;
  }
  if (!gate && closed)
    return domain::suppress(lane.lane, *next, Reason::opted_out, evidence);
  const auto attempt = state.attempt_of(lane, pending);
  const auto step =
      connectors::next_step(configured, lane.lane, pending, attempt, pending.last_event_at);
  if (const auto* send = std::get_if<connectors::Send>(&step)) {
    auto out = domain::announce(lane.lane, *next, send->step, send->effect,
                                connectors::hash_of(send->request), evidence);
    if (gate)
      out.insert(out.begin(), *gate);
    return out;
  }
  const domain::Cause cause{pending.last_event, 0, pending.last_event_at, incarnation_};
  return with_news(
      pending, {domain::conclude(lane.lane, pending,
                                 std::get<connectors::Conclude>(step).delivery_result, {}, cause)});
}

Recomputation DecisionReplay::answer(const TenantId& tenant, const ReplayLane& lane,
                                     const connectors::Configured& configured,
                                     const events::AnswerFacts& facts, std::string body,
                                     const ReplayState& state) const {
  const auto pending =
      std::find_if(lane.lane.pending.begin(), lane.lane.pending.end(),
                   [&](const auto& p) { return p.intent.delivery == facts.delivery; });
  if (pending == lane.lane.pending.end())
    return std::vector<Event>{};
  const domain::Cause cause{pending->last_event, 0, pending->last_event_at, {}};
  if (facts.answer.transport == Reason::restart)
    return with_news(*pending, {domain::conclude(lane.lane, *pending,
                                                 {domain::DeliveryVerdict::unknown,
                                                  Reason::restarted_before_answer},
                                                 facts.answer, cause)});
  auto attempt = state.attempt_of(lane, *pending);
  attempt.exchanges.push_back(
      {lane.step_name, connectors::judged_answer(facts.answer, std::move(body))});
  const auto step =
      connectors::next_step(configured, lane.lane, *pending, attempt, pending->last_event_at);
  if (const auto* conclusion = std::get_if<connectors::Conclude>(&step))
    return with_news(*pending,
                     {domain::conclude(lane.lane, *pending,
                                       domain::unless_of_another(conclusion->delivery_result,
                                                                 *pending, tenant, hasher_, state),
                                       facts.answer, cause)});
  return std::vector{
      domain::looked_up(*pending, facts.answer, std::get<connectors::Send>(step).gone)};
}

const events::AnswerFacts* facts_in(const Event& event) {
  return std::visit(overloaded{
                        [](const events::DeliveryLookedUp& e) { return &e.facts; },
                        [](const events::DeliveryAccepted& e) { return &e.facts; },
                        [](const events::ActionAccepted& e) { return &e.facts; },
                        [](const events::DeliveryRejected& e) { return &e.facts; },
                        [](const events::DeliveryUnknown& e) { return &e.facts; },
                        [](const events::DeliveryRetryScheduled& e) { return &e.facts; },
                        [](const events::DeliveryDied& e) { return &e.facts; },
                        [](const auto&) -> const events::AnswerFacts* { return nullptr; },
                    },
                    event);
}

Recomputation DecisionReplay::delivery(const Group& group, ReplayState& state) const {
  const auto* configured = state.configured(group.subject.target);
  if (!configured)
    return std::nullopt;
  const auto& lane = state.lane({group.subject.target, group.subject.contact});
  const auto& last = group.events.back().recorded.event;
  const auto* facts = facts_in(last);
  const bool answered =
      facts && std::any_of(lane.lane.pending.begin(), lane.lane.pending.end(), [&](const auto& p) {
        return p.intent.delivery == facts->delivery && p.dispatched;
      });
  if (!answered)
    return begin_attempt(lane, *configured, group, last, state);
  return answer(group.first().tenant, lane, *configured, *facts, group.events.back().attachment,
                state);
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
