#pragma once
#include "replay-tools/recomputer.hpp"
#include "storage/log_store.hpp"

#include <cstdint>
#include <optional>

namespace tidemark::tools {

struct ReplayReport {
  std::uint64_t decisions = 0;
  std::uint64_t recomputed = 0;
  std::uint64_t older_rules = 0;
  std::uint64_t not_recomputable = 0;
  std::uint64_t differences = 0;
  std::optional<Difference> first_difference;
};

/// Recomputes every append up to `to` (0: the end) and counts those from `from` on. Events belong
/// to one append when they follow each other and share cause, command index and decider; an input
/// is one by itself. Each thread reads the whole log and looks at its share of the decisions, so
/// the result does not depend on their number.
Result<ReplayReport> walk_decisions(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::string& incarnation, std::uint64_t from,
                                    std::uint64_t to, std::size_t threads = 2);

} // namespace tidemark::tools
