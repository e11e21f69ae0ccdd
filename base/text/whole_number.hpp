#pragma once
#include <charconv>
#include <optional>
#include <string_view>

namespace tidemark {

/// What the whole text writes in decimal digits, after a minus where the type has negative numbers;
/// nothing for any other text, and for a number that does not fit.
template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  return failed == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

} // namespace tidemark
