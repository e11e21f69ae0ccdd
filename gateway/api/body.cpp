#include "gateway/api/body.hpp"

#include "base/text/json_writer.hpp"
#include "gateway/api/routes.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::size_t reason_bytes_max = 2000;

std::string unknown_in(const json::Document& document, std::string_view members) {
  for (const auto& [name, value] : document.root().members())
    if (!has_word(members, name))
      return json::to_valid_utf8(name);
  return {};
}

} // namespace

std::string unknown_member(std::string_view bytes, std::string_view members) {
  const auto document = json::parse(bytes);
  return document ? unknown_in(*document, members) : std::string();
}

Result<Body> Body::read(std::string_view bytes, std::string_view members) {
  auto document = json::parse(bytes);
  if (!document || document->root().kind() != json::Kind::object)
    return Error{"bad_body", "the body must be one JSON object: "
                                 + (document ? "it is something else" : document.error().text)};
  if (const auto unknown = unknown_in(*document, members); !unknown.empty())
    return Error{"bad_body", "'" + unknown + "' is no member of this request; leave it out"};
  return Body(std::move(document).value());
}

std::string Body::text(std::string_view name) const {
  return std::string(document_[name].text().value_or(""));
}

Result<std::string> Body::text(std::string_view name, Error otherwise) const {
  auto value = text(name);
  if (value.empty())
    return otherwise;
  return value;
}

Result<bool> Body::flag(std::string_view name, Error otherwise) const {
  const auto value = document_[name];
  if (value.stated() && !value.boolean())
    return otherwise;
  return value.boolean().value_or(false);
}

Result<std::uint64_t> Body::max_age_seconds(std::uint64_t otherwise) const {
  constexpr std::int64_t most = 30LL * 24 * 3600;
  const auto given = document_["max_age_seconds"];
  if (!given.stated())
    return otherwise;
  const auto seconds = given.integer();
  if (!seconds || *seconds < 1 || *seconds > most)
    return Error{"bad_max_age",
                 "max_age_seconds is a whole number of seconds from 1 to " + std::to_string(most)};
  return static_cast<std::uint64_t>(*seconds);
}

Result<std::string> Body::reason() const {
  auto value = text("reason");
  constexpr auto is_seen = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; };
  if (!std::ranges::any_of(value, is_seen))
    return Error{"bad_reason", "reason is missing: say in a sentence why; it is kept as evidence"};
  if (value.size() > reason_bytes_max)
    return Error{"bad_reason", "reason is longer than 2000 bytes; say it in fewer words"};
  return value;
}

} // namespace tidemark::gateway
