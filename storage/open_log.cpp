#include "storage/open_log.hpp"

#include "storage/files/disk_space.hpp"
#include "storage/folder/fence.hpp"
#include "storage/folder/folder_files.hpp"
#include "storage/folder/recovery.hpp"
#include "storage/log/rocks_log.hpp"
#include "storage/spool/spool_entry.hpp"
#include "storage/tables/memory_tables.hpp"

#include <filesystem>
#include <system_error>

namespace tidemark::storage {
namespace {

/// RocksDB ends the process by an assertion when it cannot write while it opens.
Status check_room(const std::string& folder) {
  constexpr std::uint64_t bytes_needed = 1U << 20;
  if (const auto space = disk_space(folder); !space || space->free >= bytes_needed)
    return Done{};
  return Error{"disk_full", "the disk of " + folder + " has less than 1 MiB left; make room and "
                                + "start again, nothing that was acknowledged is lost"};
}

class OpenRocks final : public OpenLog {
public:
  LogStore& log() override { return *log_; }
  TableStore& tables() override {
    return tables_ ? static_cast<TableStore&>(*tables_) : no_tables_;
  }
  RocksTables* rocks_tables() override { return tables_.get(); }
  const SecretText& pepper() const override { return files_.pepper; }
  const SecretFiles& secrets() const override { return *secrets_; }
  const Hash16& incarnation() const override { return files_.incarnation; }
  const std::vector<std::string>& notes() const override { return notes_; }
  DiskLevel disk_level() const override { return log_->disk_level(); }
  LogCounts counts() const override { return log_->counts(); }
  Status check_files() const override { return log_->check_files(); }
  std::vector<DbFigures> figures() const override { return log_->figures(); }
  Status checkpoint(const std::string& path) const override { return log_->checkpoint(path); }

