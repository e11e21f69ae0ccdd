#pragma once
#include <cstdint>

namespace tidemark::app {

/// What the process takes of the machine. What cannot be read is 0.
struct ProcessFigures {
  double cpu_seconds = 0;   ///< since its start, all threads, for itself and in the kernel
  double start_seconds = 0; ///< when it was started, since 1970
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
};
ProcessFigures process_figures();

} // namespace tidemark::app
