#include "domain/operations/trace_fold.hpp"

#include "base/crypto.hpp"
#include "base/overloaded.hpp"
#include "base/text/trace_context.hpp"
#include "domain/intake/input_backlog.hpp"
#include "events/format/stream_name.hpp"

namespace tidemark::domain {
namespace {

constexpr std::size_t span_id_digits = 16, trace_id_digits = 32;
/// Of older ones the log is asked.
constexpr std::size_t traces_kept = 20'000;
/// A request without an answer is one of a service that ended: its span is lost.
constexpr std::size_t requests_kept = 20'000;

std::string span_id(const std::string& of) {
  return sha256_hex(of).substr(0, span_id_digits);
}

struct AnswerSeen {
  const events::AnswerFacts* facts = nullptr;
  std::string_view outcome;
  bool failed = true;
};

std::optional<AnswerSeen> answer_in(const events::Event& event) {
  using Found = std::optional<AnswerSeen>;
  return std::visit(overloaded{
                        [](const events::DeliveryAccepted& e) -> Found {
                          return AnswerSeen{&e.facts, "accepted", false};
                        },
                        [](const events::ActionAccepted& e) -> Found {
                          return AnswerSeen{&e.facts, "accepted", false};
                        },
                        [](const events::DeliveryLookedUp& e) -> Found {
                          return AnswerSeen{&e.facts, "looked_up", false};
                        },
                        [](const events::DeliveryRetryScheduled& e) -> Found {
                          return AnswerSeen{&e.facts, "retrying"};
                        },
                        [](const events::DeliveryUnknown& e) -> Found {
                          return AnswerSeen{&e.facts, "unknown"};
                        },
                        [](const events::DeliveryRejected& e) -> Found {
                          return AnswerSeen{&e.facts, "rejected"};
                        },
                        [](const events::DeliveryDied& e) -> Found {
                          return AnswerSeen{&e.facts, "dead"};
                        },
                        [](const auto&) -> Found { return std::nullopt; },
                    },
                    event);
}

bool is_answer(std::string_view type) {
  return type == events::DeliveryAccepted::name || type == events::ActionAccepted::name
         || type == events::DeliveryLookedUp::name || type == events::DeliveryRetryScheduled::name
         || type == events::DeliveryUnknown::name || type == events::DeliveryRejected::name
         || type == events::DeliveryDied::name;
}

} // namespace

std::string request_span_id(const DeliveryId& delivery, std::uint32_t attempt, std::uint32_t step) {
  return span_id("request/" + delivery.value + "/" + std::to_string(attempt) + "/"
                 + std::to_string(step));
}

bool TraceFold::wants_header(std::string_view type) {
  return is_contact_decision(type);
}

bool TraceFold::wants_event(std::string_view type) {
  return type == events::WebhookReceived::name || type == events::WebhookInterpreted::name
         || type == events::DeliveryDispatched::name || is_answer(type);
}

/// The ids are over what no other installation's webhook has too.
TraceFold::Trace TraceFold::trace_of(const events::Envelope& envelope,
                                     const events::WebhookReceived& e) {
  if (e.trace && !is_sampled(e.trace->traceparent))
    return {};
  const auto own = envelope.tenant.value + "/" + std::to_string(envelope.position.value) + "/"
                   + to_rfc3339(envelope.recorded_at) + "/" + e.request_id;
  return {.id = e.trace ? std::string(trace_id_of(e.trace->traceparent))
                        : sha256_hex("trace/" + own).substr(0, trace_id_digits),
          .received = span_id("received/" + own),
          .decided = span_id("decided/" + own),
          .connector = e.connector,
          .received_at = envelope.recorded_at};
}

void TraceFold::keep(Position input, const Trace& trace) {
  traces_.insert_or_assign(input, trace);
  if (traces_.size() > traces_kept)
    traces_.erase(traces_.begin());
}

TraceFold::Trace TraceFold::trace_at(Position input, const Look& look) {
  if (const auto known = traces_.find(input); known != traces_.end())
    return known->second;
  Trace out;
  const auto recorded = look(input);
  if (recorded)
    if (const auto* webhook = std::get_if<events::WebhookReceived>(&recorded->event))
      out = trace_of(recorded->envelope, *webhook);
  keep(input, out);
  return out;
}

void TraceFold::take(const events::RecordHeader& header, const Look& look) {
  if (!undecided_.decided(header.cause))
    return;
  Span ending;
  ending.end = header.recorded_at;
  ending.tenant = TenantId(std::string(header.tenant));
  ending.position = header.position;
  ending.outcome = "decided";
  decided(header.cause, std::move(ending), look);
}

void TraceFold::take(const events::Recorded& recorded, const Look& look) {
  const auto& [envelope, event] = recorded;
  if (const auto* webhook = std::get_if<events::WebhookReceived>(&event))
    return received(envelope, *webhook);
  if (const auto* sent = std::get_if<events::DeliveryDispatched>(&event)) {
    if (requests_.size() >= requests_kept)
      requests_.erase(requests_.begin());
    requests_[sent->delivery] = {sent->attempt, sent->step, sent->step_name, envelope.recorded_at};
    return;
  }
  const auto* meaning = std::get_if<events::WebhookInterpreted>(&event);
  if (!meaning)
    return answered(recorded, look);
  if (!undecided_.interpreted(*meaning))
    return;
  Span ending;
  ending.end = envelope.recorded_at;
  ending.tenant = envelope.tenant;
  ending.position = envelope.position;
  ending.outcome = "decided";
  if (!meaning->skipped.empty()) {
    ending.outcome = name_of_enum(meaning->skipped.front().outcome);
    ending.reason = meaning->skipped.front().reason_code;
  }
  decided(meaning->webhook, std::move(ending), look);
}

void TraceFold::received(const events::Envelope& envelope, const events::WebhookReceived& e) {
  const auto trace = trace_of(envelope, e);
  keep(envelope.position, trace);
  if (trace.id.empty())
    return;
  spans_.push_back({.trace = trace.id,
                    .id = trace.received,
                    .parent = e.trace ? std::string(parent_id_of(e.trace->traceparent)) : "",
                    .kind = Span::Kind::server,
                    .name = "webhook received",
                    .begin = e.spooled_at.value_or(envelope.recorded_at),
                    .end = envelope.recorded_at,
                    .tenant = envelope.tenant,
                    .connector = e.connector,
                    .position = envelope.position,
                    .outcome = "stored"});
}

void TraceFold::decided(Position input, Span ending, const Look& look) {
  const auto trace = trace_at(input, look);
  if (trace.id.empty())
    return;
  ending.trace = trace.id;
  ending.id = trace.decided;
  ending.parent = trace.received;
  ending.name = "webhook decided";
  ending.begin = trace.received_at;
  ending.connector = trace.connector;
  spans_.push_back(std::move(ending));
}

void TraceFold::answered(const events::Recorded& recorded, const Look& look) {
  const auto answer = answer_in(recorded.event);
  if (!answer)
    return;
  const auto& facts = *answer->facts;
  const auto sent = requests_.find(facts.delivery);
  if (sent == requests_.end() || sent->second.attempt != facts.attempt
      || sent->second.step != facts.step)
    return; // nothing was sent, or before the start
  const auto request = std::move(sent->second);
  requests_.erase(sent);
  const auto& envelope = recorded.envelope;
  const auto trace = trace_at(envelope.correlation, look);
  if (trace.id.empty())
    return;
  spans_.push_back(
      {.trace = trace.id,
       .id = request_span_id(facts.delivery, facts.attempt, facts.step),
       .parent = trace.decided,
       .kind = Span::Kind::client,
       .name = "deliver " + request.step_name,
       .begin = request.at,
       .end = envelope.recorded_at,
       .tenant = envelope.tenant,
       .connector = ConnectorName(std::string(events::target_in(envelope.stream.value))),
       .position = envelope.position,
       .outcome = answer->outcome,
       .reason = facts.reason_code,
       .failed = answer->failed,
       .request =
           SpanRequest{facts.delivery, facts.attempt, facts.step, facts.answer.http_status}});
}

} // namespace tidemark::domain
