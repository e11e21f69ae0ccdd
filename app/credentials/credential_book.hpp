#pragma once
#include "gateway/ports.hpp"
#include "storage/sealing/credential_files.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <vector>

namespace tidemark::app {

/// The secrets of connectors that were set while the service ran. Any thread may call.
class CredentialBook {
public:
  /// Reads what is kept. Errors: as of CredentialFiles.
  static Result<std::shared_ptr<CredentialBook>> open(storage::CredentialFiles files);

  /// The settings with the secrets in use.
  connectors::Settings over(const TenantId& tenant, connectors::Settings configured) const;
  /// As above first, then those with a replaced secret each. Empty when nothing was set.
  std::vector<gateway::AcceptedSettings> accepted(const TenantId& tenant,
                                                  const connectors::Settings& configured) const;
  std::vector<storage::StoredCredential> all() const;
  bool can_write() const { return files_.can_write(); }
  bool holds(const TenantId& tenant, const ConnectorName& connector,
             const std::string& setting) const;

  /// It is on disk, though not in use, before `record` says so to the log: what is recorded holds,
  /// whatever the disk does then; what is not changes nothing.
  using Record = gateway::SecretsPort::Record;
  /// In use when it returns. `overlap_until`: the value before, which is `configured` where none
  /// was set yet, is accepted until then.
  Result<Position> put(const TenantId& tenant, const ConnectorName& connector,
                       const std::string& setting, storage::CredentialValue value,
                       const SecretText& configured, const std::optional<Timestamp>& overlap_until,
                       const Record& record);
  /// The configuration's is in use again.
  Result<Position> remove(const TenantId& tenant, const ConnectorName& connector,
                          const std::string& setting, const Record& record);
  /// All of a tenant that ends.
  Status remove_all(const TenantId& tenant);
  /// At a start: brings to its end what was cut off behind its record, and forgets the rest.
  Status settle_staged(const std::function<Result<bool>(const storage::StoredCredential&)>& holds);
  /// What is accepted no more is kept no more; what the disk refused behind its record is tried
  /// again.
  Status end_overlaps(Timestamp now);

private:
  using Key = std::tuple<TenantId, ConnectorName, std::string>;
  explicit CredentialBook(storage::CredentialFiles files) : files_(std::move(files)) {}

  Result<Position> change(storage::StoredCredential next, const Record& record);
  void take(storage::StoredCredential next);
  Status finish_late();

  const storage::CredentialFiles files_;
  std::mutex writing_;       ///< one at a time
  mutable std::mutex guard_; ///< of what follows
  std::map<Key, storage::StoredCredential> held_;
  std::map<Key, storage::StoredCredential> late_; ///< recorded and in use, and staged still
  std::atomic<bool> any_ = false;                 ///< whether any are held, for each webhook asks
};

} // namespace tidemark::app
