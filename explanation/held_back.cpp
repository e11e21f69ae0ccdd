#include "explanation/held_back.hpp"

#include "events/format/next_step.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace tidemark::explanation {
namespace {

HeldBack paused(const events::ConnectorPaused& e, const events::Envelope& at, bool reveal) {
  return {Reason::paused,
          fmt::format("{} paused it{}{}", e.by, e.hold_opt_outs ? ", opt-outs too" : "",
                      reveal ? ": " + e.reason : ""),
          fmt::format("When it may go on: POST /api/v1/connectors/{}/resume.", e.connector.value),
          at.recorded_at, at.position};
}

HeldBack suspended(const events::TenantSuspended& e, const events::Envelope& at, bool reveal) {
  return {Reason::paused,
          fmt::format("{} suspended the tenant{}", e.by, reveal ? ": " + e.reason : ""),
          fmt::format("When it may work again: tidemark tenant resume {} --reason WHY.",
                      at.tenant.value),
          at.recorded_at, at.position};
}

HeldBack stopped(const events::SendingStopped& e, const events::Envelope& at, bool reveal) {
  return {Reason::paused,
          fmt::format("{} stopped all sending{}{}", e.by, e.hold_opt_outs ? ", opt-outs too" : "",
                      reveal ? ": " + e.reason : ""),
          e.until_read_back
              ? "Once marks were read back: tidemark restored, tidemark restored sign --reason WHY."
              : "When it may go on: tidemark resume-all --to 10 --reason WHY.",
          at.recorded_at, at.position};
}

/// The newest event under the tag, where it is an `Event`.
template <class Event>
Status add_newest(const storage::LogStore& log, const TenantId& tenant, const events::Tag& tag,
                  std::vector<HeldBack>& out,
                  HeldBack (*shown)(const Event&, const events::Envelope&, bool), bool reveal) {
  TRY(newest, log.newest_tagged(tenant, tag));
  if (newest == Position{})
    return Done{};
  TRY(event, storage::recorded_event(log, newest));
  if (const auto* held = std::get_if<Event>(&event.event))
    out.push_back(shown(*held, event.envelope, reveal));
  return Done{};
}

HeldBack opened(const events::CircuitOpened& e, const events::Envelope& at) {
  return {Reason::circuit_open,
          fmt::format("it failed for {} contacts in a row ({}); probes go out until it answers",
                      e.failures, name_of(e.reason_code)),
          "", at.recorded_at, at.position};
}

HeldBack used_up(const events::DailyLimitReached& e, const events::Envelope& at) {
  return {Reason::day_used_up,
          fmt::format("its own limit for a day is used up; opt-outs alone go out before {}",
                      to_rfc3339(e.until)),
          "", at.recorded_at, at.position};
}

HeldBack refused(const events::CredentialChanged& e, const events::Envelope& at) {
  return {Reason::credential_refused,
          fmt::format("{} ({}, status {}); one request at a time goes out until it is accepted",
                      explain_reason(e.reason_code).text, name_of(e.reason_code), e.http_status),
          next_step_for(e.reason_code, {at.position, {}, e.connector.value}), at.recorded_at,
          at.position};
}

/// What waits because the system refuses the token. That it refuses the secret of forwarded bodies
/// holds nothing else back.
Status add_refusal(const storage::LogStore& log, const std::vector<Position>& positions,
                   std::vector<HeldBack>& out) {
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    TRY(event, storage::recorded_event(log, *at));
    const auto* changed = std::get_if<events::CredentialChanged>(&event.event);
    if (!changed || changed->forward_secret)
      continue;
    if (changed->state == events::CredentialState::refused)
      out.push_back(refused(*changed, event.envelope));
    break;
  }
  return Done{};
}

constexpr std::chrono::hours day_max{48}; // no day's limit holds longer (domain::RateBudget)

/// Newest first: the circuit counts by its last word, the day until it is over.
Status add_flow(const storage::LogStore& log, const std::vector<Position>& positions, Timestamp now,
                std::vector<HeldBack>& out) {
  bool circuit_known = false, day_known = false;
  for (auto at = positions.rbegin(); at != positions.rend() && !(circuit_known && day_known);
       ++at) {
    TRY(event, storage::recorded_event(log, *at));
    day_known |= event.envelope.recorded_at + day_max < now;
    if (const auto* day = std::get_if<events::DailyLimitReached>(&event.event)) {
      if (!std::exchange(day_known, true) && day->until > now)
        out.push_back(used_up(*day, event.envelope));
    } else if (!std::exchange(circuit_known, true)) {
      if (const auto* open = std::get_if<events::CircuitOpened>(&event.event))
        out.push_back(opened(*open, event.envelope));
    }
  }
  return Done{};
}

} // namespace

Result<std::vector<HeldBack>> held_back(const storage::LogStore& log, const TenantId& tenant,
                                        const ConnectorName& target, bool reveal) {
  std::vector<HeldBack> out;
  if (log.durable() == Position{})
    return out;
  TRY(end, storage::recorded_event(log, log.durable()));
  TRYV(add_newest(log, tenant, events::suspension_tag(), out, suspended, reveal));
  TRYV(add_newest(log, tenant, storage::stream_tag(events::connector_stream(target)), out, paused,
                  reveal));
  TRYV(
      add_newest(log, tenant, storage::stream_tag(events::sending_stream()), out, stopped, reveal));
  TRY(flow, log.tagged(tenant, storage::stream_tag(events::flow_stream(target)), {}, SIZE_MAX));
  TRYV(add_flow(log, flow, end.envelope.recorded_at, out));
  TRY(credential,
      log.tagged(tenant, storage::stream_tag(events::credential_stream(target)), {}, SIZE_MAX));
  TRYV(add_refusal(log, credential, out));
  return out;
}

} // namespace tidemark::explanation
