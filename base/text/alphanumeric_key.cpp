#include "base/text/alphanumeric_key.hpp"

namespace tidemark {

std::string alphanumeric_key(std::string_view text) {
  std::string out;
  for (char c : text)
    if (is_word_char(c))
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return out;
}

} // namespace tidemark
