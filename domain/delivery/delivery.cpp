#include "domain/delivery/delivery.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "domain/delivery/retry.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

using events::Event;

void supersede(std::vector<Event>& out, const DeliveryQueue& lane, const NextDelivery& next) {
  TIDEMARK_INVARIANT(next.index < lane.pending.size(), "the next delivery of a queue");
  const auto& by = lane.pending[next.index].intent.delivery;
  for (auto index : next.superseded) {
    TIDEMARK_INVARIANT(index < next.index,
                       lane.pending[next.index].intent_at); // older, and another
    out.emplace_back(events::DeliverySuperseded{lane.pending[index].intent.delivery,
                                                lane.pending[index].intent_at, by});
  }
}

events::AnswerFacts facts_of(const PendingDelivery& p, Reason reason_code,
                             events::VendorAnswer answer, std::string detail = {}) {
  return {.delivery = p.intent.delivery,
          .intent = p.intent_at,
          .attempt = p.attempt,
          .step = p.step,
          .reason_code = reason_code,
          .answer = std::move(answer),
          .detail = std::move(detail)};
}

Event accepted(const DeliveryQueue& lane, const PendingDelivery& p, const DeliveryResult& j,
               events::AnswerFacts facts) {
  events::DeliveryAccepted out;
  out.facts = std::move(facts);
  out.contact = p.intent.contact;
  out.target = p.intent.target;
  auto known = lane.remote_id.value.empty() ? p.intent.remote_id : lane.remote_id;
  if (known == p.intent.replaces)
    known = {}; // the new record's id is not known before it is told or seen
  out.remote_id = j.remote_id.value.empty() ? known : j.remote_id;
  // Its own webhook may have told of a new record before; that it takes another's place is news.
  const bool takes_place = !p.intent.replaces.value.empty() && j.remote_id != p.intent.replaces;
  out.learned_id = !j.remote_id.value.empty() && (j.remote_id != known || takes_place);
  out.replaces = !p.intent.replaces.value.empty() ? p.intent.replaces
                 : out.learned_id && p.intent.operation == events::Operation::update ? known
                                                                                     : RemoteId{};
  if (j.found) { // also where its own webhook has told of it: what waited is planned anew by its
                 // word
    out.learned_id = true;
    out.fields = j.fields.value_or(events::FieldSet{});
    return out;
  }
  for (const auto& [field, value] : p.intent.fields) {
    const auto* shown = j.fields ? j.fields->find(field) : nullptr;
    out.fields.set(field, shown ? *shown : value.reveal());
  }
  return out;
}

/// An opt-out or opt-in, told by a call or by a body that shows the mark.
bool tells_consent(const PendingDelivery& p) {
  return (p.action && is_consent(*p.action)) || shows_mark(p.intent);
}

Timestamp try_again_at(const PendingDelivery& p, const events::VendorAnswer& answer,
                       const Cause& cause) {
  // The answer came `milliseconds` after the dispatch; both are recorded, so a replay agrees.
  return domain::try_again_at(p.intent.delivery, p.attempt, answer.retry_after,
                              cause.now + std::chrono::milliseconds{answer.milliseconds},
                              tells_consent(p) ? consent_back_off_max : back_off_max);
}

/// One refusal is no reason to leave an opt-out or opt-in untold: it may be of the moment, such as
/// a right that is given back. Not so where there is nobody, or no way, to tell.
bool is_worth_repeating(const PendingDelivery& p, Reason reason_code) {
  using enum Reason;
  const bool final = reason_code == no_record_there || reason_code == not_found
                     || reason_code == target_has_no_such_call
                     || reason_code == blocked_there_for_good;
  return p.action && is_consent(*p.action) && !final;
}

/// It goes on once the key is accepted, the account is paid for or the right is given.
bool waits_for_account(const DeliveryResult& delivery_result) {
  return refuses_credential(delivery_result.reason_code)
         || delivery_result.reason_code == Reason::forbidden;
}

