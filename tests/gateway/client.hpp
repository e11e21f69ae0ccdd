#pragma once
#include "base/unix_socket.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark::gateway::test {

/// An answer as it came over the wire.
struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers; ///< lower case
  std::string body;
  std::string raw;
};

/// A plain blocking socket: sends any bytes and reads answers. Every wait ends after 20 seconds.
class Client {
public:
  explicit Client(std::uint16_t port);
  explicit Client(UnixSocket socket);
  ~Client();
  Client(Client&& other) noexcept : fd_(other.fd_), rest_(std::move(other.rest_)) {
    other.fd_ = -1;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the peer has closed.
  bool send(std::string_view bytes);
  /// The next answer; nothing when the connection ends (or stays silent) before one is whole.
  std::optional<Reply> read(bool head_only = false);
  /// True when the peer closes without another byte.
  bool closed();
  /// One request with its answer.
  Reply ask(std::string_view bytes);

private:
  void limit_waits() const;
  bool more();
  int fd_ = -1;
  std::string rest_;
};

/// A request that is fine: HTTP/1.1, one Host.
std::string request(std::string_view method, std::string_view target, std::string_view headers = "",
                    std::string_view body = "");

} // namespace tidemark::gateway::test
