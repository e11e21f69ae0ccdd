#pragma once
#include "events/format/field_set.hpp"

#include <cstdint>
#include <initializer_list>

namespace tidemark::events {

/// A set of canonical fields. Stored as the list of their names.
class FieldMask {
public:
  constexpr FieldMask() = default;
  constexpr FieldMask(std::initializer_list<Field> fields) {
    for (const auto field : fields)
      add(field);
  }
  static constexpr FieldMask all() {
    FieldMask mask;
    mask.bits_ = (1U << field_count) - 1U;
    return mask;
  }
  constexpr bool has(Field field) const { return (bits_ & bit(field)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(Field field) { bits_ = static_cast<std::uint16_t>(bits_ | bit(field)); }
  constexpr void remove(Field field) { bits_ = static_cast<std::uint16_t>(bits_ & ~bit(field)); }
  constexpr bool operator==(const FieldMask&) const = default;

private:
  static constexpr unsigned bit(Field field) { return 1U << static_cast<unsigned>(field); }
  std::uint16_t bits_ = 0;
};

} // namespace tidemark::events
