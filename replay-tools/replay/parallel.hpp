#pragma once
#include "base/result.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace tidemark::tools {

/// Does `step(index)` for every index below `count`, on up to `threads` threads, each taking the
/// next index. After an error no new step begins; the first error is given.
template <class Step>
Status in_parallel(std::size_t count, std::size_t threads, Step step) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex guard;
  Error failure;
  const auto work = [&] {
    for (auto index = next++; index < count && !failed; index = next++)
      if (Status status = step(index); !status) {
        const std::lock_guard lock(guard);
        if (!failed.exchange(true))
          failure = status.error();
      }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i)
    others.emplace_back(work);
  work();
  for (auto& thread : others)
    thread.join();
  return failed ? Status(failure) : Status(Done{});
}

} // namespace tidemark::tools
