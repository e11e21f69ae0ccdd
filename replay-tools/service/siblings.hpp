#pragma once
#include <optional>
#include <string>
#include <vector>

namespace tidemark::tools {

/// The command in the arguments when it belongs to the service's program: serve, demo,
/// check-config, diagnose.
std::optional<std::string> service_command(const std::vector<std::string>& arguments);

/// Becomes `tidemarkd`, which lies beside this program, with the same arguments. Returns only when
/// that fails, with the exit code.
int become_service(char** argv);

} // namespace tidemark::tools
