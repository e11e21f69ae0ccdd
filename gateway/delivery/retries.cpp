#include "domain/decide.hpp"
#include "domain/delivery/failed_delivery.hpp"
#include "events/format/next_step.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/store.hpp"
#include "gateway/delivery/routes.hpp"
#include "storage/recorded_event.hpp"

// That what failed for good be tried again, or written off.

namespace tidemark::gateway {
namespace {

using domain::FailedDelivery;

/// A text is sent again when it was decided no longer ago than this, unless the caller says more.
constexpr std::uint64_t max_age_otherwise = 3600; // seconds

/// Errors: not_found, not_failed.
Result<FailedDelivery> failed_delivery(const ApiContext& api,
                                       const projections::DeliveryView& view) {
  FailedDelivery known;
  known.request.delivery = view.id;
  TRYV(storage::read_under_tag(
      api.ports.log, api.tenant(), events::contact_tag(view.contact), {},
      [&](const events::Recorded& recorded) { domain::evolve(known, recorded); }));
  if (!known.intended)
    return unknown("delivery");
  if (!known.failed)
    return Error{"not_failed", "the delivery was neither refused for good nor given up: there is "
                               "nothing to try again or to write off. What was suppressed is not "
                               "sent on purpose"};
  return known;
}

Result<projections::DeliveryView> named_delivery(const ApiContext& api) {
  TRY(found, projections::delivery(api.scan, api.tenant(), DeliveryId(api.segment("id"))));
  if (!found)
    return unknown("delivery");
  return *std::move(found);
}

// ---- trying again

constexpr Schema retry_answer{
    "delivery_retry_requested",
    {{text("status"), optional(integer("position")), text("delivery"), boolean("is_text"),
      optional(boolean("would_send")), optional(text("reason_code")), optional(text("text")),
      optional(nullable(text("next_step")))}}};

/// What the contact would decide just now.
Result<Json> preview_retry(const ApiContext& api, const FailedDelivery& known,
                           const ConnectorName& target) {
  const auto* rules = api.rules();
  if (!rules)
    return Error{"no_rules", "no rules are in force for the tenant"};
  TRY(current, contact_of_now(api.ports.log, api.tenant(), known.request.contact));
  if (!current)
    return unknown("contact");
  TRY(contact, contact_now(api.ports.log, api.tenant(), *current));
  const domain::Cause cause{{}, 0, api.now(), {}};
  const auto decision =
      domain::decide(contact, domain::RetryDelivery{known.request}, {*current, *rules, cause});
  const auto& decided = std::get<events::DeliveryRetryDecided>(decision.front());
  return Json{
      {"status", "dry_run"},
      {"delivery", known.request.delivery.value},
      {"is_text", is_text(known)},
      {"would_send", decided.outcome == events::Outcome::applied},
      {"reason_code", decided.reason_code},
      {"text", explain_reason(decided.reason_code).text},
      {"next_step", or_null(next_step_for(decided.reason_code,
                                          {{}, known.request.delivery.value, target.value}))}};
}

/// Records only; the contact decides.
Result<Json> retry_delivery(const ApiContext& api) {
  TRY(body, api.body());
  TRY(dry_run, body.flag("dry_run", {"bad_body", "dry_run is true or false"}));
  TRY(may_repeat, body.flag("may_repeat", {"bad_body", "may_repeat is true or false"}));
  TRY(age, body.max_age_seconds(max_age_otherwise));
  std::string why;
  if (!dry_run) {
    TRY(stated, body.reason());
    why = std::move(stated);
  }
  TRY(view, named_delivery(api));
  TRY(known, failed_delivery(api, view));
  if (!view.retried_by.value.empty()) // also where the contact has become part of another since
    return Error{"already_retried",
                 "it was tried again by the delivery " + view.retried_by.value
                     + ": look at that one, and if it failed too, try that one again"};
  known.request.may_repeat = may_repeat;
  known.request.max_age_seconds = age;
  if (dry_run)
    return preview_retry(api, known, view.target);
  auto request = asked(api, std::move(why), known.request);
  TRY(out, record(api, events::admin_stream(), std::move(request)));
  out["delivery"] = view.id.value;
  out["is_text"] = is_text(known);
  return std::move(out);
}

// ---- writing off

constexpr Schema write_off_answer{"delivery_written_off_now",
                                  {{text("status"), integer("position"), text("delivery")}}};

Result<Json> write_off(const ApiContext& api) {
  TRY(body, api.body());
  TRY(why, body.reason());
  TRY(view, named_delivery(api));
  TRY(known, failed_delivery(api, view));
  if (view.written_off.value != 0)
    return Json{
        {"status", "accepted"}, {"position", view.written_off.value}, {"delivery", view.id.value}};
  events::DeliveryWrittenOff event;
  event.delivery = view.id;
  event.contact = known.request.contact;
  event.target = known.request.target;
  TRY(out, record(api, events::admin_stream(), asked(api, std::move(why), std::move(event))));
  out["delivery"] = view.id.value;
  return std::move(out);
}

constexpr Route retry_rows[] = {
    {"retry_delivery", "POST", "/api/v1/deliveries/{id}/retry", Right::review, retry_delivery,
     &retry_answer, "", "reason may_repeat max_age_seconds dry_run", unreadable_so_nothing_stored,
     202},
    {"write_off_delivery", "POST", "/api/v1/deliveries/{id}/write-off", Right::operate, write_off,
     &write_off_answer, "", "reason", unreadable_so_nothing_stored, 202},
};

} // namespace

constinit const Routes retry_routes = retry_rows;

} // namespace tidemark::gateway
