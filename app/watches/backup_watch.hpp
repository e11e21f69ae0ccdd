#pragma once
#include "gateway/ports.hpp"

#include <chrono>
#include <mutex>

namespace tidemark::app {

/// What the folder of the backups says.
struct BackupLook {
  std::optional<Timestamp> verified_at; ///< when one was last put back, and held
  std::string problem;                  ///< why nobody knows, "" when it is known
};
/// Those of another log than `log_id` (hex) count for nothing.
BackupLook look_at_backups(const std::string& folder, const std::string& log_id);

/// Knows whether a backup was put back lately enough. Called from several threads.
class BackupWatch {
public:
  explicit BackupWatch(std::chrono::hours limit) : limit_(limit) {}

  void note(BackupLook look, Timestamp now);
  /// Nothing before the first look. What was known stays while the folder cannot be read.
  std::optional<gateway::OverdueBackup> overdue(Timestamp now) const;

private:
  const std::chrono::hours limit_;
  mutable std::mutex guard_;
  std::optional<Timestamp> looked_, verified_at_;
  std::string problem_;
};

} // namespace tidemark::app
