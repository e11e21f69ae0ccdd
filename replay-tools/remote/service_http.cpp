#include "replay-tools/remote/service_http.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace tidemark::tools {
namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024 * 1024; // one record always fits
constexpr std::string_view success = "HTTP/1.1 2", length_field = "\r\nContent-Length: ";

/// As a field's value; what cannot stand in one can be in no name that the service knows.
std::string field_value(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c <= 0x20 || c >= 0x7F; }, '?');
  return text;
}

std::string bytes_of(const ServiceRequest& request) {
  auto out = request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!request.tenant.empty())
    out += "X-Tidemark-Tenant: " + field_value(request.tenant) + "\r\n";
  if (!request.body.empty())
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return out + "\r\n" + request.body;
}

struct Lengths {
  std::size_t head = 0; ///< 0 as long as it is not whole
  std::size_t all = answer_bytes_max;
};
Lengths lengths_of(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  const auto at = answer.find(length_field);
  if (end == std::string_view::npos || at >= end)
    return {};
  std::size_t body = answer_bytes_max;
  std::from_chars(answer.data() + at + length_field.size(), answer.data() + end, body);
  return {end + 4, std::min(answer_bytes_max, end + 4 + body)};
}

UnixSocket connected(const std::string& data_dir) {
  auto socket = connect_in(data_dir, "control.sock");
  const timeval patience{60, 0}; // a service that is stuck must not hold a tool for ever
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return socket;
}

} // namespace

Error service_unreachable() {
  return {"service_unreachable", "the service at this data folder does not answer: check that "
                                 "tidemarkd runs and that you are its user"};
}
Error not_understood() {
  return {"service_unreachable",
          "the service's answer cannot be read: use tools of the service's version"};
}

/// False when the answer is not whole; `errno` is 0 when the service ended the connection.
bool ServiceConnection::exchange(std::string_view request, std::string& answer) {
  errno = 0;
  if (!send_all(socket_, request))
    return false;
  char buffer[64 * 1024];
  for (Lengths known; answer.size() < known.all; known = lengths_of(answer)) {
    const auto got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (got == 0 || (got < 0 && errno != EINTR))
      return false;
    answer.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  return answer.size() < answer_bytes_max;
}

Result<std::string> ServiceConnection::ask(const ServiceRequest& request) {
  const std::lock_guard turn(guard_);
  const auto bytes = bytes_of(request);
  std::string answer;
  const bool kept = socket_.open();
  if (!kept)
    socket_ = connected(data_dir_);
  bool whole = exchange(bytes, answer);
  if (!whole && kept && answer.empty() && errno != EAGAIN) {
    socket_ = connected(data_dir_); // the service ends connections on which it hears nothing
    whole = exchange(bytes, answer);
  }
  if (!whole) {
    socket_.close(); // half an answer may be left on it
    return service_unreachable();
  }
  auto body = answer.substr(lengths_of(answer).head);
  if (answer.starts_with(success))
    return body;
  const auto refused = nlohmann::json::parse(body, nullptr, false);
  if (!refused.is_object() || !refused.contains("error"))
    return not_understood();
  return Error{refused["error"].value("code", ""), refused["error"].value("message", "")};
}

Result<nlohmann::ordered_json> ask_service(const std::string& data_dir,
                                           const ServiceRequest& request) {
  TRY(body, ServiceConnection(data_dir).ask(request));
  auto json = nlohmann::ordered_json::parse(body, nullptr, false);
  return json.is_object() ? Result<nlohmann::ordered_json>(std::move(json)) : not_understood();
}

} // namespace tidemark::tools
