#include "app/operations/backup_looker.hpp"

#include <pthread.h>

namespace tidemark::app {
namespace {

constexpr std::chrono::minutes between_backup_looks{1};

} // namespace

BackupLooker::BackupLooker(std::string folder, std::string log_id, std::chrono::hours limit,
                           const WallClock& clock)
    : folder_(std::move(folder)), log_id_(std::move(log_id)), clock_(clock), watch_(limit) {
  if (!folder_.empty())
    thread_ = std::thread([this] { look_until_stopped(); });
}

BackupLooker::~BackupLooker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void BackupLooker::look_until_stopped() {
  pthread_setname_np(pthread_self(), "backups");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    auto look = look_at_backups(folder_, log_id_);
    watch_.note(std::move(look), clock_.now());
    lock.lock();
    stop_signal_.wait_for(lock, between_backup_looks, [this] { return stopping_; });
  }
}

} // namespace tidemark::app
