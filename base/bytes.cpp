#include "base/bytes.hpp"

#include <algorithm>

namespace tidemark {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+')
    return 62;
  return c == '/' ? 63 : -1;
}

template <class T>
void append_big_endian(std::string& out, T value) {
  char bytes[sizeof(T)];
  for (std::size_t i = sizeof(T); i-- > 0;) {
    bytes[i] = static_cast<char>(value & 0xFFU);
    value = static_cast<T>(value >> 8U);
  }
  out.append(bytes, sizeof(T));
}

template <class T>
T read_big_endian(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>((value << 8U) | static_cast<unsigned char>(bytes[i]));
  return value;
}

} // namespace

std::string to_hex(std::string_view bytes) {
  std::string out(bytes.size() * 2, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = hex_digits[byte >> 4U];
    out[2 * i + 1] = hex_digits[byte & 0xFU];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0)
    return std::nullopt;
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::optional<Hash16> hash16_from_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != 16)
    return std::nullopt;
  Hash16 out{};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k)
      group = (group << 8U) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    out.push_back(base64_digits[(group >> 18U) & 63U]);
    out.push_back(base64_digits[(group >> 12U) & 63U]);
    out.push_back(count > 1 ? base64_digits[(group >> 6U) & 63U] : '=');
    out.push_back(count > 2 ? base64_digits[group & 63U] : '=');
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const std::size_t padding = !last || text[i + 3] != '=' ? 0 : text[i + 2] == '=' ? 2 : 1;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = k >= 4 - padding ? 0 : base64_value(text[i + k]);
      if (value < 0)
        return std::nullopt;
      group = (group << 6U) | static_cast<std::uint32_t>(value);
    }
    if ((padding == 1 && (group & 0xFFU) != 0) || (padding == 2 && (group & 0xFFFFU) != 0))
      return std::nullopt;
    for (std::size_t k = 0; k < 3 - padding; ++k)
      out.push_back(static_cast<char>((group >> (16U - 8U * k)) & 0xFFU));
  }
  return out;
}

void append_u64(std::string& out, std::uint64_t value) {
  append_big_endian(out, value);
}
void append_u32(std::string& out, std::uint32_t value) {
  append_big_endian(out, value);
}
void append_u16(std::string& out, std::uint16_t value) {
  append_big_endian(out, value);
}
std::uint64_t read_u64(std::string_view bytes) {
  return read_big_endian<std::uint64_t>(bytes);
}
std::uint32_t read_u32(std::string_view bytes) {
  return read_big_endian<std::uint32_t>(bytes);
}
std::uint16_t read_u16(std::string_view bytes) {
  return read_big_endian<std::uint16_t>(bytes);
}

} // namespace tidemark
