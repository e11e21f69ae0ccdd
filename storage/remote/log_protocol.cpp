#include "storage/remote/log_protocol.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace tidemark::storage::wire {
namespace {

bool receive_exactly(const UnixSocket& socket, char* to, std::size_t count) {
  while (count > 0) {
    const auto got = ::recv(socket.get(), to, count, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

} // namespace

bool send_message(const UnixSocket& socket, std::string_view message) {
  std::string length;
  append_u32(length, static_cast<std::uint32_t>(message.size()));
  return send_all(socket, length) && send_all(socket, message);
}

bool receive_message(const UnixSocket& socket, std::string& message, std::size_t bytes_max) {
  char length[4];
  if (!receive_exactly(socket, length, sizeof length))
    return false;
  const std::size_t count = read_u32({length, sizeof length});
  if (count > bytes_max)
    return false;
  message.resize(count);
  return receive_exactly(socket, message.data(), count);
}

} // namespace tidemark::storage::wire
