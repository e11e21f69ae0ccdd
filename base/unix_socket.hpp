#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Unix stream sockets with a name in a folder: how the programs of one user talk on one machine.
namespace tidemark {

/// A descriptor, closed on destruction; -1 when there is none.
class UnixSocket {
public:
  explicit UnixSocket(int descriptor = -1) : descriptor_(descriptor) {}
  UnixSocket(UnixSocket&& other) noexcept : descriptor_(other.release()) {}
  UnixSocket& operator=(UnixSocket&& other) noexcept;
  ~UnixSocket() { close(); }
  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }
  int release();
  void close();

private:
  int descriptor_;
};

/// Listens at `folder`/`name`, which only this user may open; replaces what a process that died has
/// left there, so the caller holds the folder's fence. Errors: control_socket.
Result<UnixSocket> listen_in(const std::string& folder, std::string_view name);
/// Takes the name away again.
void remove_socket(const std::string& folder, std::string_view name);
/// Not open when nobody listens there or the folder may not be entered.
UnixSocket connect_in(const std::string& folder, std::string_view name);

/// Sends all bytes; false when the peer is gone or does not read in time.
bool send_all(const UnixSocket& socket, std::string_view bytes);
/// The user at the other end, as the kernel tells it.
std::optional<std::uint32_t> peer_user(int socket);

} // namespace tidemark
