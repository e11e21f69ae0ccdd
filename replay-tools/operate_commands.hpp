#pragma once
#include "base/result.hpp"
#include "replay-tools/arguments.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace tidemark::tools {

using Run = std::function<Result<int>(Arguments&)>;
/// Puts a command below another, with what it does.
using AddCommand = std::function<CLI::App*(CLI::App& parent, const std::string& name,
                                           const std::string& help, Run run)>;

/// What somebody needs who keeps the service running: diagnose, report, pause, stop-all.
void add_operate_commands(CLI::App& app, Arguments& a, const AddCommand& command);

} // namespace tidemark::tools
