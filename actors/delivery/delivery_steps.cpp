#include "actors/connector/flow_log.hpp"
#include "actors/delivery/delivery_actor.hpp"
#include "actors/lookup/attempt_lookup.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "actors/lookup/identity_lookup.hpp"
#include "base/text/trace_context.hpp"
#include "domain/identity/existing_record.hpp"
#include "domain/operations/span.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

/// What the delivery actor does with the lane whose turn it is: fetches the facts, has
/// domain/attempt.hpp decide, and records that.
namespace tidemark::actors {
namespace {

/// Stored of an answer: what is looked through is needed whole, of another the beginning will do.
std::size_t vendor_answer_bytes_max(bool effect) {
  return std::size_t{effect ? 64U : 1024U} * 1024;
}

/// The span that the request is in the exported trace (domain/operations/trace_fold.hpp).
std::string span_of_request(const std::vector<events::Event>& begun) {
  for (const auto& event : begun)
    if (const auto* sent = std::get_if<events::DeliveryDispatched>(&event))
      return domain::request_span_id(sent->delivery, sent->attempt, sent->step);
  return {};
}

} // namespace

domain::AttemptContext DeliveryState::attempt_context() const {
  return {context_->tenant, context_->hasher, context_->rules, context_->incarnation};
}

/// The connector's next step; the request that it asks for is put into `send`.
Result<std::optional<domain::AttemptStep>>
DeliveryState::next_step(const Lane& lane, const domain::PendingDelivery& delivery,
                         std::optional<connectors::Send>& send) const {
  if (!may_go_on(delivery, lane))
    return std::optional<domain::AttemptStep>();
  TRY(input, read_attempt(context_->log(), delivery));
  const auto& configured = credential_.configured();
  auto step = connectors::next_step(configured, lane.state, delivery, input, now_);
  auto* request = std::get_if<connectors::Send>(&step);
  if (!request)
    return std::optional(connectors::as_decided(step));
  // The hash is over the request without secrets, so that a replay can make it again.
  const connectors::Configured bare{configured.connector, configured.settings.redacted()};
  const auto shown =
      connectors::next_step(bare, lane.state, delivery, input, delivery.last_event_at);
  auto decided = connectors::as_decided(step, connectors::hash_of(shown));
  send = std::move(*request);
  return std::optional(std::move(decided));
}

/// The trace of the webhook that led to it goes on, where the system takes it. The hash of a
/// request is over no headers: replays need no trace.
Status DeliveryState::add_trace(const domain::PendingDelivery& delivery, const std::string& span,
                                connectors::HttpRequest& request) const {
  if (!destination_->configured.connector->takes_trace || delivery.correlation == Position{})
    return Done{};
  TRY(root, storage::recorded_event(context_->log(), delivery.correlation));
  const auto* webhook = std::get_if<events::WebhookReceived>(&root.event);
  if (webhook && webhook->trace)
    request.headers.emplace_back("traceparent", traceparent_of(webhook->trace->traceparent, span));
  return Done{};
}

void DeliveryState::begin(const ContactId& contact, Lane& lane, const domain::NextDelivery& next) {
  const auto& delivery = lane.state.pending[next.index];
  std::optional<connectors::Send> send;
  AttemptLookup facts(*context_, decided_, known_to(lane), now_,
                      [&] { return next_step(lane, delivery, send); });
  auto begun = domain::begin_attempt(lane.state, next, facts, attempt_context());
  if (!facts.error())
    return fail(facts.error().error());
  if (const auto* waits = std::get_if<domain::AttemptWaits>(&begun))
    return wait(contact, *waits);
  auto conditions = facts.take_conditions(send.has_value());
  auto& events = std::get<std::vector<events::Event>>(begun);
  if (send) {
    if (const auto added = add_trace(delivery, span_of_request(events), send->request); !added)
      return fail(added.error());
    lane.call = HttpCall{std::move(send->request), destination_->timeout,
                         vendor_answer_bytes_max(send->effect), destination_->allow_loopback_http};
    lane.credential = credential_.version();
    lane.step = send->step;
    for (auto& condition : no_newer_pause(target_, flow_))
      conditions.push_back(std::move(condition));
  }
  record(contact, lane, delivery, std::move(events), {}, std::move(conditions));
}

/// The lane is read anew when its time has come.
void DeliveryState::wait(const ContactId& contact, const domain::AttemptWaits& waits) {
  using For = domain::AttemptWaits::For;
  lanes_.erase(contact);
  if (waits.what == For::turn)
    ready_.push(contact, domain::Turn::other);
  else if (waits.what != For::review) // the person's word comes as an event about the contact
    (waits.what == For::opt_out_inputs ? undecided_opt_outs_
     : waits.what == For::imports      ? undecided_imports_
                                       : undecided_)
        .emplace(waits.until, contact);
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

/// Decides about the answer by everything recorded about the contact so far.
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
  const auto step = connectors::as_decided(
      connectors::next_step(credential_.configured(), lane.state, delivery, *input, now_));
  const auto recorded = recorded_answer(*lane.answer);
  const auto* result = std::get_if<domain::DeliveryResult>(&step);
  std::vector<storage::TagCondition> conditions;
  if (result) // whose a found record is, nobody may learn otherwise meanwhile
    if (const auto tag = domain::tag_of_found(*result, target_, context_->tenant, context_->hasher))
      conditions.push_back({*tag, context_->log().durable()});
  IdentityLookup identity(*context_);
  auto events =
      domain::conclude_attempt(lane.state, delivery, step, recorded, identity, attempt_context());
  if (const auto looked_up = identity.take_error(); !looked_up)
    return fail(looked_up.error());
  const auto* retry = std::get_if<events::DeliveryRetryScheduled>(&events.back());
  const bool refreshes = retry && retry->refresh_token;
  lane.reason_code = result ? domain::answer_facts(events.back())->reason_code : Reason::none;
  lane.sign = domain::sign_of(recorded, lane.reason_code, refreshes);
  lane.failed = result && result->verdict != domain::DeliveryVerdict::accepted;
  take_sign({.http_status = recorded.http_status,
             .reason_code = lane.reason_code,
             .understood = !result || result->verdict == domain::DeliveryVerdict::accepted,
             .renewing = refreshes,
             .forwarded = delivery.intent.forward != Position{}});
  // At each refusal: what is tried for days, as an opt-out is, may see the token replaced twice.
  if (refreshes || lane.reason_code == Reason::unauthorized)
    credential_.refused(lane.credential);
  record(contact, lane, delivery, std::move(events), lane.answer->answer.body,
         std::move(conditions));
}

} // namespace tidemark::actors
