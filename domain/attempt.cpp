#include "domain/attempt.hpp"

#include "base/overloaded.hpp"
#include "domain/consent/send_addresses.hpp"
#include "domain/conversations/agent_flags.hpp"
#include "domain/identity/existing_record.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::domain {
namespace {

using events::Event;
using Events = std::vector<Event>;

Events join(Events first, Events second) {
  std::move(second.begin(), second.end(), std::back_inserter(first));
  return first;
}

Cause cause_of(const PendingDelivery& delivery, const AttemptContext& context) {
  return {delivery.last_event, 0, delivery.last_event_at, context.incarnation};
}

/// Why the delivery ended without the message having left, as far as is known; none when it did not
/// end that way.
Reason failure_in(const Event& conclusion) {
  if (const auto* suppressed = std::get_if<events::DeliverySuppressed>(&conclusion))
    return suppressed->reason_code;
  if (const auto* rejected = std::get_if<events::DeliveryRejected>(&conclusion))
    return rejected->facts.reason_code;
  const auto* died = std::get_if<events::DeliveryDied>(&conclusion);
  return died ? died->facts.reason_code : Reason::none;
}

/// A message that an agent wrote came to nothing: its system shows it as failed. Nothing while it
/// may have left all the same.
Events told_to_writer(const PendingDelivery& delivery, const Event& conclusion,
                      const AttemptContext& context) {
  if (!is_send(delivery) || !delivery.action->message->to_be_sent)
    return {};
  const auto why = failure_in(conclusion);
  if (why == Reason::none)
    return {};
  const auto& message = *delivery.action->message;
  events::ActionIntended out;
  out.delivery = delivery_id_from(cause_of(delivery, context),
                                  ConnectorName(message.source.value + "/status"), 0);
  out.contact = delivery.intent.contact;
  out.target = message.source;
  out.action = events::Action::set_status;
  out.shown_as = message.message_id;
  out.needs_record = false;
  out.message = events::MessageFacts{};
  out.message->source = message.source;
  out.message->message_id = message.message_id;
  out.message->status = events::MessageStatus::failed;
  // The writer has no status for "nobody knows": whoever reads it decides whether to write again.
  out.message->error_text = why == Reason::opted_out ? "opted out"
                            : why == Reason::outcome_unknown_not_repeated
                                ? "it is not known whether it was sent"
                                : "not sent: " + std::string(name_of(why));
  return {std::move(out)};
}

/// The conclusion stays last: the answer's body belongs to it.
Events with_news(const PendingDelivery& delivery, Events conclusion,
                 const AttemptContext& context) {
  auto news = told_to_writer(delivery, conclusion.back(), context);
  return join(std::move(news), std::move(conclusion));
}

/// The attempt ends with this result.
Events end_with(const DeliveryQueue& queue, const PendingDelivery& delivery,
                const DeliveryResult& result, events::VendorAnswer answer,
                const AttemptContext& context) {
  return with_news(
      delivery, {conclude(queue, delivery, result, std::move(answer), cause_of(delivery, context))},
      context);
}

/// The gate refuses the message: it is suppressed, unless an earlier attempt may have sent it. Then
/// nobody can say that it did not leave, only that it is not sent again.
Events refuse(const DeliveryQueue& queue, const NextDelivery& next,
              const events::SendDecided& decided, const AttemptContext& context) {
  const auto& delivery = queue.pending[next.index];
  return join(
      {decided},
      delivery.after_unknown
          ? end_with(queue, delivery,
                     {DeliveryVerdict::rejected, Reason::outcome_unknown_not_repeated}, {}, context)
          : with_news(delivery, suppress(queue, next, decided.reason_code, decided.evidence),
                      context));
}

/// What stands against a delivery, and the statement that says so.
struct ConsentVerdict {
  Gate gate = Gate::open;
  Position evidence; ///< of an open one: known up to here
};

using Verdict = std::variant<ConsentVerdict, AttemptWaits>;

/// By all addresses that the delivery knows, and by opt-outs whose person is not known before they
/// are decided.
Verdict consent_for(const PendingDelivery& delivery, const AttemptFacts& facts,
                    const AttemptContext& context) {
  using For = AttemptWaits::For;
  const ConsentVerdict open{Gate::open, facts.consent_known_to()};
  if (!needs_consent(delivery))
    return open;
  if (const auto until = facts.undecided_opt_out(); until.value != 0)
    return AttemptWaits{For::opt_out_inputs, until};
  for (const auto& address : addresses_of(delivery, context.tenant, context.hasher)) {
    const auto said = facts.consent_of(address);
    const auto verdict = gate_for(delivery, said.state);
    if (verdict.gate == Gate::closed)
      return ConsentVerdict{Gate::closed, verdict.evidence};
    if (said.undecided.value != 0)
      return AttemptWaits{For::inputs, said.undecided};
    if (said.undecided_import.value != 0)
      return AttemptWaits{For::imports, said.undecided_import};
    if (verdict.gate == Gate::open)
      continue;
    if (is_send(delivery) && is_help(*delivery.action))
      return ConsentVerdict{Gate::open, verdict.evidence};
    return AttemptWaits{For::review, verdict.evidence};
  }
  return open;
}

/// The statement that had closed an address when the message came in, 0 when all were open. Whoever
/// wrote it was told that it does not leave, and that is final, whatever was said since.
Position closed_when_written(const PendingDelivery& delivery, const AttemptFacts& facts,
                             const AttemptContext& context) {
  for (const auto& address : addresses_of(delivery, context.tenant, context.hasher)) {
    const auto then = gate_for(delivery, facts.consent_before(address, delivery.correlation));
    if (then.gate == Gate::closed)
      return then.evidence;
  }
  return {};
}

/// The flag that keeps what its writer sends in the channel from leaving.
std::optional<events::FlagRuling> flag_against(const events::MessageFacts& message,
                                               const AttemptFacts& facts,
                                               const AttemptContext& context) {
  for (auto& name : names_of_writer(context.rules.placement, message.agent))
    if (const auto set = facts.switched_off(name, message.channel); set != Position{})
      return events::FlagRuling{std::move(name), set};
  return std::nullopt;
}

events::SendDecided pass_gate(const PendingDelivery& delivery, const ConsentVerdict& consent,
                              const AttemptFacts& facts, const AttemptContext& context) {
  auto about = facts.moment(*delivery.action);
  about.consent = consent.gate;
  about.evidence = consent.evidence;
  if (consent.gate == Gate::closed)
    about.closed_by = consent.evidence;
  else if (is_agents_message(delivery))
    if (const auto by = closed_when_written(delivery, facts, context); by.value != 0) {
      about.consent = Gate::closed;
      about.closed_by = about.evidence = by;
    }
  if (is_agents_message(delivery))
    about.flag = flag_against(*delivery.action->message, facts, context);
  return decide_send(*delivery.action, about, context.rules.conversation.limits);
}

/// A system that cannot be asked whether it has the person may just have told of its own record:
/// what came before the intent is decided before a record is made, or it would hold the person
/// twice. Nobody can know of what comes behind.
std::optional<AttemptWaits> waits_for_word_of(const PendingDelivery& delivery,
                                              const AttemptFacts& facts, const SyncRules& rules) {
  const bool makes = !delivery.action && delivery.intent.operation == events::Operation::create;
  if (!makes || delivery.attempt > 0)
    return std::nullopt;
  const auto* system = rules.find(delivery.intent.target);
  if (!system || system->capabilities.found_by_address)
    return std::nullopt;
  const auto undecided = facts.undecided_of(system->name, delivery.intent_at);
  return undecided.value == 0 ? std::nullopt
                              : std::optional(AttemptWaits{AttemptWaits::For::inputs, undecided});
}

} // namespace

