#pragma once
#include <compare>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tidemark::tools {

/// The first 16 bytes of a key as two numbers that compare as the bytes do; a shorter key is filled
/// up with zeros. Keys with different heads need no look at their bytes.
class KeyHead {
public:
  KeyHead() = default;
  explicit KeyHead(std::string_view key)
      : high_(eight_bytes(key)), low_(key.size() > 8 ? eight_bytes(key.substr(8)) : 0) {}
  friend auto operator<=>(const KeyHead&, const KeyHead&) = default;

private:
  static std::uint64_t eight_bytes(std::string_view text) {
    if (text.size() >= 8) {
      std::uint64_t number = 0;
      std::memcpy(&number, text.data(), 8);
      return __builtin_bswap64(number);
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i)
      number = (number << 8U) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return number;
  }

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

} // namespace tidemark::tools
