#pragma once
#include "base/secret.hpp"
#include "storage/log/log_options.hpp"
#include "storage/log_store.hpp"
#include "storage/sealing/secret_files.hpp"
#include "storage/tables/rocks_tables.hpp"

/// A data folder:
///   log/           RocksDB, synced: the events            tables/   RocksDB, can be dropped
///   keys/          pepper, tokens, credentials (storage/sealing/) incarnation  32 hex digits,
///   which log this is anchor         where the log is known to reach        writer.lock  the
///   fence, never delete it             opt_outs.spool  what the log could not take
///   (storage/spool/)
namespace tidemark::storage {

struct OpenOptions {
  std::string folder;
  /// `read`: a stopped folder or a copy; changes nothing on disk, takes no lock.
  Access access = Access::write;
  bool create = true; ///< a writer may make a new folder
  /// A reader accepts that a copy of a running folder caught the anchor later than the log, and
  /// says so in `notes`. Whoever wants proof leaves it false.
  bool copy_of_running = false;
  /// A reader is given what opens of a log that does not hold, to look where it breaks.
  bool damaged = false;
  std::optional<StoreKey> store_key{}; ///< what secrets are sealed under
  bool keyless = false;                ///< a writer that makes no hashes: secrets may stay shut
  LogOptions log;
  std::function<void(Position)> indexing; ///< progress, when the index must be rebuilt
  TenantId engine_tenant{"engine"};       ///< whose stream `engine` records a recovery
};

/// An open data folder. Ends its threads and lets go of the folder when destroyed; close whatever
/// uses the log first.
class OpenLog {
public:
  virtual ~OpenLog() = default;
  virtual LogStore& log() = 0;
  virtual TableStore& tables() = 0;
  /// For the bulk path; none for a reader of a folder without tables.
  virtual RocksTables* rocks_tables() = 0;
  /// The key of all keyed hashes; empty for a reader of a copy without the key folder.
  virtual const SecretText& pepper() const = 0;
  /// The folder's secrets.
  virtual const SecretFiles& secrets() const = 0;
  /// Part of every derived id (rule 13).
  virtual const Hash16& incarnation() const = 0;
  /// What a person should know about this opening: a recovery, tables started afresh.
  virtual const std::vector<std::string>& notes() const = 0;
  virtual DiskLevel disk_level() const = 0;
  virtual LogCounts counts() const = 0;
  /// Compares the checksums of every file of the log. Errors: data_damaged, storage_failed.
  virtual Status check_files() const = 0;
  /// What the databases of the log and of the tables say of themselves. From any thread.
  virtual std::vector<DbFigures> figures() const = 0;
  /// As of RocksDb::checkpoint, of the log.
  virtual Status checkpoint(const std::string& path) const = 0;
};

/// Opens a data folder. `clock` gives recorded_at and outlives the result; a reader needs none.
/// Error codes: data_damaged, data_rolled_back, not_a_data_folder, keys_exposed (exit 65),
/// data_in_use (75), storage_failed (74), store_key_missing and store_key_wrong (64). A writer with
/// a store key seals what stands plain.
Result<std::unique_ptr<OpenLog>> open_log(const OpenOptions& options, const WallClock* clock);

/// The exit code that belongs to an error of this folder (docs/operating.md).
int exit_code_of(const Error& error);

} // namespace tidemark::storage
