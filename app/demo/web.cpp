#include "app/demo/web.hpp"

#include <fmt/format.h>

#include <future>

namespace tidemark::demo {

Result<WebAnswer> Web::ask(const std::string& method, const std::string& url,
                           const Headers& headers, const std::optional<Json>& body) {
  if (!client_)
    return Error{"no_answer", "libcurl cannot be started"};
  actors::HttpCall call;
  call.request = {method, url, headers, body ? body->dump() : ""};
  if (body)
    call.request.headers.emplace_back("Content-Type", "application/json");
  call.allow_loopback_http = true;
  call.body_bytes_max = 4 * 1024 * 1024;
  std::promise<actors::HttpResult> promise;
  auto answered = promise.get_future();
  client_->send(std::move(call),
                [&](actors::HttpResult result) { promise.set_value(std::move(result)); });
  const auto result = answered.get(); // the client answers always: it has a time-out
  if (result.answer.transport != Reason::none)
    return Error{"no_answer", fmt::format("{} {} gave no answer ({})", method, url,
                                          name_of(result.answer.transport))};
  auto parsed = Json::parse(result.answer.body, nullptr, false);
  return WebAnswer{result.answer.status, parsed.is_discarded() ? Json() : std::move(parsed)};
}

Result<Json> Web::need(const std::string& method, const std::string& url, const Headers& headers,
                       const std::optional<Json>& body) {
  TRY(answer, ask(method, url, headers, body));
  if (answer.status < 200 || answer.status > 299)
    return Error{"refused", fmt::format("{} {} was answered {}", method,
                                        url.substr(0, url.find('?')), answer.status)};
  return std::move(answer.body);
}

std::string escaped(std::string_view text) {
  constexpr std::string_view plain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                      || plain.find(c) != std::string_view::npos;
    out += kept ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

const Json& at(const Json& object, std::string_view member) {
  static const Json nothing;
  if (!object.is_object())
    return nothing;
  const auto found = object.find(std::string(member));
  return found == object.end() ? nothing : *found;
}

std::string text_at(const Json& object, std::string_view member) {
  const auto& value = at(object, member);
  if (value.is_string())
    return value.get<std::string>();
  return value.is_number_integer() ? value.dump() : "";
}

std::uint64_t number_at(const Json& object, std::string_view member) {
  const auto& value = at(object, member);
  return value.is_number_integer() ? value.get<std::uint64_t>() : 0;
}

} // namespace tidemark::demo
