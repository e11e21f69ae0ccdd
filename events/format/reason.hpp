#pragma once
#include "events/format/field_set.hpp"
#include "events/format/schema.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidemark {

/// Why something has the outcome that it has. Stored and shown by its name; `none` is "".
enum class Reason : std::uint16_t {
  none,
#define REASON(code, ...) code,
#include "events/format/reasons.def"
};

namespace events {
template <>
struct EnumNames<Reason> {
  static constexpr auto names = std::to_array<std::string_view>({
      "",
#define REASON(code, ...) #code,
#include "events/format/reasons.def"
  });
};
} // namespace events

constexpr std::string_view name_of(Reason reason) {
  return events::name_of_enum(reason);
}
/// Nothing for a name that no reason has.
std::optional<Reason> reason_named(std::string_view name);

/// The reason of the same name, for an enum whose every name is a reason.
template <class Enum>
constexpr Reason reason_like(Enum value) {
  constexpr auto reasons = [] {
    constexpr auto& all = events::EnumNames<Reason>::names;
    std::array<Reason, events::EnumNames<Enum>::names.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      std::size_t found = 0;
      while (all.at(found) != events::EnumNames<Enum>::names[i]) // no such reason: not compiled
        ++found;
      out[i] = static_cast<Reason>(found);
    }
    return out;
  }();
  return reasons[static_cast<std::size_t>(value)];
}

/// The contact lacks a field without which the system keeps no contact.
constexpr Reason target_needs(events::Field field) {
  return static_cast<Reason>(static_cast<std::size_t>(Reason::target_needs_first_name)
                             + static_cast<std::size_t>(field));
}

/// Makes JSON of a reason its name, where its number would be taken otherwise.
template <class Json>
void to_json(Json& out, Reason reason) {
  out = name_of(reason);
}

/// What a reason means for a person.
struct Explanation {
  std::string_view text;        ///< one plain sentence
  std::string_view next_step{}; ///< "" when nothing needs doing
};
const Explanation& explain_reason(Reason reason);

} // namespace tidemark
