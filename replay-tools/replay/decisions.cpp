#include "replay-tools/replay/decisions.hpp"

#include "domain/decide.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

domain::Cause cause_of(const events::Envelope& about, Timestamp at, const DecidedWith& with) {
  return {about.cause, about.command_index, at, with.incarnation};
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

} // namespace

const domain::Translation* translation_of(ReplayInput& input, const ReplayState& state) {
  const auto* connector = domain::connector_behind(input.event);
  if (connector && !input.translation)
    input.translation =
        connectors::translate_input(state.configured(*connector), input.stored, input.event);
  return input.translation ? &*input.translation : nullptr;
}

std::optional<std::vector<domain::TaggedEvent>>
interpreted_again(const events::Envelope& about, ReplayState& state, const DecidedWith& with) {
  auto* input = state.input(about.cause);
  const auto* event = input ? &input->event : state.teaching(about.cause);
  if (!event)
    return std::nullopt;
  const auto* translation = input ? translation_of(*input, state) : nullptr;
  const auto cause =
      cause_of(about,
               input ? domain::received_at(*event, input->stored.envelope.recorded_at)
                     : state.taught_at(about.cause),
               with);
  return domain::interpret(*event, translation,
                           {about.tenant, with.hasher, state, cause, state.rules()});
}

std::optional<std::vector<events::Event>> decided_again(const events::Envelope& about,
                                                        const ContactId& contact,
                                                        ReplayState& state,
                                                        const DecidedWith& with) {
  const auto command = contact.value.empty() ? std::nullopt : command_behind(about, state);
  if (!command)
    return std::nullopt;
  const auto cause = cause_of(about, state.meaning(about.cause)->input_at, with);
  return domain::decide(state.contact(contact), *command, {contact, state.rules(), cause});
}

RecordedAttempt::RecordedAttempt(const ReplayState& state, const ReplayLane& lane,
                                 const domain::PendingDelivery& delivery,
                                 const connectors::Configured& configured,
                                 std::span<const ReplayEvent> recorded, const Moment& otherwise)
    : state_(state), lane_(lane), delivery_(delivery), configured_(configured),
      known_to_(otherwise.known_to), now_(otherwise.now) {
  for (const auto& [event, attachment] : recorded) {
    if (const auto* decided = std::get_if<events::SendDecided>(&event.event))
      decided_ = decided;
    else if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&event.event))
      known_to_ = dispatched->evidence;
    else if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&event.event))
      known_to_ = suppressed->evidence;
  }
  if (decided_)
    known_to_ = decided_->evidence;
}

domain::AddressConsent RecordedAttempt::consent_of(const AddressHash& address) const {
  return {state_.consent_of(address), {}, {}};
}

domain::ConsentState RecordedAttempt::consent_before(const AddressHash& address,
                                                     Position input) const {
  return state_.consent_before(address, input);
}

Position RecordedAttempt::switched_off(const std::string& agent, events::Channel channel) const {
  return state_.switched_off(agent, channel);
}

Position RecordedAttempt::undecided_of(const ConnectorName&, Position) const {
  return {};
}

domain::SendFacts RecordedAttempt::moment(const events::ActionIntended&) const {
  domain::SendFacts out;
  out.now = now_;
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

std::optional<domain::AttemptStep> RecordedAttempt::next_step() const {
  const auto step =
      connectors::next_step(configured_, lane_.lane, delivery_, state_.attempt_of(lane_, delivery_),
                            delivery_.last_event_at);
  return connectors::as_decided(step, connectors::hash_of(step));
}

std::vector<events::Event> concluded_again(const ReplayState& state, const ReplayLane& lane,
                                           const domain::PendingDelivery& delivery,
                                           const connectors::Configured& configured,
                                           const ReplayEvent& answered,
                                           const domain::AttemptContext& context) {
  const auto& queue = lane.lane;
  const auto& answer = domain::answer_facts(answered.recorded.event)->answer;
  if (domain::is_abandoned(answer))
    return domain::abandon_attempt(queue, delivery, context);
  auto attempt = state.attempt_of(lane, delivery);
  attempt.exchanges.push_back(
      {lane.step_name, connectors::judged_answer(answer, answered.attachment)});
  const auto step = connectors::as_decided(
      connectors::next_step(configured, queue, delivery, attempt, delivery.last_event_at));
  return domain::conclude_attempt(queue, delivery, step, answer, state, context);
}

std::optional<std::vector<events::Event>> attempted_again(std::span<const ReplayEvent> recorded,
                                                          const Subject& subject,
                                                          ReplayState& state,
                                                          const DecidedWith& with) {
  using Events = std::vector<events::Event>;
  const auto* configured = state.configured(subject.target);
  if (!configured)
    return std::nullopt;
  const auto& lane = state.lane({subject.target, subject.contact});
  const auto& queue = lane.lane;
  const domain::AttemptContext context{recorded.front().recorded.envelope.tenant, with.hasher,
                                       state.rules(), with.incarnation};
  const auto* facts = domain::answer_facts(recorded.back().recorded.event);
  const auto answered =
      std::find_if(queue.pending.begin(), queue.pending.end(), [&](const auto& p) {
        return facts && p.intent.delivery == facts->delivery && p.dispatched;
      });
  if (answered != queue.pending.end())
    return concluded_again(state, lane, *answered, *configured, recorded.back(), context);
  const auto next = domain::next_delivery(queue);
  if (!next)
    return Events{};
  const RecordedAttempt attempt(state, lane, queue.pending[next->index], *configured, recorded);
  auto begun = domain::begin_attempt(queue, *next, attempt, context);
  auto* events = std::get_if<Events>(&begun);
  return events ? std::move(*events) : Events{};
}

} // namespace tidemark::tools
