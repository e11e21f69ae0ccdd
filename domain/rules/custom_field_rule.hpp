#pragma once
#include "events/format/field_set.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Fields of an account's own, mapped to names that all systems share (requirements C11, C23).
namespace tidemark::domain {

enum class CustomType : std::uint8_t { text, number, date, choice };
inline constexpr std::array<std::string_view, 4> custom_type_names{"text", "number", "date",
                                                                   "choice"};
std::optional<CustomType> custom_type_named(std::string_view name);

/// How one system keeps a custom field.
struct CustomFieldRule {
  events::Field field = events::Field::source; ///< custom
  std::string id{}, key{};                     ///< over there: one of the two, or both
  CustomType type = CustomType::text;
  std::vector<std::string> options{}; ///< of a choice: all that there are
  bool writable = true;               ///< its calls can write it
};

/// Without the prefix.
std::string_view name_of(const CustomFieldRule& rule);

/// The value in the one form that the type has: a number without zeros that say nothing, a date as
/// 2026-08-14, a choice as its option is spelt. "" stays, it empties the field. Nothing when it is
/// not of the type, or none of the options.
std::optional<std::string> fitting(const CustomFieldRule& rule, std::string_view value);

} // namespace tidemark::domain
