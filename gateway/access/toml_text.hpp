#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace tidemark::gateway {

/// The member `settings` of a request's body as TOML: it is one, or JSON of the same names. "" when
/// it is left out. Error: bad_settings.
Result<std::string> settings_text(std::string_view body);

/// As people call a tenant. Error: bad_name.
Status check_tenant_name(std::string_view name);

} // namespace tidemark::gateway
