#include "actors/lookup/consent_check.hpp"

#include "domain/consent/send_addresses.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

/// What inputs before `until` have said; all of them when it is 0.
Result<domain::ConsentState> state_under(const TenantContext& context, const events::Tag& tag,
                                         Position until = {}) {
  domain::ConsentState state;
  const auto read = storage::read_under_tag(
      context.log(), context.tenant, tag, {}, [&](const events::Recorded& recorded) {
        const auto* change = std::get_if<events::ConsentChanged>(&recorded.event);
        if (change && (until.value == 0 || change->input < until))
          domain::evolve(state, *change);
      });
  if (!read)
    return read.error();
  return state;
}

/// What stands against the delivery under one address; nothing when it is open.
Result<std::optional<ConsentVerdict>> look_under(const TenantContext& context,
                                                 const domain::PendingDelivery& delivery,
                                                 const events::Tag& tag,
                                                 const DecidedThrough& decided) {
  using Found = std::optional<ConsentVerdict>;
  TRY(newest, context.log().newest_tagged(context.tenant, tag));
  if (newest.value == 0)
    return Found{};
  TRY(state, state_under(context, tag));
  const auto verdict = domain::gate_for(delivery, state);
  if (verdict.gate == domain::Gate::closed)
    return Found{OptedOut{verdict.evidence}};
  if (newest > decided.to)
    return Found{Undecided{newest}};
  if (verdict.gate == domain::Gate::in_review)
    return Found{InReview{verdict.evidence}};
  return Found{};
}

} // namespace

Result<ConsentVerdict> check_consent(const TenantContext& context,
                                     const domain::PendingDelivery& delivery,
                                     const DecidedThrough& decided) {
  Clear clear;
  clear.evidence = context.log().durable();
  if (!domain::needs_consent(delivery))
    return ConsentVerdict{std::move(clear)};
  const auto any = events::any_opt_out_tag();
  TRY(last, context.log().newest_tagged(context.tenant, any));
  if (last > decided.opt_outs_to)
    return ConsentVerdict{Undecided{last, true}};
  clear.conditions.push_back({any, clear.evidence});
  for (const auto& address : domain::addresses_of(delivery, context.tenant, context.hasher)) {
    const auto tag = events::consent_tag(address);
    TRY(found, look_under(context, delivery, tag, decided));
    if (found)
      return std::move(*found);
    clear.conditions.push_back({tag, clear.evidence});
  }
  return ConsentVerdict{std::move(clear)};
}

Result<Position> closed_when_written(const TenantContext& context,
                                     const domain::PendingDelivery& delivery) {
  for (const auto& address : domain::addresses_of(delivery, context.tenant, context.hasher)) {
    TRY(state, state_under(context, events::consent_tag(address), delivery.correlation));
    if (const auto then = domain::gate_for(delivery, state); then.gate == domain::Gate::closed)
      return then.evidence;
  }
  return Position{};
}

} // namespace tidemark::actors
