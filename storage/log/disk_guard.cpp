#include "storage/log/disk_guard.hpp"

#include "storage/files/disk_space.hpp"

#include <pthread.h>

namespace tidemark::storage {
namespace {

std::optional<double> free_share_of(const std::string& folder) {
  const auto space = disk_space(folder);
  return space ? std::optional(space->free_share()) : std::nullopt;
}

DiskLevel level_of(double free_share) {
  if (free_share < 0.03)
    return DiskLevel::stop;
  if (free_share < 0.08)
    return DiskLevel::shed;
  if (free_share < 0.15)
    return DiskLevel::no_new_outbound;
  return DiskLevel::plenty;
}

} // namespace

DiskGuard::DiskGuard(Fence fence, std::string folder, const Writer& writer, Failure& failure,
                     const LogOptions& options)
    : fence_(std::move(fence)), folder_(std::move(folder)), writer_(writer), failure_(failure),
      options_(options) {
  look_at_disk();
  thread_ = std::thread([this] { run(); });
}

DiskGuard::~DiskGuard() {
  {
    const std::lock_guard lock(sleep_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void DiskGuard::look_at_disk() {
  const auto share =
      options_.free_share ? std::optional(options_.free_share()) : free_share_of(folder_);
  if (share)
    disk_ = level_of(*share);
}

void DiskGuard::run() {
  pthread_setname_np(pthread_self(), "disk-guard");
  std::unique_lock lock(sleep_);
  while (!wake_.wait_for(lock, options_.guard_period, [&] { return stopping_; })) {
    if (const auto held = fence_.check(); !held)
      failure_(held.error());
    if (writer_.busy_for() > options_.stall)
      failure_({"storage_stalled", "the disk did not finish a write within "
                                       + std::to_string(options_.stall.count()) + " ms"});
    look_at_disk();
  }
}

} // namespace tidemark::storage
