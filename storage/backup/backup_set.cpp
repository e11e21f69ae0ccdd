#include "storage/backup/backup_set.hpp"

#include "base/text/json_reader.hpp"
#include "base/text/json_writer.hpp"
#include "storage/files/files.hpp"
#include "storage/rocks/rocks_info_log.hpp"

#include <rocksdb/db.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view marker = "tidemark-backups";
constexpr std::string_view marker_text = "Backups of a Tidemark log. Use tidemark restore.\n";
constexpr std::uint64_t room_to_spare = 64U << 20;

std::string metadata_of(const BackupFacts& facts) {
  std::string out = R"({"taken_at":)";
  json::append_string(out, to_rfc3339(facts.taken_at));
  out += ",\"position\":" + std::to_string(facts.position.value) + ",\"head\":";
  json::append_string(out, to_hex(facts.head));
  out += ",\"log\":";
  json::append_string(out, facts.log_id);
  out += ",\"version\":";
  json::append_string(out, facts.version);
  return out + "}";
}

BackupFacts facts_of(const rocksdb::BackupInfo& info) {
  BackupFacts out;
  out.id = info.backup_id;
  out.bytes = info.size;
  out.files = info.number_files;
  const auto document = json::parse(info.app_metadata);
  const auto head =
      document ? from_hex(document->root()["head"].text().value_or("")) : std::nullopt;
  const auto taken =
      document ? from_rfc3339(document->root()["taken_at"].text().value_or("")) : std::nullopt;
  const auto position = document ? document->root()["position"].integer() : std::nullopt;
  if (!head || head->size() != out.head.size() || !taken || !position || *position < 0) {
    out.damage = "what was noted about it cannot be read";
    return out;
  }
  std::ranges::copy(*head, out.head.begin());
  out.taken_at = *taken;
  out.position = Position{static_cast<std::uint64_t>(*position)};
  out.log_id = document->root()["log"].text().value_or("");
  out.version = document->root()["version"].text().value_or("");
  return out;
}

std::string checked_path(const std::string& folder, std::uint32_t id) {
  return folder + "/checked/" + std::to_string(id);
}

/// What is free where the path is, or will be.
std::uint64_t room_at(fs::path path) {
  std::error_code unknown;
  while (!path.empty() && !fs::exists(path, unknown) && path.has_parent_path()
         && path.parent_path() != path)
    path = path.parent_path();
  const auto space = fs::space(path, unknown);
  return unknown ? ~std::uint64_t{0} : space.available;
}

Status check_space(const std::string& where, std::uint64_t bytes) {
  const auto room = room_at(where);
  if (room >= bytes && room - bytes >= room_to_spare)
    return Done{};
  return Error{"disk_full", where + " has " + std::to_string(room >> 20U) + " MiB left and "
                                + std::to_string((bytes >> 20U) + 1)
                                + " MiB are to be written; make room, or name another folder"};
}

} // namespace

BackupSet::BackupSet(std::string folder) : folder_(std::move(folder)), log_(no_info_log()) {}
BackupSet::BackupSet(BackupSet&&) noexcept = default;
BackupSet::~BackupSet() = default;

const rocksdb::BackupEngineReadOnlyBase& BackupSet::engine() const {
  return writer_ ? static_cast<const rocksdb::BackupEngineReadOnlyBase&>(*writer_) : *reader_;
}

Result<BackupSet> BackupSet::open(const std::string& folder, Access access,
                                  std::uint64_t bytes_per_second) {
  std::error_code unseen;
  const bool there = fs::exists(folder, unseen);
  if (!there && access == Access::read)
    return Error{"not_a_backup_folder", folder + " does not exist; name the folder of the backups"};
  const auto mark = folder + "/" + std::string(marker);
  TRY(marked, there ? read_file(mark) : Result<std::optional<std::string>>(std::nullopt));
  if (there && !marked && (access == Access::read || !fs::is_empty(folder, unseen)))
    return Error{"not_a_backup_folder",
                 folder
                     + " holds no backups of Tidemark; name their folder, or for a first backup "
                       "an empty or a new one"};
  BackupSet out(folder);
  rocksdb::BackupEngineOptions options(folder + "/rocksdb");
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.info_log = out.log_.get();
  options.backup_rate_limit = bytes_per_second;
  rocksdb::Status status;
  if (access == Access::read) {
    rocksdb::BackupEngineReadOnly* engine = nullptr;
    status = rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), options, &engine);
    out.reader_.reset(engine);
  } else {
    TRYV(make_folder(folder, 0700));
    if (!marked) {
      TRYV(write_file(mark, marker_text, 0600));
    }
    TRYV(make_folder(folder + "/checked", 0700));
    TRY(fence, Fence::take(folder + "/writer.lock"));
    out.fence_ = std::move(fence);
    rocksdb::BackupEngine* engine = nullptr;
    status = rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options, &engine);
    out.writer_.reset(engine);
  }
  if (!status.ok())
    return storage_error(status, "opening the backups in " + folder);
  return out;
}

