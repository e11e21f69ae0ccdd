#include "base/text/json_writer.hpp"

#include <cstring>

namespace tidemark::json {
namespace {

/// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return at + i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0U : 0x80U;
    const unsigned high = first == 0xED ? 0x9FU : 0xBFU;
    return follows(1, low, high) && follows(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90U : 0x80U;
    const unsigned high = first == 0xF4 ? 0x8FU : 0xBFU;
    return follows(1, low, high) && follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

/// Is there a quote, a backslash or a control character among eight bytes? Exact up to the first
/// byte that is one, which is all that is asked.
bool needs_escape(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones * 0x80;
  const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & highs; };
  const auto below_space = (word - ones * 0x20) & ~word & highs;
  return (has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\')) | below_space) != 0;
}

char* put_escaped(char* at, char c) {
  const auto pair = [&](char second) {
    *at++ = '\\';
    *at++ = second;
    return at;
  };
  switch (c) {
  case '"':
  case '\\':
    return pair(c);
  case '\n':
    return pair('n');
  case '\r':
    return pair('r');
  case '\t':
    return pair('t');
  default:
    break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) {
    *at++ = c;
    return at;
  }
  constexpr char hex[] = "0123456789abcdef";
  std::memcpy(at, "\\u00", 4);
  at[4] = hex[byte >> 4U];
  at[5] = hex[byte & 15U];
  return at + 6;
}

} // namespace

char* put_string(char* at, std::string_view text) {
  *at++ = '"';
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    std::memcpy(at, &word, 8);
    if (needs_escape(word)) {
      for (std::size_t k = i; k < i + 8; ++k)
        at = put_escaped(at, text[k]);
    } else {
      at += 8;
    }
  }
  for (; i < text.size(); ++i)
    at = put_escaped(at, text[i]);
  *at++ = '"';
  return at;
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  std::size_t plain = 0;
  char escaped[6];
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x20 && text[i] != '"' && text[i] != '\\')
      continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out.append(escaped, put_escaped(escaped, text[i]));
  }
  out.append(text, plain, text.size() - plain);
  out.push_back('"');
}

std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto length = sequence_length(text, i);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
    } else {
      out.append(text, i, length);
      i += length;
    }
  }
  return out;
}

} // namespace tidemark::json
