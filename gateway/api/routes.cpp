#include "gateway/api/routes.hpp"

#include "base/contains.hpp"
#include "base/text/split.hpp"

namespace tidemark::gateway {

bool takes(const Route& route, std::string_view method) {
  return method == route.method || (method == "HEAD" && route.method == "GET");
}

bool leads_to(const Route& route, const Target& target) {
  auto path = route.path;
  for (const auto& segment : target.segments) {
    if (path.empty())
      return false;
    path.remove_prefix(1);
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (!part.starts_with('{') && part != segment)
      return false;
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return path.empty();
}

bool has_word(std::string_view words, std::string_view word) {
  return contains(split(words, " "), word);
}

std::string_view unknown_parameter(const Route& route, const Target& target) {
  for (const auto& [name, value] : target.query)
    if (!has_word(route.parameters, name))
      return name;
  return {};
}

} // namespace tidemark::gateway
