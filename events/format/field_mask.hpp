#pragma once
#include "events/format/field_set.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>

namespace tidemark::events {

/// A set of fields. Stored as the list of their names.
class FieldMask {
public:
  constexpr FieldMask() = default;
  constexpr FieldMask(std::initializer_list<Field> fields) {
    for (const auto field : fields)
      add(field);
  }
  /// The canonical ones.
  static constexpr FieldMask all() {
    FieldMask mask;
    mask.bits_[0] = (std::uint64_t{1} << field_count) - 1U;
    return mask;
  }
  constexpr bool has(Field field) const { return (bits_[word(field)] & bit(field)) != 0; }
  constexpr bool empty() const { return bits_ == std::array<std::uint64_t, words>{}; }
  constexpr void add(Field field) { bits_[word(field)] |= bit(field); }
  constexpr void remove(Field field) { bits_[word(field)] &= ~bit(field); }
  constexpr bool operator==(const FieldMask&) const = default;

private:
  static constexpr std::size_t words = 2;
  static_assert(field_count + custom_fields_max <= words * 64);
  static constexpr std::size_t word(Field field) { return static_cast<std::size_t>(field) / 64; }
  static constexpr std::uint64_t bit(Field field) {
    return std::uint64_t{1} << (static_cast<std::size_t>(field) % 64);
  }
  std::array<std::uint64_t, words> bits_{};
};

} // namespace tidemark::events
