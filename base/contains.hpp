#pragma once
#include <algorithm>
#include <array>
#include <ranges>
#include <string_view>

namespace tidemark {

/// Is there an element equal to it?
template <class Range, class Value>
constexpr bool contains(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

/// A list of words to look through.
template <class... Words>
constexpr std::array<std::string_view, sizeof...(Words)> words(const Words&... each) {
  return {each...};
}

} // namespace tidemark
