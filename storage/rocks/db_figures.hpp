#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tidemark::storage {

/// What a database of the data folder says of itself, over all of its families.
struct DbFigures {
  std::string name; ///< log, tables
  std::vector<std::uint64_t> level_bytes;
  std::uint64_t memtable_bytes = 0;
  std::uint64_t block_cache_bytes = 0, block_cache_max = 0; ///< its families share one cache
  std::uint64_t pending_compaction_bytes = 0;               ///< estimated
  std::uint64_t slowdowns = 0; ///< times that writes were slowed since the start
  std::uint64_t stops = 0;     ///< times that they were stopped
  bool writes_stopped = false; ///< now
};

} // namespace tidemark::storage
