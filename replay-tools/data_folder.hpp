#pragma once
#include "base/keyed_hash.hpp"
#include "base/result.hpp"
#include "projections/table/scan.hpp"
#include "replay-tools/command_line.hpp"
#include "storage/open_log.hpp"
#include "storage/remote/remote_log.hpp"

#include <memory>
#include <string>

namespace tidemark::tools {

/// A data folder opened for reading: through the running service when its socket answers, also once
/// one was started, else the files themselves.
class DataFolder {
public:
  DataFolder(std::string path, std::unique_ptr<storage::OpenLog> files,
             std::unique_ptr<storage::RemoteReader> service, CommonOptions common)
      : path_(std::move(path)), files_(std::move(files)), service_(std::move(service)),
        common_(std::move(common)) {}
  storage::LogStore& log() { return service_ ? service_->log() : files_->log(); }
  storage::TableStore& tables() { return service_ ? service_->tables() : files_->tables(); }
  /// Looks how far the log reaches now; what `log` and `tables` gave before is not used after it.
  Status refresh();
  bool is_live() const { return service_ != nullptr; }
  /// Compares the checksums of the log's files; while the service runs it has them open and finds
  /// damage itself. Errors: data_damaged, storage_failed.
  Status check_files() const { return files_ ? files_->check_files() : Done{}; }

  /// Makes the hashes that keys are made of. Errors: as of hasher_of.
  Result<KeyedHasher> hasher() const;

  const std::string& path() const { return path_; }
  /// The scan function that views read through.
  projections::Scan scan();

private:
  std::string path_;
  std::unique_ptr<storage::OpenLog> files_; ///< none when the service ran at first
  std::unique_ptr<storage::RemoteReader> service_;
  CommonOptions common_;
};

/// The folder that the options name: `--data`, or `[log] dir` of the configuration, relative to the
/// working directory as for the service. Errors: bad_configuration, bad_usage.
Result<std::string> data_dir_of(const CommonOptions& options);

/// Errors: folder_missing, data_damaged, rolled_back, storage_failed, service_unreachable.
Result<std::unique_ptr<DataFolder>> open_for_reading(const CommonOptions& options);

/// The store key that `--store-key` or the environment names; nothing when none is given. Errors:
/// as of StoreKey::load.
Result<std::optional<storage::StoreKey>> given_store_key(const CommonOptions& options);

/// Makes the hashes that keys are made of, from `<data>/keys/pepper`; where that is sealed and no
/// store key is given, `service` is asked. Errors: keys_missing, as of given_store_key,
/// store_key_wrong.
Result<KeyedHasher> hasher_of(const std::string& data_dir, const CommonOptions& options,
                              storage::RemoteReader* service);

/// Which log the folder holds, hex; "" where that cannot be read.
std::string log_id_in(const std::string& data_dir);

/// Errors: bad_usage, with the names that are known, when `--tenant` is neither in the log nor,
/// where no `--data` is given, in the configuration: nothing about it must not read as "nothing
/// happened".
Status check_tenant(const CommonOptions& options, const storage::LogStore& log);

/// `--tenant`, or the only tenant in the log. Errors: bad_usage when that is not clear, or as of
/// check_tenant.
Result<TenantId> tenant_of(const CommonOptions& options, const storage::LogStore& log);

} // namespace tidemark::tools
