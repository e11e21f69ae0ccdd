#pragma once
#include "config/toml_section.hpp"

#include <string_view>
#include <vector>

/// The sections of the file that are long; what is short is read in load.cpp.
namespace tidemark::config {

/// Names of tenants and connectors: 1 to 40 of [a-z0-9-].
bool is_name(std::string_view text);
inline constexpr std::string_view how_to_name = "use 1 to 40 of a-z, 0-9 and -";

/// `[[tenants.connectors]]` of one tenant, checked with the settings that each type declares.
std::vector<ConnectorConfig> read_connectors(Section& tenant, Loading& loading);

/// `[[tenants]]`.
std::vector<TenantConfig> read_tenants(std::vector<Section> sections, Loading& loading);

/// What a library says of a text, without pieces of it.
std::string without_quotations(std::string_view text);

/// `[alerts]`: from when on somebody is told.
AlertConfig read_alerts(Section section, const std::vector<TenantConfig>& tenants);

/// `[[alerts.receivers]]`: who is told.
std::vector<ReceiverConfig> read_receivers(Section& alerts,
                                           const std::vector<TenantConfig>& tenants);

/// `[sync]`: what holds for all tenants. Its keys name connectors, so it is read when these are
/// known.
SyncConfig read_sync(Section sync, const std::vector<TenantConfig>& tenants);

/// `[[api.tokens]]`: who may use the API. Only the SHA-256 of a token is kept.
/// With several tenants each token names the one whose data it may see.
std::vector<ApiTokenConfig> read_tokens(Section api, const std::vector<TenantConfig>& tenants);

} // namespace tidemark::config
