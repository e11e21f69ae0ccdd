#include "domain/rules/alike_words.hpp"

#include <algorithm>

namespace tidemark::domain {

std::vector<std::string> alike_words(std::string_view word) {
  constexpr std::size_t shortest = 3;
  constexpr std::size_t longest = 16;
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
  const std::string own(word);
  std::vector<std::string> out{own};
  if (own.size() < shortest || own.size() > longest
      || own.find_first_not_of(letters) != std::string::npos)
    return out;
  for (std::size_t i = 0; i <= own.size(); ++i) {
    for (const char letter : letters)
      out.push_back(own.substr(0, i) + letter + own.substr(i));
    if (i == own.size())
      break;
    out.push_back(own.substr(0, i) + own.substr(i + 1));
    for (const char letter : letters)
      out.push_back(own.substr(0, i) + letter + own.substr(i + 1));
    if (i + 1 < own.size()) {
      out.push_back(own);
      std::swap(out.back()[i], out.back()[i + 1]);
    }
  }
  std::sort(out.begin() + 1, out.end());
  out.erase(std::unique(out.begin() + 1, out.end()), out.end());
  out.erase(std::remove(out.begin() + 1, out.end(), own), out.end());
  return out;
}

} // namespace tidemark::domain
