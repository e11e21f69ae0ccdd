#include "gateway/api/cursor.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool fits(CursorKind kind, std::string_view text) {
  if (kind == CursorKind::address)
    return text.size() == 32 && is_lower_hex(text);
  return text.size() == 21 && text.front() == 'c' && is_lower_hex(text.substr(1));
}

} // namespace

Result<std::string_view> read_cursor(CursorKind kind, std::string_view text) {
  if (text.empty() || fits(kind, text))
    return text;
  return Error{"bad_cursor", "after is not the next of a page of this list: leave it out to begin "
                             "anew"};
}

} // namespace tidemark::gateway
