#pragma once
#include "base/result.hpp"
#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::tools {

/// What an option says, nothing for "". Errors: bad_usage for what is no RFC 3339 time with a zone.
Result<std::optional<Timestamp>> time_option(const std::string& text, std::string_view option);

} // namespace tidemark::tools
