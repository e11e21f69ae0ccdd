#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"
#include "replay-tools/recomputer.hpp"

namespace tidemark::tools {

struct ReplayReport {
  std::uint64_t decisions = 0;
  std::uint64_t recomputed = 0;
  std::uint64_t older_rules = 0;
  std::uint64_t not_recomputable = 0;
  std::uint64_t differences = 0;
  std::optional<Difference> first_difference;
};

/// Feeds every append up to `to` (0: the end) and counts those from `from` on. Events belong to one
/// append when they follow each other and share cause, command index and decider; an input is one
/// by itself.
Result<ReplayReport> walk_decisions(const storage::LogStore& log, Recomputer& recomputer,
                                    std::uint64_t from, std::uint64_t to);

/// `tidemark replay verify`: exit 0 when nothing differs, else 1. Sends nothing.
int replay_verify(DataFolder& folder, const CommonOptions& common, std::uint64_t from,
                  std::uint64_t to);

} // namespace tidemark::tools
