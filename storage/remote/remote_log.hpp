#pragma once
#include "base/result.hpp"
#include "storage/log_store.hpp"
#include "storage/remote/control_protocol.hpp"
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
  /// Asks for a run over a system's list of contacts; gives its position. Errors:
  /// service_unreachable, and what the service says: bad_usage, busy.
  virtual Result<Position> backfill(const control::BackfillQuestion& what) = 0;
  /// Health, queues and alerts as JSON. Errors: service_unreachable, bad_usage.
  virtual Result<std::string> status(const std::string& tenant) = 0;
  /// Connects an account; gives a sentence for people. Errors: service_unreachable, and what the
  /// service says.
  virtual Result<std::string> connect(const control::ConnectQuestion& what) = 0;
  /// Asks as over HTTP. Errors: service_unreachable, bad_usage; a refusal of the API is an answer.
  virtual Result<control::ApiAnswer> api(const control::ApiQuestion& what) = 0;
};

/// Errors: service_unreachable when no service answers at `<data_dir>/control.sock`.
Result<std::unique_ptr<RemoteReader>> connect_to_service(const std::string& data_dir);

} // namespace tidemark::storage
