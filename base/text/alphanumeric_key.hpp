#pragma once
#include <string>
#include <string_view>

namespace tidemark {

/// An ASCII letter or digit.
constexpr bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Lower case, letters and digits only: `contact.created` and `ContactCreated` are one name.
std::string alphanumeric_key(std::string_view text);

} // namespace tidemark
