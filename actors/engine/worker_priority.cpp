#include "actors/engine/worker_priority.hpp"

// Not <sched.h>, which defines some of the same.
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tidemark::actors {
namespace {

constexpr int least_niceness = 19;
/// For how long it may keep a processor from a thread that wakes up (Linux 6.12 and newer; older
/// kernels have a slice of their own, of some milliseconds).
constexpr std::uint64_t slice_nanoseconds = 100'000;

} // namespace

void set_worker_priority(WorkerPriority share) {
  sched_attr attributes{};
  attributes.size = sizeof attributes;
  if (share == WorkerPriority::leftover) {
    attributes.sched_policy = SCHED_IDLE;
  } else {
    attributes.sched_policy = SCHED_NORMAL;
    attributes.sched_nice = least_niceness;
    attributes.sched_runtime = slice_nanoseconds;
  }
  static_cast<void>(::syscall(SYS_sched_setattr, 0, &attributes, 0)); // glibc 2.36 has no wrapper
}

} // namespace tidemark::actors
