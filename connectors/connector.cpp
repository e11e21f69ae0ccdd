#include "connectors/connector.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/alphanumeric_key.hpp"

#include <algorithm>

namespace tidemark::connectors {

const std::string& Settings::get(std::string_view key) const {
  static const std::string nothing;
  const auto at = values.find(key);
  return at == values.end() ? nothing : at->second;
}

const std::string& Settings::secret(std::string_view key) const {
  static const std::string nothing;
  const auto at = secrets.find(key);
  return at == secrets.end() ? nothing : at->second.reveal();
}

Settings Settings::redacted() const {
  Settings out{name, values, {}};
  for (const auto& [key, value] : secrets)
    out.secrets.emplace(key, SecretText("***"));
  return out;
}

std::size_t count_header(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::count_if(headers, [&](const auto& header) { return header.first == name; }));
}

std::optional<std::string_view> only_header(const Headers& headers, std::string_view name) {
  if (count_header(headers, name) != 1)
    return std::nullopt;
  return std::ranges::find_if(headers, [&](const auto& header) { return header.first == name; })
      ->second;
}

bool fits_kind(std::string_view pattern, std::string_view kind) {
  const auto wanted = alphanumeric_key(pattern);
  const auto name = alphanumeric_key(kind);
  return pattern.ends_with('*') ? name.starts_with(wanted) : name == wanted;
}

bool patterns_meet(std::string_view one, std::string_view other) {
  if (!one.ends_with('*'))
    return fits_kind(other, one);
  const auto start = alphanumeric_key(one);
  const auto name = alphanumeric_key(other);
  return name.starts_with(start) || (other.ends_with('*') && start.starts_with(name));
}

std::string hash_of(const HttpRequest& request) {
  return to_hex(sha256({request.method, "\n", request.url, "\n", request.body}));
}

} // namespace tidemark::connectors
