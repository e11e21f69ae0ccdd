#include "tests/gateway/client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace tidemark::gateway::test {

Client::Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  limit_waits();
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

Client::Client(UnixSocket socket) : fd_(socket.release()) {
  limit_waits();
}

void Client::limit_waits() const {
  const timeval patience{20, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Client::~Client() {
  if (fd_ >= 0)
    ::close(fd_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Client::more() {
  char buffer[65536];
  const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
  if (count <= 0)
    return false;
  rest_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::optional<Reply> Client::read(bool head_only) {
  std::size_t end = 0;
  while ((end = rest_.find("\r\n\r\n")) == std::string::npos)
    if (!more())
      return std::nullopt;
  Reply reply;
  reply.status = std::atoi(rest_.substr(9, 3).c_str());
  std::size_t at = rest_.find("\r\n") + 2;
  while (at < end + 2) {
    const auto line_end = rest_.find("\r\n", at);
    const auto colon = rest_.find(": ", at);
    auto name = rest_.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    reply.headers[name] = rest_.substr(colon + 2, line_end - colon - 2);
    at = line_end + 2;
  }
  const auto length = head_only || !reply.headers.contains("content-length")
                          ? 0
                          : std::stoul(reply.headers["content-length"]);
  while (rest_.size() < end + 4 + length)
    if (!more())
      return std::nullopt;
  reply.raw = rest_.substr(0, end + 4 + length);
  reply.body = rest_.substr(end + 4, length);
  rest_.erase(0, end + 4 + length);
  return reply;
}

bool Client::closed() {
  char byte = 0;
  return rest_.empty() && ::recv(fd_, &byte, 1, 0) == 0;
}

Reply Client::ask(std::string_view bytes) {
  send(bytes);
  return read().value_or(Reply{});
}

std::string request(std::string_view method, std::string_view target, std::string_view headers,
                    std::string_view body) {
  std::string out(method);
  out += " ";
  out += target;
  out += " HTTP/1.1\r\nHost: test\r\n";
  out += headers;
  if (!body.empty() || method == "POST")
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out += "\r\n";
  out += body;
  return out;
}

} // namespace tidemark::gateway::test
