#include "gateway/http/target.hpp"

#include "base/bytes.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

bool read_path(std::string_view path, Target& out) {
  path.remove_prefix(1);
  out.trailing_slash = path.size() > 1 && path.ends_with('/');
  if (out.trailing_slash)
    path.remove_suffix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    auto segment = percent_decoded(path.substr(0, slash));
    if (!segment || segment->empty() || *segment == "." || *segment == "..")
      return false;
    out.segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos)
      return true;
    path.remove_prefix(slash + 1);
    if (path.empty())
      return false;
  }
  return true;
}

/// Forms and people write a space as `+`. At the beginning of a telephone number it is itself:
/// nobody means a space there.
std::optional<std::string> query_decoded(std::string_view text) {
  const bool number = text.size() > 1 && text[0] == '+' && text[1] >= '0' && text[1] <= '9';
  std::string spaced(text);
  std::replace(spaced.begin() + (number ? 1 : 0), spaced.end(), '+', ' ');
  return percent_decoded(spaced);
}

bool read_query(std::string_view query, Target& out) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    auto name = query_decoded(pair.substr(0, equals));
    auto value = query_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || name->empty() || !value
        || !out.query.emplace(std::move(*name), std::move(*value)).second)
      return false;
    if (end == std::string_view::npos)
      return true;
    query.remove_prefix(end + 1);
  }
  return true;
}

} // namespace

std::string_view Target::get(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    char c = text.front();
    std::size_t used = 1;
    if (c == '%') {
      const auto byte = from_hex(text.substr(1, 2));
      if (!byte || byte->size() != 1)
        return std::nullopt;
      c = byte->front();
      used = 3;
    }
    if ((static_cast<unsigned char>(c) < 0x20) || c == 0x7F)
      return std::nullopt;
    out.push_back(c);
    text.remove_prefix(used);
  }
  return out;
}

std::optional<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/'))
    return std::nullopt;
  Target out;
  const auto mark = target.find('?');
  if (!read_path(target.substr(0, mark), out))
    return std::nullopt;
  if (mark != std::string_view::npos && !read_query(target.substr(mark + 1), out))
    return std::nullopt;
  return out;
}

} // namespace tidemark::gateway
