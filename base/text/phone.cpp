#include "base/text/phone.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <iterator>

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

/// Without what is dialled after it: `x12`, `ext. 12`.
std::string_view without_extension(std::string_view text) {
  const auto at = text.find_first_of("xXeE");
  const bool follows_digits = at != std::string_view::npos
                              && std::any_of(text.begin(), text.begin() + at, is_digit)
                              && text.find_first_of("0123456789", at) != std::string_view::npos;
  return follows_digits ? text.substr(0, at) : text;
}

/// Of a number with a country code, `+` and digits alone.
PhoneFault international_fault(const std::string& text) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const auto* util = PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  const auto error = util->Parse(text, "ZZ", &number);
  if (error == PhoneNumberUtil::TOO_LONG_NSN)
    return PhoneFault::too_long;
  if (error == PhoneNumberUtil::TOO_SHORT_NSN || error == PhoneNumberUtil::TOO_SHORT_AFTER_IDD)
    return PhoneFault::too_short;
  if (error != PhoneNumberUtil::NO_PARSING_ERROR)
    return PhoneFault::impossible_area;
  switch (util->IsPossibleNumberWithReason(number)) {
  case PhoneNumberUtil::TOO_SHORT:
  case PhoneNumberUtil::INVALID_LENGTH:
  case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    return PhoneFault::too_short;
  case PhoneNumberUtil::TOO_LONG:
    return PhoneFault::too_long;
  default:
    return PhoneFault::impossible_area;
  }
}

} // namespace

PhoneFault phone_fault(std::string_view text) {
  constexpr std::size_t shortest = 7;           // with its country code, of any country
  constexpr std::size_t shortest_national = 10; // of North America; others are read by their region
  const auto number = without_extension(without_sip(text));
  if (number.find_first_not_of(' ') == std::string_view::npos)
    return PhoneFault::none;
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), is_digit);
  const bool letters = std::any_of(number.begin(), number.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) > 127;
  });
  if (letters || digits.empty())
    return PhoneFault::not_a_number;
  if (digits.size() < shortest)
    return PhoneFault::too_short;
  if (digits.find_first_not_of(digits.substr(0, 1)) == std::string::npos)
    return PhoneFault::not_a_number;
  const auto plus = number.find('+') != std::string_view::npos ? "+" + digits : with_plus(digits);
  if (!plus.empty())
    return international_fault(plus);
  if (digits.size() < shortest_national)
    return PhoneFault::too_short;
  const bool with_trunk_1 = digits.size() == shortest_national + 1 && digits.front() == '1';
  return digits.size() > shortest_national && !with_trunk_1 ? PhoneFault::too_long
                                                            : PhoneFault::impossible_area;
}

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
