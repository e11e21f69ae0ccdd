#include "sandbox/world/http/url.hpp"

#include "base/bytes.hpp"

namespace tidemark::sandbox {

std::string url_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size()) {
      const auto byte = from_hex(text.substr(i + 1, 2));
      out += byte ? *byte : "%";
      i += byte ? 2 : 0;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && url_decoded(pair.substr(0, equals)) == name)
      return url_decoded(pair.substr(equals + 1));
    if (end == std::string_view::npos)
      break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::vector<std::string_view> path_parts(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto end = path.find('/');
    if (end != 0)
      parts.push_back(path.substr(0, end));
    if (end == std::string_view::npos)
      break;
    path.remove_prefix(end + 1);
  }
  return parts;
}

} // namespace tidemark::sandbox
