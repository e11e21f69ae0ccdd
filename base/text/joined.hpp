#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace tidemark {

/// The texts of the elements in their order, with the separator between them.
template <class Range, class Text = std::identity>
std::string joined(const Range& range, std::string_view separator, Text text = {}) {
  std::string out;
  for (const auto& each : range) {
    if (!out.empty())
      out += separator;
    out += std::invoke(text, each);
  }
  return out;
}

} // namespace tidemark
