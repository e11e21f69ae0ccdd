#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace tidemark::tools {

/// The running service's answer to a request about the whole installation: any tenant may be named,
/// where the service wants one. Errors: as of ask_service.
Result<nlohmann::ordered_json> ask_installation(const CommonOptions& common,
                                                const std::string& method,
                                                const std::string& target,
                                                const std::string& body = {});

} // namespace tidemark::tools
