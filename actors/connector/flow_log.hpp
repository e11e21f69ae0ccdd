#pragma once
#include "actors/ports/tenant_context.hpp"
#include "domain/delivery/connection_evidence.hpp"
#include "domain/delivery/flow_control.hpp"
#include "storage/log_store.hpp"

#include <array>

/// What holds requests to a system back: the circuit and pauses as the log tells, limits as answers
/// do.
namespace tidemark::actors {

/// Was the circuit open when the log ended?
Status read_circuit(const TenantContext& context, const ConnectorName& target,
                    domain::FlowControl& flow);
/// Has an operator paused or resumed since: the system, all sending, or the tenant?
Status read_pause(const TenantContext& context, const ConnectorName& target,
                  domain::FlowControl& flow);
/// What does the log say of the secrets that `key_id` names?
Status read_credential(const TenantContext& context, const ConnectorName& target,
                       const std::string& key_id, domain::CredentialJournal& journal,
                       domain::ConnectionEvidence& connection);
/// Names the secrets in use without telling anything of them.
std::string key_id_of(const TenantContext& context, const connectors::Settings& settings,
                      const std::optional<domain::AccountStatus>& account);
/// No dispatch is recorded behind one of these that `flow` did not know.
std::array<storage::TagCondition, 3> no_newer_pause(const ConnectorName& target,
                                                    const domain::FlowControl& flow);
/// What an answer says of the system's limits.
domain::LimitSignal limits_in(const connectors::Connector& connector,
                              const connectors::HttpAnswer& answer, Timestamp now);

} // namespace tidemark::actors
