#include "domain/rules/tag_key.hpp"

#include "base/text/folding.hpp"

namespace tidemark::domain {

std::string tag_key(std::string_view tag) {
  std::string out;
  for (const auto& word : folded_words(tag))
    out += word + " ";
  return out.empty() ? std::string(tag) : out;
}

bool is_system_tag(std::string_view tag) {
  return tag.starts_with("SYS:") || tag.starts_with("sys:");
}

} // namespace tidemark::domain
