#pragma once
#include "base/result.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace tidemark::tools {

/// A request to the running service.
struct ServiceRequest {
  std::string tenant; ///< "" where it has only one
  std::string method;
  std::string target; ///< path and query
  std::string body{}; ///< JSON, or empty
};

/// Asks over HTTP at `<data_dir>/control.sock` and gives the JSON of the answer. Errors:
/// service_unreachable, and a refusal under its own code.
Result<nlohmann::ordered_json> ask_service(const std::string& data_dir,
                                           const ServiceRequest& request);

} // namespace tidemark::tools
