#include "events/format/custom_field.hpp"

#include "base/text/numbered_names.hpp"

#include <algorithm>
#include <string>

namespace tidemark::events {
namespace {

constexpr std::size_t name_bytes_max = 40;

/// With the prefix.
NumberedNames<custom_fields_max>& names() {
  // Never taken down: fields may be named while other statics are.
  static auto* const all = new NumberedNames<custom_fields_max>;
  return *all;
}

std::string stored_name(std::string_view name) {
  return std::string(custom_prefix) + std::string(name);
}

Field field_at(std::size_t number) {
  return static_cast<Field>(field_count + number);
}

} // namespace

bool is_custom_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max
         && std::all_of(name.begin(), name.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            });
}

std::optional<Field> custom_field(std::string_view name) {
  const auto stored = stored_name(name);
  auto number = names().find(stored);
  if (!number && is_custom_name(name))
    number = names().add(stored);
  return number ? std::optional(field_at(*number)) : std::nullopt;
}

std::vector<Field> known_custom_fields() {
  std::vector<Field> out;
  for (std::size_t i = 0; i < names().size(); ++i)
    out.push_back(field_at(i));
  std::sort(out.begin(), out.end(), [](Field a, Field b) { return a < b; });
  return out;
}

std::vector<Field> known_fields() {
  std::vector<Field> out;
  for (std::size_t i = 0; i < field_count; ++i)
    out.push_back(static_cast<Field>(i));
  const auto custom = known_custom_fields();
  out.insert(out.end(), custom.begin(), custom.end());
  return out;
}

std::string_view name_of_custom(Field field) {
  return names().at(static_cast<std::size_t>(field) - field_count);
}

bool operator<(Field a, Field b) {
  if (is_custom(a) && is_custom(b))
    return name_of_custom(a) < name_of_custom(b);
  return static_cast<std::uint8_t>(a) < static_cast<std::uint8_t>(b);
}

} // namespace tidemark::events
