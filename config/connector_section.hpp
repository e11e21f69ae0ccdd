#pragma once
#include "config/toml_section.hpp"

#include <string_view>
#include <vector>

namespace tidemark::config {

/// Names of tenants and connectors: 1 to 40 of [a-z0-9-].
bool is_name(std::string_view text);
inline constexpr std::string_view how_to_name = "use 1 to 40 of a-z, 0-9 and -";

/// `[[tenants.connectors]]` of one tenant, checked with the settings that each type declares.
std::vector<ConnectorConfig> read_connectors(Section& tenant, Loading& loading);

} // namespace tidemark::config
