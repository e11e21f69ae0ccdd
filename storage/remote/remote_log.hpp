#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/log_store.hpp"
#include "storage/remote/log_protocol.hpp"
#include "storage/tables.hpp"

#include <memory>
#include <string>

namespace tidemark::storage {

/// The log and tables of a running service, seen through its control socket. Read-only: appends are
/// answered `NotTaken{read_only}`, changes of tables with an error. Any thread may call.
class RemoteReader {
public:
  virtual ~RemoteReader() = default;
  virtual LogStore& log() = 0;
  virtual TableStore& tables() = 0;
  /// Asks where the log stands now: `log().durable()` and `head()` stay as they are until then.
  /// Errors: service_unreachable.
  virtual Status refresh() = 0;
  /// The key of all keyed hashes. Errors: service_unreachable.
  virtual Result<SecretText> pepper() = 0;
};

/// Errors: service_unreachable when no service answers at `<data_dir>/log.sock`.
Result<std::unique_ptr<RemoteReader>> connect_to_service(const std::string& data_dir);

} // namespace tidemark::storage
