#pragma once
#include "actors/http/http_client.hpp"
#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "storage/sealing/secret_files.hpp"

#include <vector>

namespace tidemark::app {

/// What a connector's system answers to a harmless question, step by step up to the first that
/// fails: configuration, dns, tcp, tls, http, credential, clock. With the secrets that were set at
/// run time, and the tokens of a connected account. Blocks for as long as the system takes.
std::vector<gateway::TestStep> probe_system(actors::HttpClient& client,
                                            const config::ConnectorConfig& connector,
                                            const TenantId& tenant,
                                            const storage::SecretFiles& secrets);

} // namespace tidemark::app
