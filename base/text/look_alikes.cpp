#include "base/text/look_alikes.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace tidemark {
namespace {

enum class Script : std::uint8_t { latin, cyrillic, greek };

struct LookAlike {
  utf8proc_int32_t letter;
  char latin;
};

/// Small letters; a few look so as capitals only, which folding has made small.
constexpr auto look_alikes = std::to_array<LookAlike>({
    {0x03B1, 'a'}, {0x03B2, 'b'}, {0x03B5, 'e'}, {0x03B6, 'z'}, {0x03B9, 'i'}, {0x03BA, 'k'},
    {0x03BC, 'm'}, {0x03BD, 'n'}, {0x03BF, 'o'}, {0x03C1, 'p'}, {0x03C4, 't'}, {0x03C5, 'u'},
    {0x03C7, 'x'}, {0x0430, 'a'}, {0x0432, 'b'}, {0x0435, 'e'}, {0x043A, 'k'}, {0x043C, 'm'},
    {0x043D, 'h'}, {0x043E, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'},
    {0x0445, 'x'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0458, 'j'}, {0x0475, 'v'}, {0x04BB, 'h'},
    {0x04CF, 'l'}, {0x0501, 'd'}, {0x051B, 'q'}, {0x051D, 'w'},
});

/// Calls `take` with each code point of the canonical decomposition; bytes that are none are left
/// out.
void each_decomposed(std::string_view word, auto take) {
  constexpr auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
  std::array<utf8proc_int32_t, 32> parts{};
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(word.data());
  for (auto left = static_cast<utf8proc_ssize_t>(word.size()); left > 0;) {
    utf8proc_int32_t c = 0;
    const auto bytes = std::max<utf8proc_ssize_t>(utf8proc_iterate(at, left, &c), 1);
    at += bytes;
    left -= bytes;
    int boundary = 0;
    const auto count =
        c < 0 ? 0 : utf8proc_decompose_char(c, parts.data(), parts.size(), options, &boundary);
    for (utf8proc_ssize_t i = 0; i < count; ++i)
      take(parts[static_cast<std::size_t>(i)]);
  }
}

} // namespace

std::string without_marks(std::string_view word) {
  std::string out;
  each_decomposed(word, [&](utf8proc_int32_t c) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    out.append(bytes.begin(), bytes.begin() + utf8proc_encode_char(c, bytes.data()));
  });
  return out;
}

std::optional<LatinLook> latin_look(std::string_view word) {
  LatinLook out;
  std::optional<Script> first;
  bool looks = !word.empty();
  each_decomposed(word, [&](utf8proc_int32_t c) {
    const bool ascii = c < 0x80;
    const auto found =
        std::ranges::find_if(look_alikes, [&](const auto& one) { return one.letter == c; });
    looks = looks && (ascii || found != look_alikes.end());
    if (!looks)
      return;
    out.word.push_back(ascii ? static_cast<char>(c) : found->latin);
    if (c >= '0' && c <= '9')
      return; // of no script
    const auto script = ascii ? Script::latin : c < 0x0400 ? Script::greek : Script::cyrillic;
    out.mixed = out.mixed || script != first.value_or(script);
    first = script;
  });
  return looks ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace tidemark
