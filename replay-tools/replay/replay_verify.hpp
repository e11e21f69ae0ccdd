#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/replay/decision_walk.hpp"

namespace tidemark::tools {

/// `tidemark replay verify`: exit 0 when nothing differs, else 1. With `--tenant` only that
/// tenant's decisions count. Sends nothing.
int replay_verify(DataFolder& folder, const CommonOptions& common, std::uint64_t from,
                  std::uint64_t to);

} // namespace tidemark::tools
