#include "sandbox/world/http/url.hpp"

#include "base/text/split.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace tidemark::sandbox {
namespace {

/// `%2B` becomes `+`, and a `+` a blank, as in a query. Broken escapes stay as they are.
std::string url_decoded(std::string text) {
  std::ranges::replace(text, '+', ' ');
  int size = 0;
  const std::unique_ptr<char, decltype(&curl_free)> out(
      curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &size), curl_free);
  return {out.get(), static_cast<std::size_t>(size)};
}

} // namespace

std::string query_value(std::string_view query, std::string_view name) {
  for (const auto pair : split(query, "&"))
    if (const auto equals = pair.find('=');
        equals != pair.npos && url_decoded(std::string(pair.substr(0, equals))) == name)
      return url_decoded(std::string(pair.substr(equals + 1)));
  return {};
}

std::vector<std::string_view> path_parts(std::string_view path) {
  return split(path, "/");
}

} // namespace tidemark::sandbox
