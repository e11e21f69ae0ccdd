#include "actors/connector/flow_log.hpp"
#include "actors/delivery/delivery_actor.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "actors/lookup/identity_lookup.hpp"
#include "actors/lookup/send_facts.hpp"
#include "domain/consent/send_addresses.hpp"
#include "domain/consent/send_gate.hpp"
#include "domain/identity/existing_record.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/tags.hpp"

/// What the delivery actor does with the lane whose turn it is: asks the pure cores, and records
/// what they say.
namespace tidemark::actors {
namespace {

/// Stored of an answer: what is looked through is needed whole, of another the beginning will do.
std::size_t vendor_answer_bytes_max(bool effect) {
  return std::size_t{effect ? 64U : 1024U} * 1024;
}

} // namespace

/// The gate's decision about a message; nothing while the verdict is still to come.
Result<std::optional<events::SendDecided>>
DeliveryState::pass_gate(const ConsentVerdict& verdict, const domain::PendingDelivery& delivery) {
  auto facts = send_facts(*context_, verdict, *delivery.action, now_);
  if (!facts)
    return facts.error();
  if (*facts && (*facts)->consent == domain::Gate::open && domain::is_agents_message(delivery)) {
    TRY(closed_by, closed_when_written(*context_, delivery));
    if (closed_by.value != 0) {
      (*facts)->consent = domain::Gate::closed;
      (*facts)->closed_by = (*facts)->evidence = closed_by;
    }
  }
  using Decided = std::optional<events::SendDecided>;
  return *facts ? Decided(
             domain::decide_send(*delivery.action, **facts, context_->rules.conversation.limits))
                : Decided();
}

/// Final: whoever wrote the message is told that it did not leave.
void DeliveryState::refuse(const ContactId& contact, Lane& lane, const domain::NextDelivery& next,
                           events::SendDecided decided) {
  const auto& delivery = lane.state.pending[next.index];
  const auto reason = decided.reason_code;
  const auto evidence = decided.evidence;
  std::vector<events::Event> out;
  out.emplace_back(std::move(decided));
  auto suppressed = domain::refuse_send(lane.state, next, reason, evidence);
  append_with_news(out, delivery, std::move(suppressed));
  record(contact, lane, delivery, std::move(out));
}

/// The conclusion stays last: the answer's body belongs to it.
void DeliveryState::append_with_news(std::vector<events::Event>& out,
                                     const domain::PendingDelivery& delivery,
                                     std::vector<events::Event> conclusion) const {
  const domain::Cause cause{delivery.last_event, 0, delivery.last_event_at, context_->incarnation};
  for (auto& news : domain::told_to_writer(delivery, conclusion.back(), cause))
    out.push_back(std::move(news));
  for (auto& event : conclusion)
    out.push_back(std::move(event));
}

void DeliveryState::begin(const ContactId& contact, Lane& lane, const domain::NextDelivery& next) {
  gate_.reset();
  const auto& delivery = lane.state.pending[next.index];
  if (const auto why = domain::cancellation_reason(lane.state, delivery); why != Reason::none)
    return record(contact, lane, delivery, domain::suppress(lane.state, next, why, known_to(lane)));
  auto verdict = check_consent(*context_, delivery, decided_);
  if (!verdict)
    return fail(verdict.error());
  // Help is given whatever else the person may have meant (requirement E6.5).
  if (const auto* in_review = std::get_if<InReview>(&*verdict);
      in_review && domain::is_send(delivery) && delivery.action->purpose == "help")
    *verdict = Clear{{}, in_review->evidence};
  if (domain::is_send(delivery)) {
    auto decided = pass_gate(*verdict, delivery);
    if (!decided)
      return fail(decided.error());
    if (*decided && !(*decided)->allowed)
      return refuse(contact, lane, next, std::move(**decided));
    if (*decided) {
      gate_ = std::move(**decided);
      if (std::holds_alternative<OptedOut>(*verdict))
        *verdict = Clear{{}, gate_->evidence};
    }
  }
  if (const auto* opted_out = std::get_if<OptedOut>(&*verdict))
    return record(contact, lane, delivery,
                  domain::suppress(lane.state, next, Reason::opted_out, opted_out->evidence));
  if (std::holds_alternative<InReview>(*verdict)) {
    lanes_.erase(contact); // the person's word comes as an event about the contact
    return;
  }
  if (const auto* undecided = std::get_if<Undecided>(&*verdict)) {
    (undecided->opt_outs_only ? undecided_opt_outs_ : undecided_)
        .emplace(undecided->until, contact);
    lanes_.erase(contact);
    return;
  }
  if (!may_go_on(delivery, lane)) {
    lanes_.erase(contact);
    ready_.push(contact, false);
    return;
  }
  auto input = read_attempt(context_->log(), delivery);
  if (!input)
    return fail(input.error());
  auto step = connectors::next_step(credential_.configured(), lane.state, delivery, *input, now_);
  if (auto* send = std::get_if<connectors::Send>(&step))
    return announce(contact, lane, next, std::move(*send), std::get<Clear>(*verdict));
  const domain::Cause why{delivery.last_event, 0, delivery.last_event_at, context_->incarnation};
  conclude(contact, lane, delivery,
           domain::conclude(lane.state, delivery,
                            std::get<connectors::Conclude>(step).delivery_result, {}, why),
           {});
}

void DeliveryState::announce(const ContactId& contact, Lane& lane, const domain::NextDelivery& next,
                             connectors::Send send, const Clear& clear) {
  const auto& delivery = lane.state.pending[next.index];
  // The hash is over the request without secrets, so that a replay can make it again.
  const auto& configured = credential_.configured();
  const connectors::Configured bare{configured.connector, configured.settings.redacted()};
  auto input = read_attempt(context_->log(), delivery);
  if (!input)
    return fail(input.error());
  const auto shown =
      connectors::next_step(bare, lane.state, delivery, *input, delivery.last_event_at);
  const auto* shown_send = std::get_if<connectors::Send>(&shown);
  const auto hash = shown_send ? connectors::hash_of(shown_send->request) : std::string();
  auto events = domain::announce(lane.state, next, send.step, send.effect, hash, clear.evidence);
  if (gate_)
    events.insert(events.begin(), *std::exchange(gate_, std::nullopt));
  lane.call = HttpCall{std::move(send.request), destination_->timeout,
                       vendor_answer_bytes_max(send.effect), destination_->allow_loopback_http};
  lane.credential = credential_.version();
  auto conditions = clear.conditions;
  conditions.push_back(no_newer_pause(target_, flow_));
  record(contact, lane, delivery, std::move(events), {}, std::move(conditions));
}

/// The process ended between a dispatch and its answer: it may have taken effect (invariant I9).
void DeliveryState::abandon_in_flight(const ContactId& contact, Lane& lane,
                                      const domain::PendingDelivery& delivery) {
  events::VendorAnswer answer;
  answer.transport = Reason::restart;
  const domain::Cause cause{delivery.last_event, 0, delivery.last_event_at, context_->incarnation};
  conclude(contact, lane, delivery,
           domain::conclude(lane.state, delivery,
                            {domain::DeliveryVerdict::unknown, Reason::restarted_before_answer},
                            answer, cause),
           {});
}

/// A due time is an input of its own, the cause of the next attempt (rule 6).
void DeliveryState::fire_retry_timer(const ContactId& contact, Lane& lane,
                                     const domain::PendingDelivery& delivery) {
  const auto stream = events::delivery_stream(target_, contact);
  const auto version = context_->log().version_of(context_->tenant, stream);
  if (!version)
    return fail(version.error());
  storage::Append append;
  append.tenant = context_->tenant;
  append.correlation = delivery.correlation;
  append.expected.push_back({stream, *version});
  append.events.push_back({stream,
                           events::TimerDue{"delivery_retry", delivery.intent.delivery.value},
                           {events::contact_tag(contact)},
                           {}});
  submit(contact, lane, std::move(append));
}

/// What an answer, or its absence, led to, with what others have to hear of it.
void DeliveryState::conclude(const ContactId& contact, Lane& lane,
                             const domain::PendingDelivery& delivery, events::Event conclusion,
                             std::string attachment,
                             std::vector<storage::TagCondition> conditions) {
  std::vector<events::Event> out;
  append_with_news(out, delivery, {std::move(conclusion)});
  record(contact, lane, delivery, std::move(out), std::move(attachment), std::move(conditions));
}

void DeliveryState::record(const ContactId& contact, Lane& lane,
                           const domain::PendingDelivery& delivery,
                           std::vector<events::Event> events, std::string attachment,
                           std::vector<storage::TagCondition> conditions) {
  storage::Append append;
  append.tenant = context_->tenant;
  append.cause = delivery.last_event;
  append.correlation = delivery.correlation;
  append.decider = events::Decider::delivery;
  append.rules = domain::rules_version;
  append.nothing_newer = std::move(conditions);
  // All of the lane's own stream stands under this tag too: its version needs no condition.
  append.nothing_newer.push_back({events::contact_tag(contact), known_to(lane)});
  const auto stream = events::delivery_stream(target_, contact);
  for (auto& event : events)
    append.events.push_back({stream, std::move(event), {events::contact_tag(contact)}, {}});
  append.events.back().attachment = std::move(attachment);
  submit(contact, lane, std::move(append));
}

/// Whose a found record is, as far as identity knows, and that nobody learns otherwise meanwhile.
Result<DeliveryState::Owned>
DeliveryState::unless_of_another(domain::DeliveryResult delivery_result,
                                 const domain::PendingDelivery& delivery) const {
  const auto tag =
      domain::tag_of_found(delivery_result, target_, context_->tenant, context_->hasher);
  if (!tag)
    return Owned{std::move(delivery_result), {}};
  const auto read_to = context_->log().durable();
  IdentityLookup identity(*context_);
  Owned out{domain::unless_of_another(std::move(delivery_result), delivery, context_->tenant,
                                      context_->hasher, identity),
            {{*tag, read_to}}};
  TRYV(identity.take_error());
  return out;
}

/// Judges the answer against everything recorded about the contact so far.
void DeliveryState::record_answer(const ContactId& contact, Lane& lane) {
  const auto next = domain::next_delivery(lane.state);
  // An actor that is told to end may still get its answer when its successor has sent the next
  // request: what that one led to is not known by this answer.
  if (!next || !lane.state.pending[next->index].dispatched
      || lane.state.pending[next->index].last_event != lane.sent)
    return fail({"answer_without_dispatch", "an answer came for which no dispatch is recorded"});
  const auto& delivery = lane.state.pending[next->index];
  auto input = read_attempt(context_->log(), delivery);
  if (!input)
    return fail(input.error());
  input->exchanges.push_back({step_name_of(context_->log(), delivery), lane.answer->answer});
  const auto step =
      connectors::next_step(credential_.configured(), lane.state, delivery, *input, now_);
  const auto* conclusion = std::get_if<connectors::Conclude>(&step);
  const domain::Cause cause{delivery.last_event, 0, delivery.last_event_at, context_->incarnation};
  const auto recorded = recorded_answer(*lane.answer);
  Owned judged;
  if (conclusion) {
    auto owned = unless_of_another(conclusion->delivery_result, delivery);
    if (!owned)
      return fail(owned.error());
    judged = *std::move(owned);
  }
  auto event = conclusion
                   ? domain::conclude(lane.state, delivery, judged.delivery_result, recorded, cause)
                   : domain::looked_up(delivery, recorded, std::get<connectors::Send>(step).gone);
  const auto* retry = std::get_if<events::DeliveryRetryScheduled>(&event);
  const bool refreshes = retry && retry->refresh_token;
  lane.reason_code = judged.delivery_result.reason_code;
  lane.sign = domain::sign_of(recorded, lane.reason_code, refreshes);
  // At each refusal: what is tried for days, as an opt-out is, may see the token replaced twice.
  if (refreshes || lane.reason_code == Reason::unauthorized)
    credential_.refused(lane.credential);
  conclude(contact, lane, delivery, std::move(event), lane.answer->answer.body,
           std::move(judged.conditions));
}

} // namespace tidemark::actors
