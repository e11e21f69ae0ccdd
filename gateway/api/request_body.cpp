#include "gateway/api/request_body.hpp"

#include "base/text/json_writer.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::size_t reason_bytes_max = 2000;

} // namespace

Result<json::Document> read_object(std::string_view body,
                                   std::initializer_list<std::string_view> known) {
  auto parsed = json::parse(body);
  if (!parsed || parsed->root().kind() != json::Kind::object)
    return Error{"bad_body", "the body must be one JSON object: "
                                 + (parsed ? "it is something else" : parsed.error().text)};
  TRYV(only_members(parsed->root(), known));
  return parsed;
}

Status only_members(json::Value body, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : body.members())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return Error{"bad_body", "'" + json::to_valid_utf8(name)
                                   + "' is no member of this request; leave it out"};
  return Done{};
}

Result<std::string> reason_of(json::Value body) {
  const auto text = body["reason"].text().value_or("");
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return Error{"bad_reason", "reason is missing: say in a sentence why; it is kept as evidence"};
  if (text.size() > reason_bytes_max)
    return Error{"bad_reason", "reason is longer than 2000 bytes; say it in fewer words"};
  return std::string(text);
}

} // namespace tidemark::gateway
