#include "storage/backup/restore.hpp"

#include "base/crypto.hpp"
#include "events/codec.hpp"
#include "storage/folder/fence.hpp"
#include "storage/folder/folder_files.hpp"
#include "storage/folder/recovery.hpp"
#include "storage/keys.hpp"
#include "storage/spool/opt_out_spool.hpp"

#include <rocksdb/db.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kept_keys[] = {"pepper.mark", "incarnation"};

Status copy_private(const fs::path& from, const fs::path& to) {
  TRY(bytes, read_file(from.string()));
  if (!bytes)
    return Error{"keys_missing", from.string() + " is missing"};
  return write_file(to.string(), *bytes, 0600);
}

/// A folder with all that is in it, no links.
Status copy_tree(const fs::path& from, const fs::path& to) {
  TRYV(make_folder(to.string(), 0700));
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(from, failed)) {
    const auto name = entry.path().filename();
    if (entry.is_directory(failed)) {
      TRYV(copy_tree(entry.path(), to / name));
    } else if (entry.is_regular_file(failed)) {
      TRYV(copy_private(entry.path(), to / name));
    }
  }
  if (failed)
    return Error{"storage_failed", "reading " + from.string() + ": " + failed.message()};
  return Done{};
}

/// What came behind the position never happened: its records, and what they say was used.
Status cut(const RocksDb& rocks, Position until) {
  auto& db = rocks.db();
  const auto first = position_key(Position{until.value + 1});
  const auto last = position_key(Position{~std::uint64_t{0}});
  auto status = db.DeleteRange({}, rocks.family(0), first, last);
  if (!status.ok())
    return storage_error(status, "cutting the log");
  rocksdb::ReadOptions all;
  all.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> used(db.NewIterator(all, rocks.family(1)));
  for (used->SeekToFirst(); used->Valid(); used->Next()) {
    TRY(use, read_dedupe_value(used->value().ToStringView()));
    if (use.first <= until)
      continue;
    status = db.Delete({}, rocks.family(1), used->key());
    if (!status.ok())
      return storage_error(status, "cutting the log");
  }
  if (!used->status().ok())
    return storage_error(used->status(), "cutting the log");
  return Done{};
}

/// The last event that was recorded at that time or before: times never go back along the log.
/// Errors: not_reached when the first one is later.
Result<Position> last_until(const LogDb& log, Timestamp time) {
  TRY(last, log.last());
  Position below, above{last.value + 1};
  while (above.value - below.value > 1) {
    const Position middle{below.value + (above.value - below.value) / 2};
    TRY(record, log.record(middle));
    if (!record)
      return Error{"data_damaged", "position " + std::to_string(middle.value) + " is missing"};
    TRY(view, events::read_record(*record, false));
    (view.envelope.recorded_at <= time ? below : above) = middle;
  }
  if (below.value == 0)
    return Error{"not_reached", "the log begins after that time"};
  return below;
}

} // namespace

Result<BackupFacts> backup_for(const std::vector<BackupFacts>& backups, Position until) {
  const BackupFacts* newest = nullptr;
  for (const auto& backup : backups) {
    if (!backup.damage.empty())
      continue;
    if (until.value != 0 && backup.position >= until)
      return backup;
    newest = &backup;
  }
  if (!newest)
    return Error{"no_backup",
                 "there is no backup that can be used; tidemark backups FOLDER says why"};
  if (until.value == 0)
    return *newest;
  return Error{"not_reached", "no backup reaches position " + std::to_string(until.value)
                                  + "; the newest, " + std::to_string(newest->id)
                                  + ", reaches position " + std::to_string(newest->position.value)};
}

