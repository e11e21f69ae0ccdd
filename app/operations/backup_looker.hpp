#pragma once
#include "app/watches/backup_watch.hpp"

#include <condition_variable>
#include <thread>

namespace tidemark::app {

/// Looks at the backups once a minute, on a thread of its own: they may lie on a disk that hangs.
class BackupLooker {
public:
  /// `folder` "": nobody looks. `log_id`: whose backups, hex.
  BackupLooker(std::string folder, std::string log_id, std::chrono::hours limit,
               const WallClock& clock);
  ~BackupLooker();
  BackupLooker(const BackupLooker&) = delete;
  BackupLooker& operator=(const BackupLooker&) = delete;

  std::optional<gateway::OverdueBackup> overdue() const { return watch_.overdue(clock_.now()); }

private:
  void look_until_stopped();

  const std::string folder_, log_id_;
  const WallClock& clock_;
  BackupWatch watch_;
  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace tidemark::app
