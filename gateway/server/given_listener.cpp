#include "gateway/server/given_listener.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <array>
#include <optional>

namespace tidemark::gateway {
namespace {

using boost::asio::ip::tcp;

std::optional<int> socket_option(int descriptor, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(descriptor, SOL_SOCKET, option, &value, &length) != 0)
    return std::nullopt;
  return value;
}

/// Where it listens; none for what is no socket of the internet.
std::optional<tcp::endpoint> place_of(int descriptor) {
  tcp::endpoint out;
  auto length = static_cast<socklen_t>(out.capacity());
  if (::getsockname(descriptor, out.data(), &length) != 0)
    return std::nullopt;
  const auto family = out.data()->sa_family;
  if (family != AF_INET && family != AF_INET6)
    return std::nullopt;
  out.resize(length);
  return out;
}

std::string text_of(const tcp::endpoint& place) {
  const auto address = place.address().to_string();
  return (place.address().is_v6() ? "[" + address + "]" : address) + ":"
         + std::to_string(place.port());
}

Error wrong_socket(const std::string& what, const tcp::endpoint& wanted) {
  return {
      "wrong_socket",
      "server.listen is " + text_of(wanted) + ", but the socket that this service was started with "
          + what
          + "; make ListenStream= of tidemark.socket the same as server.listen, or stop that unit"};
}

} // namespace

Status check_given_listener(int descriptor, const tcp::endpoint& wanted) {
  const auto type = socket_option(descriptor, SO_TYPE);
  if (!type)
    return wrong_socket("is none", wanted);
  const auto place = place_of(descriptor);
  if (!place || *type != SOCK_STREAM)
    return wrong_socket("is not one of TCP", wanted);
  if (socket_option(descriptor, SO_ACCEPTCONN) != 1)
    return wrong_socket("is not listened on", wanted);
  const bool right_port = wanted.port() == 0 || place->port() == wanted.port();
  if (place->address() != wanted.address() || !right_port)
    return wrong_socket("listens on " + text_of(*place), wanted);
  return Done{};
}

} // namespace tidemark::gateway