Result<std::uint32_t> BackupSet::take(const LogDb& checkpoint, const BackupFacts& facts) {
  for (const auto& known : list()) {
    if (known.damage.empty() && known.log_id != facts.log_id)
      return Error{"other_log", folder_ + " holds backups of another log (" + known.log_id
                                    + "); name a folder of its own for this one"};
    if (known.damage.empty() && known.position > facts.position)
      return Error{"older_log", folder_ + " holds a backup up to position "
                                    + std::to_string(known.position.value)
                                    + ", and this log ends at "
                                    + std::to_string(facts.position.value)
                                    + ": it is an older copy; name a folder of its own for it"};
  }
  TRYV(check_space(folder_, 0));
  rocksdb::CreateBackupOptions how;
  how.flush_before_backup = false;
  rocksdb::BackupID id = 0;
  const auto status =
      writer_->CreateNewBackupWithMetadata(how, &checkpoint.rocks().db(), metadata_of(facts), &id);
  if (status.IsNoSpace())
    return Error{"disk_full", folder_
                                  + " is full: the backup was not finished, those before it are "
                                    "as they were; make room, or keep fewer of them"};
  if (!status.ok())
    return storage_error(status, "writing the backup to " + folder_);
  TRYV(sync_folder(folder_));
  return id;
}

std::vector<BackupFacts> BackupSet::list() const {
  std::vector<rocksdb::BackupInfo> known;
  engine().GetBackupInfo(&known);
  std::vector<BackupFacts> out;
  for (const auto& info : known) {
    out.push_back(facts_of(info));
    const auto checked = read_file(checked_path(folder_, info.backup_id));
    if (checked && *checked)
      out.back().checked_at = from_rfc3339((*checked)->substr(0, (*checked)->find('\n')));
  }
  std::vector<rocksdb::BackupID> damaged;
  engine().GetCorruptedBackups(&damaged);
  for (const auto id : damaged) {
    out.push_back({});
    out.back().id = id;
    out.back().damage = "files of it are missing or have another size";
  }
  std::ranges::sort(out, {}, &BackupFacts::id);
  return out;
}

Status BackupSet::compare_files(std::uint32_t id) const {
  const auto status = engine().VerifyBackup(id, true);
  if (status.ok())
    return Done{};
  return Error{"data_damaged", "backup " + std::to_string(id) + " in " + folder_ + " is damaged: "
                                   + status.ToString() + "; use another one, and take a new one"};
}

Status BackupSet::put_back(std::uint32_t id, const std::string& log_folder) const {
  for (const auto& known : list())
    if (known.id == id) {
      TRYV(check_space(log_folder, known.bytes));
    }
  const auto status =
      engine().RestoreDBFromBackup(rocksdb::RestoreOptions(), id, log_folder, log_folder);
  if (status.ok())
    return sync_folder(log_folder);
  if (status.IsNoSpace())
    return Error{"disk_full", log_folder + " is full; make room, or name another folder"};
  if (status.IsNotFound() || status.IsCorruption())
    return Error{"data_damaged", "backup " + std::to_string(id) + " in " + folder_
                                     + " cannot be put back: " + status.ToString()
                                     + "; use another one"};
  return storage_error(status, "putting the backup back into " + log_folder);
}

Status BackupSet::note_checked(std::uint32_t id, Timestamp at) const {
  return write_file(checked_path(folder_, id), to_rfc3339(at) + "\n", 0600);
}

Result<std::size_t> BackupSet::keep(std::size_t count) {
  const auto before = list();
  const auto status = writer_->PurgeOldBackups(static_cast<std::uint32_t>(count));
  if (!status.ok())
    return storage_error(status, "removing old backups in " + folder_);
  const auto after = list();
  for (const auto& gone : before)
    if (std::ranges::none_of(after, [&](const auto& left) { return left.id == gone.id; })) {
      std::error_code missing; // most were never checked
      fs::remove(checked_path(folder_, gone.id), missing);
    }
  return before.size() - after.size();
}

} // namespace tidemark::storage
