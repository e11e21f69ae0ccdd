#include "domain/delivery/delivery_queue.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/delivery/routes.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

// A delivery that waits is ended unsent, because somebody says why: it is a dead letter then, which
// can be tried again. What tells of an opt-out never is.
namespace tidemark::gateway {
namespace {

/// Somebody else's event about the contact came between so often: something is very busy.
constexpr int tries_max = 5;

/// The delivery as it waits now.
struct Waiting {
  domain::DeliveryQueue lane;
  domain::PendingDelivery delivery;
  Position known_to; ///< everything about the contact up to here
};

/// The contact's tags and what takes it off lists belong to the opt-out of a person who did so.
bool belongs_to_opt_out(const events::ActionIntended& action) {
  return domain::is_about_its_record(action) || action.action == events::Action::add_tags
         || action.action == events::Action::remove_tags;
}

/// Does it tell a system of an opt-out, or may it?
Result<bool> tells_of_opt_out(const ApiContext& api, const Waiting& waiting) {
  const auto& delivery = waiting.delivery;
  if (delivery.action)
    return delivery.action->action == events::Action::opt_out
           || (waiting.lane.opted_out && belongs_to_opt_out(*delivery.action));
  if (delivery.intent.forward == Position{})
    return false;
  if (waiting.lane.opted_out)
    return true;
  TRY(input, storage::recorded_event(api.ports.log, delivery.intent.forward));
  const auto* webhook = std::get_if<events::WebhookReceived>(&input.event);
  return !webhook || webhook->maybe_opt_out;
}

/// Errors: not_open, is_opt_out, is_out.
Result<Waiting> waiting_delivery(const ApiContext& api, const projections::DeliveryView& view) {
  Waiting out;
  out.known_to = api.ports.log.durable();
  TRYV(storage::read_under_tag(api.ports.log, api.tenant(), events::contact_tag(view.contact), {},
                               [&](const events::Recorded& recorded) {
                                 if (recorded.envelope.position <= out.known_to)
                                   domain::evolve(out.lane, recorded, view.target);
                               }));
  const auto& pending = out.lane.pending;
  const auto found = std::ranges::find_if(
      pending, [&](const auto& one) { return one.intent.delivery == view.id; });
  if (found == pending.end())
    return Error{"not_open", "the delivery has had its end: there is nothing to end"};
  out.delivery = *found;
  TRY(opt_out, tells_of_opt_out(api, out));
  if (opt_out)
    return Error{"is_opt_out", "the delivery tells a system of an opt-out, or may: that is never "
                               "ended unsent"};
  if (out.delivery.dispatched || out.delivery.mid_attempt)
    return Error{"is_out", "its request is on the way; ask again when it is answered"};
  return out;
}

storage::Append ending(const ApiContext& api, const Waiting& waiting, std::string why) {
  const auto& delivery = waiting.delivery;
  const auto& intent = delivery.intent;
  events::DeliveryPurged purged;
  purged.delivery = intent.delivery;
  purged.contact = intent.contact;
  purged.target = intent.target;
  events::DeliveryDied died;
  died.facts.delivery = intent.delivery;
  died.facts.intent = delivery.intent_at;
  died.facts.attempt = delivery.attempt;
  died.facts.step = delivery.step;
  died.facts.reason_code = Reason::purged;
  died.facts.answer.sent = false; // this time nothing left
  const auto tag = events::contact_tag(intent.contact);
  storage::Append append;
  append.tenant = api.tenant();
  append.correlation = delivery.correlation;
  append.nothing_newer.push_back({tag, waiting.known_to}); // nobody sends it meanwhile
  append.events.push_back(
      {events::admin_stream(), asked(api, std::move(why), std::move(purged)), {tag}, {}});
  append.events.push_back(
      {events::delivery_stream(intent.target, intent.contact), std::move(died), {tag}, {}});
  return append;
}

constexpr Schema purge_answer{
    "delivery_purged",
    {{text("status"), optional(integer("position")), text("delivery"), text("reason_code")}}};

Json purged_json(std::string_view status, const DeliveryId& delivery) {
  return {{"status", status}, {"delivery", delivery.value}, {"reason_code", Reason::purged}};
}

Result<Json> purge_delivery(const ApiContext& api) {
  TRY(body, api.body());
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  TRY(confirmed, body.flag("confirm", {"bad_confirm", "confirm is true or false"}));
  std::string why;
  if (!dry_run) {
    TRY(stated, body.reason());
    why = std::move(stated);
    if (!confirmed)
      return Error{"bad_confirm", "what is ended is not sent: look at it with dry_run = true, then "
                                  "ask with confirm = true"};
  }
  TRY(view, projections::delivery(api.scan, api.tenant(), DeliveryId(api.segment("id"))));
  if (!view)
    return unknown("delivery");
  for (int tries = 0; tries < tries_max; ++tries) {
    TRY(waiting, waiting_delivery(api, *view));
    if (dry_run)
      return purged_json("dry_run", view->id);
    const auto outcome = storage::append_and_wait(api.ports.log, ending(api, waiting, why));
    if (const auto* stored = std::get_if<storage::Appended>(&outcome)) {
      auto out = purged_json("accepted", view->id);
      out["position"] = stored->first.value;
      return out;
    }
    if (!std::holds_alternative<storage::Conflict>(outcome))
      break;
  }
  return Error{"not_stored", std::string(nothing_stored)};
}

constexpr Route purge_rows[] = {{"purge_delivery", "POST", "/api/v1/deliveries/{id}/purge",
                                 Right::operate, purge_delivery, &purge_answer, "",
                                 "reason confirm dry_run", unreadable_so_nothing_stored, 202}};

} // namespace

constinit const Routes purge_routes = purge_rows;

} // namespace tidemark::gateway
