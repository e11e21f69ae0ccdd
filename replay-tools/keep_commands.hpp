#pragma once
#include "replay-tools/operate_commands.hpp"

namespace tidemark::tools {

/// A text for a number from 1 on. CLI11's own check answers with the whole range of a double, and
/// takes one that is too large for the largest there is.
CLI::Validator from_one(std::string complaint);

/// What keeps the log safe and whole: backup, restore, migrate.
void add_keep_commands(CLI::App& app, Arguments& a, const AddCommand& command);

} // namespace tidemark::tools
