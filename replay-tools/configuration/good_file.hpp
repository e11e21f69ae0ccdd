#pragma once
#include "base/result.hpp"
#include "config/load.hpp"

#include <string>

namespace tidemark::tools {

/// The configuration in the file. Errors: bad_configuration with every fault, as check-config names
/// them.
Result<config::LoadedConfig> good_file(const std::string& file);

} // namespace tidemark::tools
