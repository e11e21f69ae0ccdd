#pragma once
#include "replay-tools/replay/recomputer.hpp"
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

/// Which decisions are recomputed; what came before them is folded all the same.
struct WalkRange {
  std::uint64_t from = 0; ///< first position
  std::uint64_t to = 0;   ///< last position, 0: the end
  TenantId tenant{};      ///< "" for all
};

/// Recomputes and counts every append in the range. Events belong to one append when they follow
/// each other and share cause, command index and decider; an input is one by itself. Each thread
/// reads the whole log and looks at its share of the decisions, so the result does not depend on
/// their number.
Result<ReplayReport> walk_decisions(const storage::LogStore& log, const KeyedHasher& hasher,
                                    const std::string& incarnation, const WalkRange& range,
                                    std::size_t threads = 2);

/// The same with one recomputer, which sees every append.
Result<ReplayReport> walk_with(const storage::LogStore& log, Recomputer& recomputer,
                               const WalkRange& range);

} // namespace tidemark::tools
