#include "actors/connector/flow_log.hpp"

#include "domain/delivery/retry.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

Status read_suspension(const TenantContext& context, domain::FlowControl& flow) {
  TRY(newest, context.log().newest_tagged(context.tenant, events::suspension_tag()));
  if (newest == flow.suspension_read_to())
    return Done{};
  TRY(said, storage::recorded_event(context.log(), newest));
  std::optional<domain::Pause> suspension;
  if (const auto* suspended = std::get_if<events::TenantSuspended>(&said.event))
    suspension = domain::Pause{.position = newest,
                               .since = said.envelope.recorded_at,
                               .reason = suspended->reason,
                               .by = suspended->by,
                               .of = domain::PauseOf::tenant};
  flow.set_suspension(newest, std::move(suspension));
  return Done{};
}

std::optional<Timestamp> end_of(const std::optional<events::PlannedEnd>& planned) {
  return planned ? std::optional(planned->at) : std::nullopt;
}

Status read_own_pause(const TenantContext& context, const ConnectorName& target,
                      domain::FlowControl& flow) {
  TRY(newest, context.log().newest_tagged(context.tenant,
                                          storage::stream_tag(events::connector_stream(target))));
  if (newest == flow.pause_read_to())
    return Done{};
  TRY(said, storage::recorded_event(context.log(), newest));
  std::optional<domain::Pause> pause;
  if (const auto* paused = std::get_if<events::ConnectorPaused>(&said.event))
    pause = domain::Pause{.position = newest,
                          .since = said.envelope.recorded_at,
                          .hold_opt_outs = paused->hold_opt_outs,
                          .reason = paused->reason,
                          .by = paused->by,
                          .planned_end = end_of(paused->planned_end)};
  flow.set_pause(newest, std::move(pause));
  return Done{};
}

Status read_stop(const TenantContext& context, domain::FlowControl& flow) {
  TRY(newest,
      context.log().newest_tagged(context.tenant, storage::stream_tag(events::sending_stream())));
  if (newest == flow.stop_read_to())
    return Done{};
  TRY(said, storage::recorded_event(context.log(), newest));
  std::optional<domain::Pause> stop;
  std::uint32_t percent = 100;
  if (const auto* stopped = std::get_if<events::SendingStopped>(&said.event))
    stop = domain::Pause{.position = newest,
                         .since = said.envelope.recorded_at,
                         .hold_opt_outs = stopped->hold_opt_outs,
                         .reason = stopped->reason,
                         .by = stopped->by,
                         .lets_look = stopped->until_read_back.has_value(),
                         .planned_end = end_of(stopped->planned_end),
                         .of = stopped->until_read_back ? domain::PauseOf::restore
                                                        : domain::PauseOf::all_sending};
  else if (const auto* resumed = std::get_if<events::SendingResumed>(&said.event))
    percent = resumed->percent;
  flow.set_stop(newest, std::move(stop), percent);
  return Done{};
}

} // namespace

Status read_circuit(const TenantContext& context, const ConnectorName& target,
                    domain::FlowControl& flow) {
  const auto tag = storage::stream_tag(events::flow_stream(target));
  constexpr std::size_t all = SIZE_MAX; // two events an outage
  TRY(positions, context.log().tagged(context.tenant, tag, {}, all));
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    TRY(said, storage::recorded_event(context.log(), *at));
    if (std::holds_alternative<events::CircuitClosed>(said.event))
      return Done{};
    if (const auto* opened = std::get_if<events::CircuitOpened>(&said.event)) {
      flow.was_open(said.envelope.recorded_at, opened->probe_at);
      return Done{};
    }
  }
  return Done{};
}

Status read_pause(const TenantContext& context, const ConnectorName& target,
                  domain::FlowControl& flow) {
  TRYV(read_suspension(context, flow));
  TRYV(read_own_pause(context, target, flow));
  return read_stop(context, flow);
}

Status read_credential(const TenantContext& context, const ConnectorName& target,
                       const std::string& key_id, domain::CredentialJournal& journal,
                       domain::ConnectionEvidence& connection) {
  const auto tag = storage::stream_tag(events::credential_stream(target));
  TRY(positions, context.log().tagged(context.tenant, tag, {}, SIZE_MAX));
  for (const auto position : positions) {
    TRY(said, storage::recorded_event(context.log(), position));
    if (const auto* changed = std::get_if<events::CredentialChanged>(&said.event))
      journal.restore(*changed, said.envelope.recorded_at, key_id, connection);
  }
  return Done{};
}

std::string key_id_of(const TenantContext& context, const connectors::Settings& settings,
                      const std::optional<domain::AccountStatus>& account) {
  if (account)
    return account->key_id;
  std::string secrets;
  for (const auto& [name, secret] : settings.secrets)
    secrets += name + '\n' + secret.reveal() + '\n';
  const auto hash =
      context.hasher(HashedKind::credential, context.tenant, settings.name.value, secrets);
  return to_hex(hash).substr(0, 12);
}

std::array<storage::TagCondition, 3> no_newer_pause(const ConnectorName& target,
                                                    const domain::FlowControl& flow) {
  using storage::stream_tag;
  return {{{stream_tag(events::connector_stream(target)), flow.pause_read_to()},
           {stream_tag(events::sending_stream()), flow.stop_read_to()},
           {events::suspension_tag(), flow.suspension_read_to()}}};
}

domain::LimitSignal limits_in(const connectors::Connector& connector,
                              const connectors::HttpAnswer& answer, Timestamp now) {
  domain::LimitSignal out{.status = answer.status,
                          .retry_after = domain::parse_retry_after(answer.retry_after, now)};
  if (connector.stated_limits)
    out.stated = connector.stated_limits(answer, now);
  return out;
}

} // namespace tidemark::actors