Timestamp waits_until(const DeliveryQueue& queue, const NextDelivery& next) {
  const auto& delivery = queue.pending[next.index];
  const bool waits =
      next.superseded.empty() && cancellation_reason(queue, delivery) == Reason::none;
  return waits ? due_at(delivery) : Timestamp{};
}

std::variant<Events, AttemptWaits> begin_attempt(const DeliveryQueue& queue,
                                                 const NextDelivery& next,
                                                 const AttemptFacts& facts,
                                                 const AttemptContext& context) {
  const auto& delivery = queue.pending[next.index];
  if (const auto why = cancellation_reason(queue, delivery); why != Reason::none)
    return suppress(queue, next, why, facts.queue_known_to());
  const auto verdict = consent_for(delivery, facts, context);
  if (const auto* waits = std::get_if<AttemptWaits>(&verdict))
    return *waits;
  const auto& consent = std::get<ConsentVerdict>(verdict);
  auto evidence = consent.evidence;
  Events out;
  if (is_send(delivery)) {
    auto decided = pass_gate(delivery, consent, facts, context);
    evidence = decided.evidence;
    if (!decided.allowed)
      return refuse(queue, next, decided, context);
    out.emplace_back(std::move(decided));
  } else if (consent.gate == Gate::closed) {
    return suppress(queue, next, Reason::opted_out, evidence);
  }
  if (const auto waits = waits_for_word_of(delivery, facts, context.rules))
    return *waits;
  auto step = facts.next_step();
  if (!step)
    return AttemptWaits{};
  if (auto* result = std::get_if<DeliveryResult>(&*step)) // nothing leaves: the gate was not passed
    return end_with(queue, delivery, *result, {}, context);
  const auto& request = std::get<RequestStep>(*step);
  return join(std::move(out),
              announce(queue, next, request.name, request.effect, request.sha256, evidence));
}

Events conclude_attempt(const DeliveryQueue& queue, const PendingDelivery& delivery,
                        const AttemptStep& step, events::VendorAnswer answer,
                        const IdentityFacts& identity, const AttemptContext& context) {
  if (const auto* request = std::get_if<RequestStep>(&step))
    return {looked_up(delivery, std::move(answer), request->gone)};
  const auto result = unless_of_another(std::get<DeliveryResult>(step), delivery, context.tenant,
                                        context.hasher, identity);
  return end_with(queue, delivery, result, std::move(answer), context);
}

Events abandon_attempt(const DeliveryQueue& queue, const PendingDelivery& delivery,
                       const AttemptContext& context) {
  events::VendorAnswer answer;
  answer.transport = Reason::restart;
  return end_with(queue, delivery, {DeliveryVerdict::unknown, Reason::restarted_before_answer},
                  std::move(answer), context);
}

bool is_abandoned(const events::VendorAnswer& answer) {
  return answer.transport == Reason::restart;
}

const events::AnswerFacts* answer_facts(const Event& event) {
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

} // namespace tidemark::domain
