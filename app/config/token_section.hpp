#pragma once
#include "app/config/toml_section.hpp"

#include <vector>

namespace tidemark::config {

/// `[[api.tokens]]`: who may use the API. Only the SHA-256 of a token is kept.
std::vector<ApiTokenConfig> read_tokens(Section api, Loading& loading);

} // namespace tidemark::config
