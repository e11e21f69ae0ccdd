#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tidemark {

using Digest = std::array<std::uint8_t, 32>; ///< SHA-256
using Hash16 = std::array<std::uint8_t, 16>; ///< shortened keyed hash, used in every key
using Hash8 = std::array<std::uint8_t, 8>;   ///< the same of a word in a name

std::string to_hex(std::string_view bytes);
template <std::size_t N>
std::string to_hex(const std::array<std::uint8_t, N>& bytes) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}
template <std::size_t N>
std::string_view as_view(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}
/// Writes two digits for each byte to `at`; returns the place behind them.
char* put_hex(char* at, std::string_view bytes);
/// Empty when `hex` is not an even number of hex digits.
std::optional<std::string> from_hex(std::string_view hex);
/// False when `hex` is not two hex digits for each byte of `out`; then `out` is of no use.
bool read_hex(std::string_view hex, std::span<std::uint8_t> out);
std::optional<Hash16> hash16_from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);
/// Strict: standard alphabet, padded, no white space, canonical (unused bits are zero).
std::optional<std::string> from_base64(std::string_view text);

/// Big-endian numbers, so that keys sort by value.
void append_u64(std::string& out, std::uint64_t value);
void append_u32(std::string& out, std::uint32_t value);
void append_u16(std::string& out, std::uint16_t value);
std::uint64_t read_u64(std::string_view bytes); ///< needs 8 bytes
std::uint32_t read_u32(std::string_view bytes); ///< needs 4 bytes
std::uint16_t read_u16(std::string_view bytes); ///< needs 2 bytes

/// Texts with their length before them.
void append_short_text(std::string& out, std::string_view text); ///< u8 length, at most 255 bytes
void append_text(std::string& out, std::string_view text);       ///< u32 length

/// Walks over bytes; once they ran out, everything it gives is empty and `ok` is false.
struct ByteReader {
  std::string_view rest;
  bool ok = true;

  std::string_view take(std::size_t count) {
    if (!ok || rest.size() < count) {
      ok = false;
      return {};
    }
    const auto out = rest.substr(0, count);
    rest.remove_prefix(count);
    return out;
  }
  std::uint8_t u8() {
    const auto bytes = take(1);
    return ok ? static_cast<std::uint8_t>(bytes[0]) : std::uint8_t{0};
  }
  std::uint16_t u16() {
    const auto bytes = take(2);
    return ok ? read_u16(bytes) : std::uint16_t{0};
  }
  std::uint32_t u32() {
    const auto bytes = take(4);
    return ok ? read_u32(bytes) : 0U;
  }
  std::uint64_t u64() {
    const auto bytes = take(8);
    return ok ? read_u64(bytes) : 0U;
  }
  std::string_view short_text() { return take(u8()); }
  std::string_view text() { return take(u32()); }
};

} // namespace tidemark
