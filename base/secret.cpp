#include "base/secret.hpp"

namespace tidemark {

std::string masked_phone(std::string_view phone) {
  if (phone.empty())
    return {};
  return "***" + std::string(phone.size() > 4 ? phone.substr(phone.size() - 2) : "");
}

std::string masked_email(std::string_view email) {
  const auto at = email.find('@');
  if (email.empty())
    return {};
  if (at == std::string_view::npos || at == 0)
    return "***";
  return std::string(email.substr(0, 1)) + "***" + std::string(email.substr(at));
}

std::string masked_text(std::string_view text) {
  if (text.empty())
    return {};
  std::size_t first = 1; // whole UTF-8 sequence
  while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xC0U) == 0x80U)
    ++first;
  return std::string(text.substr(0, first)) + "***";
}

} // namespace tidemark