  FolderFiles files_;
  std::optional<SecretFiles> secrets_;
  std::vector<std::string> notes_;
  MemoryTables no_tables_;
  std::unique_ptr<RocksTables> tables_;
  std::unique_ptr<RocksLog> log_; // goes first: its index uses the tables' database
};

bool has_database(const std::string& path) {
  std::error_code unreadable; // then opening says what is wrong
  return std::filesystem::exists(path + "/CURRENT", unreadable);
}

struct OpenedLog {
  std::unique_ptr<LogDb> db;
  Tip tip;
};

/// Opens for reading, which changes nothing, and looks whether all is there.
Result<OpenedLog> open_and_inspect(const FolderPaths& paths, const FolderFiles& files) {
  if (!has_database(paths.log))
    return Error{"data_damaged", paths.log + "/CURRENT is missing, but the anchor says that "
                                     + std::to_string(files.anchor->position.value)
                                     + " events were acknowledged; restore a backup"};
  TRY(db, RocksDb::open_log(paths.log, Access::read));
  OpenedLog out{std::make_unique<LogDb>(std::move(db)), {}};
  TRY(tip, inspect(*out.db, files.anchor));
  out.tip = tip;
  return out;
}

/// Opens for reading without looking whether it holds. Where its end cannot be read, it ends at the
/// anchor.
Result<OpenedLog> open_as_it_is(const FolderPaths& paths, const FolderFiles& files) {
  TRY(db, RocksDb::open_log(paths.log, Access::read));
  OpenedLog out{std::make_unique<LogDb>(std::move(db)), {}};
  const auto last = out.db->last();
  if (!last && !files.anchor)
    return last.error();
  out.tip.position = last ? *last : files.anchor->position;
  return out;
}

/// Rows of another log, or from beyond its end, would be believed for ever.
Status check_tables(OpenRocks& open, Position tip) {
  auto& tables = *open.tables_;
  TRY(owner, tables.incarnation());
  if (owner != open.files_.incarnation) {
    if (owner)
      open.notes_.push_back("the tables were of another log and are rebuilt");
    return tables.restart(open.files_.incarnation);
  }
  TRY(names, tables.names());
  for (const auto& name : names) {
    TRY(checkpoint, tables.checkpoint(name));
    if (checkpoint <= tip)
      continue;
    open.notes_.push_back("table " + name + " was ahead of the log and is rebuilt");
    if (auto cleared = tables.clear(name); !cleared)
      return cleared;
  }
  return Done{};
}

Status open_and_check_tables(const FolderPaths& paths, Position tip, OpenRocks& open,
                             std::shared_ptr<RocksDb>& db) {
  TRY(opened, RocksDb::open_tables(paths.tables, Access::write));
  db = std::move(opened);
  open.tables_ = std::make_unique<RocksTables>(db, paths.tables);
  return check_tables(open, tip);
}

/// Tables hold nothing that the log does not: damaged ones are started afresh rather than not at
/// all, whether opening them shows the damage or the first look into them.
Result<std::shared_ptr<RocksDb>> open_tables_for_writing(const FolderPaths& paths, Position tip,
                                                         OpenRocks& open) {
  std::shared_ptr<RocksDb> db;
  auto checked = open_and_check_tables(paths, tip, open, db);
  if (!checked && checked.error().code == "data_damaged") {
    open.notes_.push_back("the tables were damaged and are rebuilt from the log ("
                          + checked.error().text + ")");
    open.tables_.reset();
    db.reset();
    std::error_code failed;
    std::filesystem::remove_all(paths.tables, failed);
    if (failed)
      return Error{"storage_failed", "removing " + paths.tables + ": " + failed.message()};
    checked = open_and_check_tables(paths, tip, open, db);
  }
  if (!checked)
    return checked.error();
  return db;
}

Status record_recovery(LogStore& log, const TenantId& tenant, const std::string& what) {
  Append append;
  append.tenant = tenant;
  append.events.push_back(
      {StreamName{"engine"}, events::RecoveryPerformed{what, log.durable()}, {}, {}});
  const auto outcome = append_and_wait(log, std::move(append));
  if (!std::holds_alternative<Appended>(outcome))
    return Error{"storage_failed", "the recovery could not be recorded"};
  return Done{};
}

/// What the log could not take before is appended now, ahead of everything else (idea 7).
Status take_over(const std::vector<OptOutSpool::Entry>& spooled, const TenantId& engine,
                 const WallClock& clock, OpenRocks& open) {
  if (spooled.empty())
    return Done{};
  for (const auto& entry : spooled) {
    TRY(append, from_spool_entry(entry.bytes, entry.spooled_at, clock.now()));
    const auto outcome = append_and_wait(*open.log_, std::move(append));
    if (!std::holds_alternative<Appended>(outcome) && !std::holds_alternative<Duplicate>(outcome))
      return Error{"disk_full",
                   "possible opt-outs wait in opt_outs.spool and the log does not take them; make "
                   "room and start again, nothing that was acknowledged is lost"};
  }
  const auto what =
      std::to_string(spooled.size())
      + " webhooks that may be opt-outs, which the log could not take when they came, "
        "were appended from opt_outs.spool; the first came at "
      + to_rfc3339(spooled.front().spooled_at);
  TRYV(record_recovery(*open.log_, engine, what));
  open.notes_.push_back(what);
  return open.log_->clear_spool();
}

/// Where an existing log ends, its damaged tail cut where that loses nothing. Changes nothing when
/// it refuses.
Result<Tip> settle(const FolderPaths& paths, const FolderFiles& files,
                   std::optional<std::string>& recovered) {
  if (!files.has_log)
    return Tip{};
  auto opened = open_and_inspect(paths, files);
  if (opened)
    return opened->tip;
  // A log that opens and is short is short; one that does not open may only have a damaged tail.
  if (opened.error().code != "data_damaged" || !has_database(paths.log))
    return opened.error();
  TRY(done, recover_tail(paths.log, files.anchor, opened.error()));
  recovered = std::move(done);
  opened = open_and_inspect(paths, files);
  if (!opened)
    return opened.error();
  return opened->tip;
}

Status seal_secrets(OpenRocks& open) {
  if (open.secrets_->key_id().empty())
    return Done{};
  TRY(sealed, open.secrets_->seal_all());
  if (sealed > 0)
    open.notes_.push_back(std::to_string(sealed) + " secret files were sealed under the store key "
                          + open.secrets_->key_id());
  return Done{};
}

Result<std::unique_ptr<OpenLog>> open_writer(const OpenOptions& options, const WallClock& clock) {
  const FolderPaths paths(options.folder);
  TRYV(check_is_folder(paths, options.create));
  TRYV(make_folder(paths.folder, 0700));
  TRY(fence, Fence::take(paths.lock));
  TRYV(check_room(paths.folder));
  auto open = std::make_unique<OpenRocks>();
  TRY(secrets, SecretFiles::open_in(paths.keys, options.store_key, !options.keyless));
  open->secrets_ = std::move(secrets);
  TRY(files, load_files(paths, Access::write, *open->secrets_, options.keyless));
  open->files_ = std::move(files);
  std::optional<std::string> recovered;
  TRY(tip, settle(paths, open->files_, recovered));
  TRYV(seal_secrets(*open));

  TRY(anchor, Anchor::open(paths.anchor));
  TRY(db, RocksDb::open_log(paths.log, Access::write, WalDamage::refuse, options.log.count_syncs));
  // Opening has put everything that was in the write-ahead log into synced tables, so the anchor
  // may move up to the tip; the new epoch stands there before anything is written under it.
  tip.epoch = Epoch{tip.epoch.value + 1};
  TRYV(anchor.set({tip.position, tip.head, tip.epoch}));
  TRY(tables, open_tables_for_writing(paths, tip.position, *open));
  TRY(spool, OptOutSpool::open(paths.spool));
  TRY(spooled, spool.entries());
  TRY(log, RocksLog::writer({std::make_unique<LogDb>(std::move(db)), tables, tip, paths.folder},
                            {std::move(anchor), std::move(fence), std::move(spool), clock,
                             options.log, options.indexing}));
  open->log_ = std::move(log);
  if (recovered) {
    open->notes_.push_back(*recovered);
    TRYV(record_recovery(*open->log_, options.engine_tenant, *recovered));
  }
  TRYV(take_over(spooled, options.engine_tenant, clock, *open));
  return std::unique_ptr<OpenLog>(std::move(open));
}

void open_tables_for_reading(const FolderPaths& paths, OpenRocks& open,
                             std::shared_ptr<RocksDb>& db) {
  if (!has_database(paths.tables))
    return open.notes_.push_back("there are no tables; what needs them is read from the log");
  auto opened = RocksDb::open_tables(paths.tables, Access::read);
  if (!opened)
    return open.notes_.push_back("the tables cannot be opened (" + opened.error().text
                                 + "); what needs them is read from the log");
  db = std::move(*opened);
  open.tables_ = std::make_unique<RocksTables>(db, paths.tables);
  const auto owner = open.tables_->incarnation();
  if (owner && *owner == open.files_.incarnation)
    return;
  open.notes_.push_back("the tables are of another log and were not used");
  open.tables_.reset();
  db.reset();
}

Result<std::unique_ptr<OpenLog>> open_reader(const OpenOptions& options) {
  const FolderPaths paths(options.folder);
  TRYV(check_is_folder(paths, false));
  auto open = std::make_unique<OpenRocks>();
  TRY(secrets, SecretFiles::open_in(paths.keys, options.store_key, false));
  open->secrets_ = std::move(secrets);
  TRY(files, load_files(paths, Access::read, *open->secrets_));
  open->files_ = std::move(files);
  auto opened = open_and_inspect(paths, open->files_);
  if (!opened && opened.error().code == "data_rolled_back" && options.copy_of_running) {
    open->notes_.push_back("this copy was not proved whole: " + opened.error().text);
    auto unproved = open->files_;
    unproved.anchor->position = Position{};
    opened = open_and_inspect(paths, unproved);
  }
  if (!opened && opened.error().code == "data_damaged" && options.damaged)
    opened = open_as_it_is(paths, open->files_);
  if (!opened)
    return opened.error();
  std::shared_ptr<RocksDb> tables;
  open_tables_for_reading(paths, *open, tables);
  open->log_ = RocksLog::reader({std::move(opened->db), tables, opened->tip, paths.folder});
  return std::unique_ptr<OpenLog>(std::move(open));
}

} // namespace

Result<std::unique_ptr<OpenLog>> open_log(const OpenOptions& options, const WallClock* clock) {
  if (options.access == Access::read)
    return open_reader(options);
  if (clock == nullptr)
    return Error{"storage_failed", "a writer needs a clock"};
  return open_writer(options, *clock);
}

int exit_code_of(const Error& error) {
  if (error.code == "data_damaged" || error.code == "data_rolled_back"
      || error.code == "not_a_data_folder" || error.code == "keys_exposed"
      || error.code == "record_damaged")
    return 65;
  if (error.code == "store_key_missing" || error.code == "store_key_wrong"
      || error.code == "store_key_damaged" || error.code == "store_key_exposed")
    return 64;
  if (error.code == "data_in_use")
    return 75;
  return 74;
}

} // namespace tidemark::storage
