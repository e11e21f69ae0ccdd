#pragma once
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidemark::json {

/// Appends `text` as a JSON string. Control characters are escaped; other bytes are kept, so the
/// caller gives valid UTF-8 (see `to_valid_utf8`).
void append_string(std::string& out, std::string_view text);

/// The most bytes that a text of `size` bytes takes as a JSON string.
constexpr std::size_t string_bytes_max(std::size_t size) {
  return 2 + 6 * size;
}
/// Writes what `append_string` appends to a place with room for `string_bytes_max` bytes; gives its
/// end.
char* put_string(char* at, std::string_view text);

/// Appends a decimal number.
inline void append_number(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}
inline void append_number(std::string& out, std::uint64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

/// The same text with every byte that is not valid UTF-8 replaced by U+FFFD.
std::string to_valid_utf8(std::string_view text);

} // namespace tidemark::json
