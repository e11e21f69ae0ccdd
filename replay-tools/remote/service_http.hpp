#pragma once
#include "base/result.hpp"
#include "base/unix_socket.hpp"

#include <nlohmann/json.hpp>

#include <mutex>
#include <string>

namespace tidemark::tools {

/// A request to the running service.
struct ServiceRequest {
  std::string tenant; ///< "" where it has only one, or none is meant
  std::string method;
  std::string target; ///< path and query
  std::string body{}; ///< JSON, or what the route takes; may be empty
};

Error service_unreachable();
/// The service answers, and not as one of our version does.
Error not_understood();

/// HTTP at `<data_dir>/control.sock`, on one connection for many requests. Any thread may ask;
/// requests take turns.
class ServiceConnection {
public:
  explicit ServiceConnection(std::string data_dir) : data_dir_(std::move(data_dir)) {}

  /// The body of the answer. All but the first may reach the service twice: they only read. Errors:
  /// service_unreachable, and a refusal under its own code.
  Result<std::string> ask(const ServiceRequest& request);

private:
  bool exchange(std::string_view request, std::string& answer);

  std::string data_dir_;
  std::mutex guard_;
  UnixSocket socket_;
};

/// Asks once and gives the JSON of the answer. Errors: as of ServiceConnection::ask.
Result<nlohmann::ordered_json> ask_service(const std::string& data_dir,
                                           const ServiceRequest& request);

} // namespace tidemark::tools
