#pragma once
#include "domain/operations/memory_trend.hpp"

#include <string>
#include <vector>

namespace tidemark::domain {

/// Of one of the service's databases.
struct DatabaseMemory {
  std::string name;
  std::uint64_t block_cache = 0, block_cache_max = 0, memtables = 0; ///< bytes
};
/// Threads of one name, without the number that tells them apart.
struct ThreadGroup {
  std::string name;
  std::uint64_t threads = 0;
  std::uint64_t milliseconds = 0; ///< of processor time since each was started
};
/// What the service takes of the machine now, and what for.
struct ServiceProfile {
  std::int64_t process_id = 0;
  std::uint64_t resident = 0, limit = 0; ///< bytes; a limit of 0: nobody knows
  MemoryTrend::Report memory;
  std::vector<DatabaseMemory> databases;
  std::uint64_t contacts_awake = 0, followers = 0, inputs_waiting = 0, deliveries_open = 0;
  std::uint64_t processors = 0;
  std::uint64_t milliseconds = 0; ///< of processor time, also of threads that have ended
  std::vector<ThreadGroup> threads;
};

} // namespace tidemark::domain
