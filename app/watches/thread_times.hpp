#pragma once
#include "domain/operations/service_profile.hpp"

#include <optional>
#include <string_view>

namespace tidemark::app {

/// One thread's line in /proc.
struct ThreadLine {
  std::string name;
  std::uint64_t ticks = 0; ///< of processor time, for itself and in the kernel
};
/// Nothing where it has another form.
std::optional<ThreadLine> read_thread_line(std::string_view line);

/// Without the digits at its end: `rocksdb:low3` is one of several.
std::string_view group_of(std::string_view thread);

/// Every thread of this process by its group, in the order of their names.
std::vector<domain::ThreadGroup> thread_times();

} // namespace tidemark::app
