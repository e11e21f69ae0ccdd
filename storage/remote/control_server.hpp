#pragma once
#include "base/result.hpp"
#include "storage/log_store.hpp"
#include "storage/remote/control_protocol.hpp"
#include "storage/tables.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tidemark::storage {

/// Takes requests for a run over a system's list: gives the run's position, of the one that is
/// under way when there is one. Errors: bad_usage (names what is wrong), busy.
using BackfillDesk = std::function<Result<Position>(const control::BackfillQuestion&)>;
/// Health, queues and alerts of a tenant as one JSON object; of the only tenant when it is "".
/// Errors: bad_usage.
using StatusDesk = std::function<Result<std::string>(const std::string& tenant)>;
/// Connects an account; may take as long as the system takes to answer. Gives a sentence for
/// people. Errors: bad_usage, and why the system did not agree.
using ConnectDesk = std::function<Result<std::string>(const control::ConnectQuestion&)>;

/// Answers a request as the API would an operator's. Errors: bad_usage.
using ApiDesk = std::function<Result<control::ApiAnswer>(const control::ApiQuestion&)>;

/// What the service does for tools besides reading.
struct ServiceDesks {
  BackfillDesk backfills{};
  StatusDesk status{};
  ConnectDesk connect{};
  ApiDesk api{};
};

/// Answers the tools' questions while the service runs: through a socket that only the
/// service's own user can open. Has one thread; questions are answered one after the other. Ends
/// with destruction, which removes the socket.
class ControlServer {
public:
  /// `log` and `tables` must outlive it. A socket left by a process that died is replaced: the
  /// caller holds the folder's fence. Errors: control_socket.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& data_dir,
                                                      const LogStore& log, const TableStore& tables,
                                                      std::size_t connections_max = 16,
                                                      ServiceDesks desks = {});
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

private:
  struct State;
  explicit ControlServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace tidemark::storage
