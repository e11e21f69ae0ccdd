#include "domain/rules/custom_field_rule.hpp"

#include "base/text/folding.hpp"
#include "base/time.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

constexpr std::size_t value_bytes_max = 4'000;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `-12.50` as `-12.5`. No exponents, no separators of thousands: nobody can tell which they are.
std::optional<std::string> number_in(std::string_view text) {
  const bool minus = text.starts_with('-');
  auto rest = text.substr(minus ? 1 : 0);
  const auto point = std::min(rest.find('.'), rest.size());
  auto whole = rest.substr(0, point);
  auto part = point < rest.size() ? rest.substr(point + 1) : std::string_view();
  if (whole.empty() || !all_digits(whole) || !all_digits(part)
      || (point < rest.size() && part.empty()))
    return std::nullopt;
  while (whole.size() > 1 && whole.front() == '0')
    whole.remove_prefix(1);
  while (!part.empty() && part.back() == '0')
    part.remove_suffix(1);
  const bool zero = whole == "0" && part.empty();
  return (minus && !zero ? "-" : "") + std::string(whole)
         + (part.empty() ? std::string() : "." + std::string(part));
}

/// The day of a date, or of a point in time as it is written.
std::optional<std::string> date_in(std::string_view text) {
  constexpr std::size_t day_bytes = 10;
  const auto day = text.substr(0, day_bytes);
  const auto time = std::string(text.size() == day_bytes ? text : day) + "T00:00:00Z";
  if (text.size() > day_bytes && !from_rfc3339(std::string(text)))
    return std::nullopt;
  return from_rfc3339(time) ? std::optional(std::string(day)) : std::nullopt;
}

std::optional<std::string> option_in(const CustomFieldRule& rule, std::string_view text) {
  const auto exactly = std::find(rule.options.begin(), rule.options.end(), text);
  if (exactly != rule.options.end())
    return *exactly;
  const auto words = folded_words(text);
  const auto same = std::find_if(rule.options.begin(), rule.options.end(), [&](const auto& option) {
    return !words.empty() && folded_words(option) == words;
  });
  return same == rule.options.end() ? std::nullopt : std::optional(*same);
}

} // namespace

std::optional<CustomType> custom_type_named(std::string_view name) {
  const auto at = std::find(custom_type_names.begin(), custom_type_names.end(), name);
  if (at == custom_type_names.end())
    return std::nullopt;
  return static_cast<CustomType>(at - custom_type_names.begin());
}

std::string_view name_of(const CustomFieldRule& rule) {
  return events::name_of(rule.field).substr(events::custom_prefix.size());
}

std::optional<std::string> fitting(const CustomFieldRule& rule, std::string_view value) {
  const auto text = normalised(rule.field, value, {});
  if (text.empty())
    return text;
  if (text.size() > value_bytes_max)
    return std::nullopt;
  switch (rule.type) {
  case CustomType::text:
    return text;
  case CustomType::number:
    return number_in(text);
  case CustomType::date:
    return date_in(text);
  case CustomType::choice:
    return option_in(rule, text);
  }
  return std::nullopt;
}

} // namespace tidemark::domain