bool is_text(const PendingDelivery& p) {
  return p.action && p.action->action == events::Action::send_message;
}

/// Not as long as it may still come about by itself: an opt-out that a system does not get is a
/// person who may be contacted against their word, a system that asks for time has not refused, and
/// a refused key is mended by somebody. A text is given up: days later nobody expects it.
bool is_given_up(const PendingDelivery& p, const DeliveryResult& delivery_result) {
  const bool waits_for_them = delivery_result.verdict != DeliveryVerdict::rejected
                              || !is_about_content(delivery_result.reason_code);
  return p.attempt >= attempts_max && delivery_result.reason_code != Reason::rate_limited
         && !(tells_consent(p) && waits_for_them)
         && !(refuses_credential(delivery_result.reason_code) && !is_text(p));
}

} // namespace

std::vector<Event> announce(const DeliveryQueue& lane, const NextDelivery& next,
                            const std::string& step_name, bool effect,
                            const std::string& request_sha256, Position evidence) {
  std::vector<Event> out;
  supersede(out, lane, next);
  const auto& p = lane.pending[next.index];
  out.emplace_back(events::DeliveryDispatched{.delivery = p.intent.delivery,
                                              .intent = p.intent_at,
                                              .attempt = p.mid_attempt ? p.attempt : p.attempt + 1,
                                              .step = p.mid_attempt ? p.step + 1 : 0,
                                              .step_name = step_name,
                                              .effect = effect,
                                              .request_sha256 = request_sha256,
                                              .evidence = evidence});
  return out;
}

std::vector<Event> suppress(const DeliveryQueue& lane, const NextDelivery& next, Reason reason_code,
                            Position evidence) {
  std::vector<Event> out;
  supersede(out, lane, next);
  const auto& p = lane.pending[next.index];
  out.emplace_back(
      events::DeliverySuppressed{p.intent.delivery, p.intent_at, reason_code, evidence});
  return out;
}

Event looked_up(const PendingDelivery& delivery, events::VendorAnswer answer, RemoteId gone) {
  auto reason = gone.value.empty() ? Reason::next_step : Reason::record_gone;
  return events::DeliveryLookedUp{facts_of(delivery, reason, std::move(answer)),
                                  delivery.intent.contact, delivery.intent.target, std::move(gone)};
}

Event conclude(const DeliveryQueue& lane, const PendingDelivery& p,
               const DeliveryResult& delivery_result, events::VendorAnswer answer,
               const Cause& cause) {
  const auto again_at = try_again_at(p, answer, cause);
  auto facts = facts_of(p, delivery_result.reason_code, std::move(answer), delivery_result.detail);
  facts.refused = delivery_result.refused;
  if (delivery_result.verdict == DeliveryVerdict::accepted && p.action)
    return events::ActionAccepted{.facts = std::move(facts),
                                  .contact = p.intent.contact,
                                  .target = p.intent.target,
                                  .action = p.action->action,
                                  .result_id = delivery_result.result_id,
                                  .conversation = delivery_result.conversation,
                                  .read_back = delivery_result.read_back};
  if (delivery_result.verdict == DeliveryVerdict::accepted)
    return accepted(lane, p, delivery_result, std::move(facts));
  if (delivery_result.verdict == DeliveryVerdict::rejected && !waits_for_account(delivery_result)
      && !is_worth_repeating(p, delivery_result.reason_code))
    return events::DeliveryRejected{std::move(facts)};
  if (is_given_up(p, delivery_result))
    return events::DeliveryDied{std::move(facts)};
  if (delivery_result.verdict == DeliveryVerdict::unknown)
    return events::DeliveryUnknown{std::move(facts), again_at};
  if (delivery_result.verdict == DeliveryVerdict::unauthorized && !p.token_refreshed)
    return events::DeliveryRetryScheduled{std::move(facts), cause.now, true};
  return events::DeliveryRetryScheduled{std::move(facts), again_at, false};
}

} // namespace tidemark::domain
