#include "actors/engine/worker_priority.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <thread>

namespace tidemark::actors::worker_priority_test {
namespace {

TEST(WorkerPriority, ASmallShareIsTheLeastThatIsNotNothing) {
  std::thread([] {
    set_worker_priority(WorkerPriority::small);
    EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 19);
  }).join();
}

TEST(WorkerPriority, TheLeftoverIsOfThisThreadOnly) {
  const auto policy = ::sched_getscheduler(0);
  std::thread([] {
    set_worker_priority(WorkerPriority::leftover);
    EXPECT_EQ(::sched_getscheduler(0), SCHED_IDLE);
  }).join();
  EXPECT_EQ(::sched_getscheduler(0), policy);
}

} // namespace
} // namespace tidemark::actors::worker_priority_test
