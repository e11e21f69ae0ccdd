#include "base/secret.hpp"

namespace tidemark {
namespace {

/// The first letter, a whole UTF-8 sequence.
std::string_view first_letter(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U)
    ++size;
  return text.substr(0, size);
}

} // namespace

std::string masked_phone(std::string_view phone) {
  if (phone.empty())
    return {};
  std::string digits; // a phone that cannot be read may hold any text
  for (char c : phone)
    if (c >= '0' && c <= '9')
      digits.push_back(c);
  return "***" + (digits.size() > 4 ? digits.substr(digits.size() - 2) : "");
}

std::string masked_email(std::string_view email) {
  const auto at = email.find('@');
  if (email.empty())
    return {};
  if (at == std::string_view::npos || at == 0)
    return "***";
  return std::string(first_letter(email)) + "***" + std::string(email.substr(at));
}

std::string masked_text(std::string_view text) {
  return text.empty() ? std::string() : std::string(first_letter(text)) + "***";
}

} // namespace tidemark
