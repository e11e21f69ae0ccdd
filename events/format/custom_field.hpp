#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tidemark::events {

/// The canonical fields of a contact (docs/api.md). Their names are stored: never rename one,
/// add new ones at the end. Values above are custom fields: each program numbers their names as it
/// meets them, so a number is never stored and never compared; names are.
enum class Field : std::uint8_t {
  first_name,
  last_name,
  phone, ///< E.164 once normalised
  email,
  company,
  timezone,
  address_line1,
  address_city,
  address_state,
  address_postal_code,
  address_country,
  source,
};
inline constexpr std::size_t field_count = 12;

/// Different names of custom fields that one program can hold, of all tenants and of all that a log
/// has ever named.
inline constexpr std::size_t custom_fields_max = 100;
/// Custom fields are stored as `custom.<name>`.
inline constexpr std::string_view custom_prefix = "custom.";

constexpr bool is_custom(Field field) {
  return static_cast<std::size_t>(field) >= field_count;
}
/// 1 to 40 of a-z, 0-9 and _.
bool is_custom_name(std::string_view name);
/// The field of that name, which is known from then on; nothing when it is no name, or there is no
/// room for another. From any thread.
std::optional<Field> custom_field(std::string_view name);
/// Those that are known, by name.
std::vector<Field> known_custom_fields();
/// The canonical ones in their order, then those.
std::vector<Field> known_fields();
/// With the prefix; "" when there is none.
std::string_view name_of_custom(Field field);

/// Canonical fields in their order, then custom ones by name, whatever their numbers are: what is
/// decided in this order is the same in every program.
bool operator<(Field a, Field b);
inline bool operator>(Field a, Field b) {
  return b < a;
}
inline bool operator<=(Field a, Field b) {
  return !(b < a);
}
inline bool operator>=(Field a, Field b) {
  return !(a < b);
}

} // namespace tidemark::events
