#include "base/bytes.hpp"

#include <sodium.h>

#include <algorithm>

namespace tidemark {
namespace {

constexpr int standard_alphabet = sodium_base64_VARIANT_ORIGINAL; // padded

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
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

char* put_hex(char* at, std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = digits[byte >> 4U];
    *at++ = digits[byte & 0xFU];
  }
  return at;
}

std::string to_hex(std::string_view bytes) {
  std::string out(bytes.size() * 2, '0');
  put_hex(out.data(), bytes);
  return out;
}

bool read_hex(std::string_view hex, std::span<std::uint8_t> out) {
  std::size_t count = 0;
  return hex.size() == out.size() * 2
         && sodium_hex2bin(out.data(), out.size(), hex.data(), hex.size(), nullptr, &count, nullptr)
                == 0
         && count == out.size();
}

std::optional<std::string> from_hex(std::string_view hex) {
  std::string out(hex.size() / 2, '\0');
  const std::span bytes(reinterpret_cast<std::uint8_t*>(out.data()), out.size());
  return read_hex(hex, bytes) ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<Hash16> hash16_from_hex(std::string_view hex) {
  Hash16 out{};
  return read_hex(hex, out) ? std::optional(out) : std::nullopt;
}

std::string to_base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), standard_alphabet), '\0');
  sodium_bin2base64(out.data(), out.size(), data_of(bytes), bytes.size(), standard_alphabet);
  out.pop_back();
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  // libsodium 1.0.18 takes bytes above 0x7F for letters of the alphabet.
  if (std::ranges::any_of(text, [](char c) { return (c & 0x80) != 0; }))
    return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(data_of(out), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        standard_alphabet)
      != 0)
    return std::nullopt;
  out.resize(size);
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

void append_short_text(std::string& out, std::string_view text) {
  out.push_back(static_cast<char>(text.size()));
  out += text;
}
void append_text(std::string& out, std::string_view text) {
  append_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

} // namespace tidemark
