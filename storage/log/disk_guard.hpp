#pragma once
#include "storage/folder/fence.hpp"
#include "storage/log/writer.hpp"

namespace tidemark::storage {

/// Looks once a second whether the fence is still ours, the writer moves, and the disk has room.
class DiskGuard {
public:
  DiskGuard(Fence fence, std::string folder, const Writer& writer, Failure& failure,
            const LogOptions& options);
  DiskGuard(const DiskGuard&) = delete;
  DiskGuard& operator=(const DiskGuard&) = delete;
  ~DiskGuard();

  DiskLevel disk() const { return disk_.load(std::memory_order_relaxed); }

private:
  void run();
  void look_at_disk();

  Fence fence_;
  const std::string folder_;
  const Writer& writer_;
  Failure& failure_;
  const LogOptions& options_;
  std::atomic<DiskLevel> disk_{DiskLevel::plenty};
  std::mutex sleep_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_; // last: it uses the rest
};

} // namespace tidemark::storage
