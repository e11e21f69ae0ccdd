#pragma once
#include <cstdint>

namespace tidemark::actors {

/// What a thread that follows the log gets of a processor while others want it too.
enum class WorkerPriority : std::uint8_t {
  small,    ///< niceness 19: little, but never nothing
  leftover, ///< what nobody else wants
};
/// Of the calling thread. Best effort: what the kernel refuses or does not know stays as it was.
void set_worker_priority(WorkerPriority share);

} // namespace tidemark::actors
