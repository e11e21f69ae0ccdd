#pragma once
#include "connectors/connector.hpp"

#include <chrono>
#include <functional>
#include <memory>

/// The port through which requests leave. Real: libcurl multi on its own thread. Simulated in
/// tests.
namespace tidemark::actors {

struct HttpCall {
  connectors::HttpRequest request;
  std::chrono::milliseconds timeout{10'000};
  std::size_t body_bytes_max = 64 * 1024; ///< stored part of the answer; full length is counted
  bool allow_loopback_http = false;       ///< plain http to a literal loopback address
};
struct HttpResult {
  connectors::HttpAnswer answer;
  std::uint64_t body_bytes = 0; ///< full length received, also beyond the stored part
  std::string body_sha256;      ///< hex, of everything received
  std::chrono::milliseconds duration{0};
};

/// Connections to systems, and the requests that need one.
struct HttpPool {
  std::size_t in_use = 0;  ///< connections that a request is on
  std::size_t waiting = 0; ///< requests that have none yet
  std::size_t idle = 0;    ///< connections that are kept for the next request
  bool operator==(const HttpPool&) const = default;
};

class HttpClient {
public:
  virtual ~HttpClient() = default;
  /// Never blocks. `done` is called exactly once, on a thread of the client; it must not block or
  /// throw. When the client is destroyed, what is open ends with the transport word "stopping".
  virtual void send(HttpCall call, std::function<void(HttpResult)> done) = 0;
  /// As of now, from any thread.
  virtual HttpPool pool() const { return {}; }
};

struct HttpClientOptions {
  std::size_t connections_per_host = 16;
  std::size_t received_bytes_max = 8 * 1024 * 1024; ///< an answer beyond this is cut off: too_large
  std::string user_agent = "tidemark";
  std::string ca_file{}; ///< PEM of the authorities to trust; "" for the system's
};
/// Transport words: timeout, connection_refused, name_not_resolved, connect_failed, reset (also an
/// answer that ends too early), too_large, tls_failed, bad_answer (not HTTP), refused_address,
/// bad_request, stopping; "" when the answer is whole. A status that came before a failure is kept
/// beside the word. `sent` is false exactly when no connection stood that the request could have
/// left on. Null when libcurl cannot start.
std::unique_ptr<HttpClient> make_curl_client(HttpClientOptions options);

} // namespace tidemark::actors