Result<Tip> restore_folder(const BackupSet& backups, const BackupFacts& backup,
                           const std::string& keys, const std::string& folder,
                           const RestorePoint& until) {
  const FolderPaths paths(folder);
  std::error_code unseen;
  if (fs::exists(folder, unseen) && !fs::is_empty(folder, unseen))
    return Error{"not_empty", folder
                                  + " is not empty: nothing is written over data. Name a new "
                                    "folder, or move that one away"};
  if (!keys.empty() && !fs::exists(keys + "/keys/pepper", unseen))
    return Error{"keys_missing", keys
                                     + " holds no keys of Tidemark; name the folder that backup "
                                       "--keys wrote to"};
  TRYV(make_folder(folder, 0700));
  TRYV(backups.put_back(backup.id, paths.log));
  Tip tip;
  {
    TRY(db, RocksDb::open_log(paths.log, Access::write));
    const LogDb log(std::move(db));
    TRY(end_at, until.time ? last_until(log, *until.time) : Result<Position>(until.position));
    if (end_at.value != 0) {
      TRYV(cut(log.rocks(), end_at));
    }
    const bool whole = end_at.value == 0 || end_at >= backup.position;
    TRY(end, inspect(log, whole ? std::optional(Anchor::Mark{backup.position, backup.head, {}})
                                : std::nullopt));
    tip = end;
  }
  if (until.position.value != 0 && tip.position != until.position)
    return Error{"data_damaged", "the backup ends at position " + std::to_string(tip.position.value)
                                     + " and not at " + std::to_string(until.position.value)};
  if (!keys.empty()) {
    TRYV(copy_tree(keys + "/keys", paths.keys));
    TRYV(copy_private(keys + "/pepper.mark", paths.pepper_mark));
  }
  // Another number than the log's of before: no table of that one is taken for one of this.
  TRYV(write_file(paths.incarnation, to_hex(random_bytes(16)) + "\n", 0600));
  TRY(anchor, Anchor::open(paths.anchor)); // last: without it this is no data folder
  TRYV(anchor.set({tip.position, tip.head, tip.epoch}));
  return tip;
}

Result<std::optional<Position>> take_along(const std::string& lost, const std::string& folder) {
  const FolderPaths from(lost), to(folder);
  std::error_code unseen;
  if (!fs::is_directory(lost, unseen))
    return Error{"storage_failed", lost + " is no folder that can be read"};
  TRY(waits, OptOutSpool::holds_any(from.spool));
  if (waits) {
    TRYV(copy_private(from.spool, to.spool));
  }
  const auto mark = Anchor::look(from.anchor);
  return mark && *mark ? std::optional((*mark)->position) : std::nullopt;
}

Status save_keys(const std::string& data_folder, const std::string& keys) {
  const FolderPaths paths(data_folder);
  TRYV(make_folder(keys, 0700));
  TRYV(copy_tree(paths.keys, keys + "/keys"));
  TRY(sealing, SecretFiles(keys + "/keys").state());
  if (sealing.key_ids.size() > 1 && !sealing.rotating)
    return Error{"storage_failed", "the store key was changed while the keys were copied: take the "
                                   "backup again"};
  for (const auto name : kept_keys) {
    TRYV(copy_private(data_folder + "/" + std::string(name), keys + "/" + std::string(name)));
  }
  return Done{};
}

Result<BackupFacts> checkpoint_of_stopped(const std::string& data_folder, const std::string& path) {
  const FolderPaths paths(data_folder);
  TRYV(check_is_folder(paths, false));
  TRY(fence, Fence::take(paths.lock));
  TRYV(fence.check());
  const SecretFiles secrets(paths.keys); // what is sealed is not needed
  TRY(files, load_files(paths, Access::read, secrets));
  BackupFacts out;
  {
    TRY(db, RocksDb::open_log(paths.log, Access::read)); // changes nothing when it is damaged
    TRY(tip, inspect(LogDb(std::move(db)), files.anchor));
    out.position = tip.position;
    out.head = tip.head;
  }
  out.log_id = to_hex(files.incarnation);
  TRY(db, RocksDb::open_log(paths.log, Access::write));
  TRYV(db->checkpoint(path));
  return out;
}

} // namespace tidemark::storage
