#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/log_store.hpp"
#include "storage/remote/log_protocol.hpp"
#include "storage/tables.hpp"

#include <memory>
#include <string>

namespace tidemark::storage {

/// Answers the tools' questions while the service runs: through a socket that only the
/// service's own user can open. Has one thread; questions are answered one after the other. Ends
/// with destruction, which removes the socket.
class LogServer {
public:
  /// `log` and `tables` must outlive it. `pepper`: for tools that find people by their addresses. A
  /// socket left by a process that died is replaced: the caller holds the folder's fence. Errors:
  /// control_socket.
  static Result<std::unique_ptr<LogServer>> start(const std::string& data_dir, const LogStore& log,
                                                  const TableStore& tables,
                                                  std::size_t connections_max = 16,
                                                  SecretText pepper = {});
  ~LogServer();
  LogServer(const LogServer&) = delete;
  LogServer& operator=(const LogServer&) = delete;

private:
  struct State;
  explicit LogServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace tidemark::storage
