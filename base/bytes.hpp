#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

using Digest = std::array<std::uint8_t, 32>; ///< SHA-256
using Hash16 = std::array<std::uint8_t, 16>; ///< shortened keyed hash, used in every key

std::string to_hex(std::string_view bytes);
template <std::size_t N>
std::string to_hex(const std::array<std::uint8_t, N>& bytes) {
  return to_hex(std::string_view(reinterpret_cast<const char*>(bytes.data()), N));
}
template <std::size_t N>
std::string_view as_view(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}
/// Empty when `hex` is not an even number of hex digits.
std::optional<std::string> from_hex(std::string_view hex);
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

} // namespace tidemark
