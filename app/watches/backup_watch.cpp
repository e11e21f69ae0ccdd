#include "app/watches/backup_watch.hpp"

#include "storage/backup/backup_set.hpp"

#include <algorithm>

namespace tidemark::app {

BackupLook look_at_backups(const std::string& folder, const std::string& log_id) {
  const auto set = storage::BackupSet::open(folder, storage::Access::read);
  if (!set)
    return {std::nullopt, set.error().code};
  BackupLook out;
  for (const auto& one : set->list())
    if (one.damage.empty() && one.checked_at && one.log_id == log_id)
      out.verified_at = std::max(out.verified_at.value_or(*one.checked_at), *one.checked_at);
  return out;
}

void BackupWatch::note(BackupLook look, Timestamp now) {
  const std::lock_guard lock(guard_);
  looked_ = looked_.value_or(now);
  if (look.problem.empty())
    verified_at_ = look.verified_at;
  problem_ = std::move(look.problem);
}

std::optional<gateway::OverdueBackup> BackupWatch::overdue(Timestamp now) const {
  const std::lock_guard lock(guard_);
  if (!looked_ || (verified_at_ && now - *verified_at_ <= limit_))
    return std::nullopt;
  return gateway::OverdueBackup{verified_at_ ? *verified_at_ + limit_ : *looked_, verified_at_,
                                problem_};
}

} // namespace tidemark::app
