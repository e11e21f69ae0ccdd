#include "base/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tidemark {
namespace {

constexpr int listen_backlog = 16;

/// A name for a socket that fits into an address however long the folder's path is.
class Place {
public:
  Place(const std::string& folder, std::string_view name)
      : path_(folder + "/" + std::string(name)) {
    if (path_.size() < sizeof(sockaddr_un::sun_path))
      return;
    folder_ = UnixSocket(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    path_ = "/proc/self/fd/" + std::to_string(folder_.get()) + "/" + std::string(name);
  }
  const char* path() const { return path_.c_str(); }
  sockaddr_un address() const {
    sockaddr_un out{};
    out.sun_family = AF_UNIX;
    std::ranges::copy(path_, out.sun_path);
    return out;
  }

private:
  std::string path_;
  UnixSocket folder_; ///< the path goes through it while it is open
};

const sockaddr* any(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Error socket_error(std::string_view what) {
  return {"control_socket", std::string(what)
                                + " the control socket failed: " + std::strerror(errno)
                                + "; check that the data folder belongs to this user"};
}

} // namespace

UnixSocket& UnixSocket::operator=(UnixSocket&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

int UnixSocket::release() {
  return std::exchange(descriptor_, -1);
}

void UnixSocket::close() {
  if (descriptor_ >= 0)
    ::close(std::exchange(descriptor_, -1));
}

Result<UnixSocket> listen_in(const std::string& folder, std::string_view name) {
  const Place place(folder, name);
  UnixSocket listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener.open())
    return socket_error("making");
  ::unlink(place.path()); // left by a process that died
  const auto address = place.address();
  // Restricted before it has a name, so that nobody else can open it in between.
  if (::fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0
      || ::bind(listener.get(), any(address), sizeof address) != 0
      || ::chmod(place.path(), S_IRUSR | S_IWUSR) != 0
      || ::listen(listener.get(), listen_backlog) != 0)
    return socket_error("opening");
  return listener;
}

void remove_socket(const std::string& folder, std::string_view name) {
  ::unlink(Place(folder, name).path());
}

UnixSocket connect_in(const std::string& folder, std::string_view name) {
  const Place place(folder, name); // as long as the address is used
  const auto address = place.address();
  UnixSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.open() && ::connect(socket.get(), any(address), sizeof address) != 0)
    socket.close();
  return socket;
}

bool send_all(const UnixSocket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::optional<std::uint32_t> peer_user(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0)
    return std::nullopt;
  return who.uid;
}

} // namespace tidemark
