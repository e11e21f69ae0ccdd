#pragma once
#include <algorithm>
#include <string_view>
#include <vector>

namespace tidemark {

/// The parts of `text` between any of `separators`; empty ones are left out.
inline std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (auto from = text.find_first_not_of(separators); from != text.npos;
       from = text.find_first_not_of(separators, from)) {
    const auto end = std::min(text.find_first_of(separators, from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end;
  }
  return parts;
}

} // namespace tidemark
