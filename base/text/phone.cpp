#include "base/text/phone.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

namespace tidemark {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The user part of `sip:+12025550142@host` (RFC 3261 19.1); any other text as it is. `tel:` is
/// read with the number.
std::string_view without_sip(std::string_view text) {
  for (const std::string_view scheme : {"sip:", "sips:"})
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      return text.substr(0, text.find_first_of("@;"));
    }
  return text;
}

/// `+` for the `00` that most of the world dials before a country code; "" when there is none.
std::string with_plus(std::string_view text) {
  const bool international = text.size() > 3 && text.starts_with("00") && text[2] != '0';
  return international ? "+" + std::string(text.substr(2)) : std::string();
}

std::optional<std::string> parsed(const std::string& text, std::string_view region) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const auto* util = PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const auto error = util->Parse(text, region.empty() ? "ZZ" : std::string(region), &number);
  // "possible", not "valid": numbers set aside for fiction and new ranges must work too.
  if (error != PhoneNumberUtil::NO_PARSING_ERROR || !util->IsPossibleNumber(number))
    return std::nullopt;
  std::string out;
  util->Format(number, PhoneNumberUtil::E164, &out);
  return is_e164(out) && is_dialable(out) ? std::optional(out) : std::nullopt;
}

} // namespace

bool is_e164(std::string_view text) {
  return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] != '0'
         && std::all_of(text.begin() + 1, text.end(), is_digit);
}

bool is_dialable(std::string_view e164) {
  const auto digits = e164.substr(std::min<std::size_t>(1, e164.size()));
  if (digits.starts_with('1') && (digits.size() != 11 || digits[1] < '2'))
    return false;
  return digits.find_first_not_of(digits.substr(0, 1)) != std::string_view::npos;
}

bool is_region(const std::string& text) {
  return i18n::phonenumbers::PhoneNumberUtil::GetInstance()->GetCountryCodeForRegion(text) != 0;
}

std::optional<std::string> to_e164(std::string_view text, std::string_view region) {
  if (text.size() >= 8 && is_e164(text))
    return is_dialable(text) ? std::optional(std::string(text)) : std::nullopt;
  if (text.empty() || text.size() > 64)
    return std::nullopt;
  const auto number = without_sip(text);
  if (auto out = parsed(std::string(number), region))
    return out;
  const auto dialled = with_plus(number); // where the region dials something else, such as 011
  return dialled.empty() ? std::nullopt : parsed(dialled, region);
}

} // namespace tidemark
