#pragma once
#include "base/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tidemark::tools {

/// The command in the arguments when it belongs to the service's program: serve, demo,
/// check-config.
std::optional<std::string> service_command(const std::vector<std::string>& arguments);

/// Runs the service's program beside this one with these arguments and gives what it printed until
/// it ended, or was ended because the time was over. Errors: service_unreachable when it cannot be
/// started.
Result<std::string> service_output(const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds patience);

/// Becomes `tidemarkd`, which lies beside this program, with the same arguments. Returns only when
/// that fails, with the exit code.
int become_service(char** argv);

} // namespace tidemark::tools
