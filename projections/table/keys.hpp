#pragma once
#include "base/ids.hpp"
#include "base/keyed_hash.hpp"
#include "base/time.hpp"
#include "events/format/envelope.hpp"
#include "events/format/field_set.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

/// The parts that keys of rows are made of.
namespace tidemark::projections {

/// Which fields a set has: two bytes for the canonical ones, then the names of the others. It is
/// part of the key of rows that hold partial sets: an event replaces only rows that state exactly
/// the same fields, so nothing that another event stated is lost, and a reader takes for each field
/// the row with the newest position.
class FieldMask {
public:
  explicit FieldMask(const events::FieldSet& fields);
  operator std::string_view() const { return bytes_; } // NOLINT

private:
  std::string bytes_;
};

/// A number as big-endian bytes, so that keys sort by it.
template <class Number>
class NumberPart {
public:
  explicit NumberPart(Number number) {
    for (std::size_t i = sizeof(Number); i-- > 0; number = static_cast<Number>(number >> 8U))
      bytes_[i] = static_cast<char>(number & 0xFFU);
  }
  operator std::string_view() const { return {bytes_.data(), bytes_.size()}; } // NOLINT

private:
  std::array<char, sizeof(Number)> bytes_{};
};
inline NumberPart<std::uint64_t> position_part(Position position) {
  return NumberPart(position.value);
}
/// A command's index.
inline NumberPart<std::uint32_t> index_part(std::uint32_t index) {
  return NumberPart(index);
}

/// A hash as hex.
template <std::size_t N>
class HashPart {
public:
  explicit HashPart(const std::array<std::uint8_t, N>& hash) {
    put_hex(hex_.data(), as_view(hash));
  }
  operator std::string_view() const { return {hex_.data(), hex_.size()}; } // NOLINT

private:
  std::array<char, 2 * N> hex_{};
};
template <std::size_t N>
HashPart<N> hash_part(const std::array<std::uint8_t, N>& hash) {
  return HashPart<N>(hash);
}
inline HashPart<16> hash_part(const AddressHash& hash) {
  return HashPart<16>(hash.value);
}

/// The day of a time, counted from 1970.
inline NumberPart<std::uint32_t> day_part(Timestamp at) {
  const auto days = std::chrono::floor<std::chrono::days>(at.time_since_epoch()).count();
  return NumberPart(static_cast<std::uint32_t>(days));
}

/// The parts of a key after the tenant, as `row_key` put them together; empty when it is no such
/// key.
std::vector<std::string_view> key_parts(std::string_view key);

/// The contact of an event on a stream `contact/<id>`; "" for any other stream.
std::string_view contact_of(const events::Envelope& envelope);

} // namespace tidemark::projections
