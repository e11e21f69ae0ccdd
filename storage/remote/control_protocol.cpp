#include "storage/remote/control_protocol.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tidemark::storage::control {
namespace {

bool receive_exactly(int socket, char* to, std::size_t count) {
  while (count > 0) {
    const auto got = ::recv(socket, to, count, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    to += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

} // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

int Socket::release() {
  return std::exchange(descriptor_, -1);
}

void Socket::close() {
  if (descriptor_ >= 0)
    ::close(std::exchange(descriptor_, -1));
}

Result<std::string> socket_path(const std::string& data_dir, Socket& folder) {
  auto path = data_dir + "/" + std::string(socket_name);
  if (path.size() < sizeof(sockaddr_un::sun_path))
    return path;
  folder = Socket(::open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open())
    return Error{"folder_missing", "the data folder cannot be opened"};
  return "/proc/self/fd/" + std::to_string(folder.get()) + "/" + std::string(socket_name);
}

bool send_message(int socket, std::string_view message) {
  std::string length;
  append_u32(length, static_cast<std::uint32_t>(message.size()));
  return send_all(socket, length) && send_all(socket, message);
}

bool receive_message(int socket, std::string& message, std::size_t bytes_max) {
  char length[4];
  if (!receive_exactly(socket, length, sizeof length))
    return false;
  const std::size_t count = read_u32({length, sizeof length});
  if (count > bytes_max)
    return false;
  message.resize(count);
  return receive_exactly(socket, message.data(), count);
}

} // namespace tidemark::storage::control
