#include "connectors/shared/unreadable_body.hpp"

#include "base/contains.hpp"
#include "base/text/alphanumeric_key.hpp"
#include "domain/consent/keyword_recognition.hpp"
#include "domain/rules/reserved_tags.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace tidemark::connectors {
namespace {

/// A body of more pieces than this is not looked through; nobody can say what it holds.
constexpr std::size_t pieces_max = 20'000;

constexpr auto marks =
    words("dnd", "dnc", "isdnc", "optout", "optedout", "isoptedout", "unsubscribe", "blocked",
          "isblocked", "donotcall", "donottext", "donotcontact");
constexpr auto plainly_off = words("", "0", "false", "no", "off", "null", "inactive", "none");
/// Values that vendors use as signs: a channel of `dndSettings`, what a mail report tells.
constexpr auto telling = words("permanent", "unsubscribed", "complained");

/// The number that two or four hexadecimal digits write; 0 for anything else.
unsigned hex_at(std::string_view text, std::size_t at, std::size_t digits) {
  unsigned out = 0;
  const auto part = text.substr(std::min(at, text.size()), digits);
  const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), out, 16);
  return failed == std::errc{} && end == part.data() + digits ? out : 0;
}

/// UTF-16 as far as it is ASCII, form fields and JSON's escapes in plain text. An escaped line end
/// is a line end: words before it stand alone.
std::string plain(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  const bool form = body.find_first_of("{[") == std::string_view::npos;
  for (std::size_t at = 0; at < body.size(); ++at) {
    const char c = body[at];
    if (c == '\0')
      continue;
    unsigned code = 0;
    if (form && c == '+') {
      out += ' ';
    } else if (form && c == '%' && (code = hex_at(body, at + 1, 2)) != 0) {
      out += static_cast<char>(code);
      at += 2;
    } else if (c == '\\' && at + 1 < body.size()) {
      const char escaped = body[++at];
      if (escaped == 'u' && (code = hex_at(body, at + 1, 4)) != 0) {
        out += code < 0x80 ? static_cast<char>(code) : '?';
        at += 4;
      } else {
        out += escaped == 'n' || escaped == 'r' || escaped == 't' ? '\n' : escaped;
      }
    } else {
      out += c;
    }
  }
  return out;
}

/// A text between the signs that part JSON, forms and lines.
struct Piece {
  std::string_view text;
  bool has_value = false; ///< a colon or equals sign follows it
  bool is_key = false;    ///< and it is no person's word: `STOP: please` may be one
};

std::vector<Piece> pieces_of(std::string_view text) {
  constexpr std::string_view dividers = "\"{}[]:,=&;\r\n\t";
  std::vector<Piece> out;
  while (!text.empty() && out.size() <= pieces_max) {
    const auto end = std::min(text.find_first_of(dividers), text.size());
    auto piece = text.substr(0, end);
    const auto divider = text.substr(end, text.find_first_not_of("\" ", end) - end + 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    piece.remove_prefix(std::min(piece.find_first_not_of(' '), piece.size()));
    while (piece.ends_with(' '))
      piece.remove_suffix(1);
    if (!piece.empty())
      out.push_back(
          {piece, divider.ends_with(':') || divider.ends_with('='),
           divider.ends_with('=') || (divider.starts_with('"') && divider.ends_with(':'))});
  }
  return out;
}

bool says_stop(std::string_view text) {
  return domain::may_be_opt_out(domain::recognise(text).sign) || domain::is_opt_out_tag(text);
}

} // namespace

bool may_hold_opt_out(std::string_view body) {
  const auto text = plain(body);
  const auto pieces = pieces_of(text);
  if (pieces.size() > pieces_max)
    return true;
  bool channels = false;
  for (std::size_t at = 0; at < pieces.size(); ++at) {
    const auto word = alphanumeric_key(pieces[at].text);
    const auto value =
        at + 1 < pieces.size() ? alphanumeric_key(pieces[at + 1].text) : std::string();
    if (pieces[at].has_value && contains(marks, word) && !contains(plainly_off, value))
      return true;
    channels |= word == "dndsettings" || word == "inbounddndsettings";
    if (pieces[at].is_key || word == "optouthelp") // a name of an event that asks for help
      continue;
    if ((channels && word == "active") || contains(telling, word) || word.starts_with("optout")
        || says_stop(pieces[at].text))
      return true;
  }
  return false;
}

} // namespace tidemark::connectors
