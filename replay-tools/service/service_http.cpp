#include "replay-tools/service/service_http.hpp"

#include "base/unix_socket.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

namespace tidemark::tools {
namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024;
constexpr std::string_view success = "HTTP/1.1 2", length_field = "\r\nContent-Length: ";

Error unreachable() {
  return {"service_unreachable", "the service at this data folder does not answer: check that "
                                 "tidemarkd runs and that you are its user"};
}
Error not_understood() {
  return {"service_unreachable",
          "the service's answer cannot be read: use tools of the service's version"};
}

/// As a field's value; what cannot stand in one can be in no name that the service knows.
std::string field_value(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c <= 0x20 || c >= 0x7F; }, '?');
  return text;
}

std::string bytes_of(const ServiceRequest& request) {
  auto out = request.method + " " + request.target
             + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
  if (!request.tenant.empty())
    out += "X-Tidemark-Tenant: " + field_value(request.tenant) + "\r\n";
  if (!request.body.empty())
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return out + "\r\n" + request.body;
}

/// All that comes until the service closes; nothing when it does not answer in time.
std::optional<std::string> read_all(const UnixSocket& socket) {
  std::string out;
  char buffer[16 * 1024];
  while (out.size() <= answer_bytes_max) {
    const auto got = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (got == 0)
      return out;
    if (got < 0 && errno != EINTR)
      return std::nullopt;
    out.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  return std::nullopt;
}

/// The body of a whole answer; nothing when part of it is missing.
std::optional<std::string_view> body_of(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  const auto at = answer.find(length_field);
  if (end == std::string_view::npos || at >= end)
    return std::nullopt;
  const auto body = answer.substr(end + 4);
  std::size_t length = 0;
  std::from_chars(answer.data() + at + length_field.size(), answer.data() + end, length);
  return length == body.size() ? std::optional(body) : std::nullopt;
}

} // namespace

Result<nlohmann::ordered_json> ask_service(const std::string& data_dir,
                                           const ServiceRequest& request) {
  const auto socket = connect_in(data_dir, "control.sock");
  const timeval patience{60, 0}; // a service that is stuck must not hold a tool for ever
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (!socket.open() || !send_all(socket, bytes_of(request)))
    return unreachable();
  const auto answer = read_all(socket);
  const auto body = answer ? body_of(*answer) : std::nullopt;
  if (!body)
    return unreachable();
  auto json = nlohmann::ordered_json::parse(*body, nullptr, false);
  if (json.is_object() && answer->starts_with(success))
    return json;
  if (!json.is_object() || !json.contains("error"))
    return not_understood();
  return Error{json["error"].value("code", ""), json["error"].value("message", "")};
}

} // namespace tidemark::tools
