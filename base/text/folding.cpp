#include "base/text/folding.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace tidemark {
namespace {

using CodePoints = std::vector<utf8proc_int32_t>;

enum class Part : std::uint8_t { letter, mark, joiner, other };

/// Hyphen-minus and hyphen; the no-break one is folded into it.
bool is_hyphen(utf8proc_int32_t c) {
  return c == '-' || c == 0x2010;
}

Part part_of(utf8proc_int32_t c) {
  // Besides the apostrophe its two typographic forms.
  if (is_hyphen(c) || c == '\'' || c == 0x2019 || c == 0x02BC)
    return Part::joiner;
  switch (utf8proc_category(c)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_ND:
  case UTF8PROC_CATEGORY_NL:
  case UTF8PROC_CATEGORY_NO:
    return Part::letter;
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
    return Part::mark;
  default:
    return Part::other;
  }
}

/// Folded and taken apart; what is no character, and emoji even where they are letters in a box,
/// become spaces.
CodePoints decomposed(std::string_view text) {
  constexpr auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  CodePoints out;
  out.reserve(text.size());
  std::array<utf8proc_int32_t, 32> parts{}; // Unicode's longest has 18
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = static_cast<utf8proc_ssize_t>(text.size()); left > 0;) {
    utf8proc_int32_t c = 0;
    const auto bytes = utf8proc_iterate(at, left, &c);
    at += std::max<utf8proc_ssize_t>(bytes, 1);
    left -= std::max<utf8proc_ssize_t>(bytes, 1);
    if (bytes <= 0
        || utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC) {
      out.push_back(' ');
      continue;
    }
    int boundary = 0;
    const auto count = utf8proc_decompose_char(c, parts.data(), parts.size(), options, &boundary);
    if (count > 0 && count <= static_cast<utf8proc_ssize_t>(parts.size()))
      out.insert(out.end(), parts.begin(), parts.begin() + count);
  }
  return out;
}

/// Joiners that follow a letter go, unless they are to separate; before a separator they make no
/// difference.
void drop_joiners(CodePoints& text, Joiners joiners) {
  bool inside = false;
  std::erase_if(text, [&](utf8proc_int32_t c) {
    const auto part = part_of(c);
    const bool separates =
        joiners == Joiners::apart || (joiners == Joiners::hyphens_apart && is_hyphen(c));
    if (part == Part::joiner && !separates)
      return inside;
    inside = part == Part::letter || (part == Part::mark && inside);
    return false;
  });
}

/// Marks into Unicode's order. The library would do it too, in quadratic time.
void order_marks(CodePoints& text) {
  const auto rank = [](utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; };
  const auto is_starter = [&](utf8proc_int32_t c) { return rank(c) == 0; };
  for (auto at = text.begin(); at != text.end();) {
    const auto first = std::find_if_not(at, text.end(), is_starter);
    at = std::find_if(first, text.end(), is_starter);
    std::stable_sort(first, at, [&](auto a, auto b) { return rank(a) < rank(b); });
  }
}

void append_utf8(std::string& out, utf8proc_int32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto count = utf8proc_encode_char(c, bytes.data());
  out.append(bytes.begin(), bytes.begin() + count);
}

} // namespace

std::vector<std::string> folded_words(std::string_view text, Joiners joiners) {
  auto points = decomposed(text);
  drop_joiners(points, joiners);
  order_marks(points);
  const auto composed =
      utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()),
                               static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  points.resize(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(composed, 0)));
  std::vector<std::string> out;
  bool inside = false;
  for (const auto c : points) {
    const auto part = part_of(c);
    const bool belongs = part == Part::letter || (part == Part::mark && inside);
    if (belongs && !inside)
      out.emplace_back();
    if (belongs)
      append_utf8(out.back(), c);
    inside = belongs;
  }
  return out;
}

} // namespace tidemark
