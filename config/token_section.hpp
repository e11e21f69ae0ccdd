#pragma once
#include "config/toml_section.hpp"

#include <vector>

namespace tidemark::config {

/// `[[api.tokens]]`: who may use the API. Only the SHA-256 of a token is kept.
/// With several tenants each token names the one whose data it may see.
std::vector<ApiTokenConfig> read_tokens(Section api, const std::vector<TenantConfig>& tenants,
                                        Loading& loading);

} // namespace tidemark::config
