#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <string>

namespace tidemark::tools {

/// `tidemark find ID`: what the running service knows under an id of any kind. Exit 1 when nothing.
/// Errors: service_unreachable, bad_id, and what the API refuses.
Result<int> find_id(const CommonOptions& common, const std::string& id);

} // namespace tidemark::tools
