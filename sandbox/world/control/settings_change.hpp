#pragma once
#include "base/result.hpp"
#include "sandbox/world/json.hpp"
#include "sandbox/world/settings.hpp"

namespace tidemark::sandbox {

/// Takes over the named settings, all or none. Errors: an unknown name, a value of another type.
Status change_settings(Settings& settings, const Json& changes);

/// All settings that can be changed while the sandbox runs, as they are now.
Json settings_text(const Settings& settings);

} // namespace tidemark::sandbox
