#include "domain/rules/normalise.hpp"

#include "base/text/json_writer.hpp"
#include "base/text/phone.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

/// Trimmed, inner white space single, control characters gone.
std::string tidy(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (char c : text) {
    if (is_space(c)) {
      gap = !out.empty();
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      if (gap)
        out.push_back(' ');
      gap = false;
      out.push_back(c);
    }
  }
  return out;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool all_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Base letter of the Latin-1 supplement and Latin Extended-A letters that names use; 0 when none.
/// The table holds U+00C0..U+017F, one ASCII letter each; '*' keeps the letter as it is.
char base_letter(unsigned code_point) {
  static constexpr std::string_view table = "aaaaaaaceeeeiiii"
                                            "dnooooo*ouuuuyts"
                                            "aaaaaaaceeeeiiii"
                                            "dnooooo*ouuuuyty"
                                            "aaaaaaccccccccdd"
                                            "ddeeeeeeeeeegggg"
                                            "gggghhhhiiiiiiii"
                                            "iiiijjkkklllllll"
                                            "lllnnnnnnnnnoooo"
                                            "oooorrrrrrssssss"
                                            "ssttttttuuuuuuuu"
                                            "uuuuwwyyyzzzzzzs";
  if (code_point < 0xC0 || code_point - 0xC0 >= table.size())
    return 0;
  const char c = table[code_point - 0xC0];
  return c == '*' ? char{0} : c;
}

/// Lower case without accents, as far as European names need it; other scripts stay as they are.
std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0xC3 && c <= 0xC5 && i + 1 < text.size()) {
      const unsigned code_point =
          ((c & 0x1FU) << 6U) | (static_cast<unsigned char>(text[i + 1]) & 0x3FU);
      if (const char base = base_letter(code_point)) {
        out.push_back(base);
        ++i;
        continue;
      }
    }
    out.push_back(lower(text[i]));
  }
  return out;
}

std::string tidy_email(std::string_view value) {
  auto out = tidy(value);
  const auto at = out.rfind('@');
  if (at != std::string::npos)
    std::transform(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(),
                   out.begin() + static_cast<std::ptrdiff_t>(at), lower);
  return out;
}

bool looks_like_email(std::string_view value) {
  const auto at = value.find('@');
  return at != std::string_view::npos && at > 0 && value.find('@', at + 1) == std::string_view::npos
         && value.find('.', at) != std::string_view::npos && value.find('.', at) != at + 1
         && value.back() != '.' && value.find(' ') == std::string_view::npos && value.size() <= 254;
}

} // namespace

std::string normalised(Field field, std::string_view value, std::string_view region) {
  const auto valid = all_ascii(value) ? std::string(value) : json::to_valid_utf8(value);
  if (field == Field::email)
    return tidy_email(valid);
  auto text = tidy(valid);
  if (field == Field::phone) {
    if (auto number = to_e164(text, region))
      return *std::move(number);
  }
  return text;
}

std::string comparable(Field field, std::string_view value) {
  switch (field) {
  case Field::email:
    return lower_ascii(value);
  case Field::first_name:
  case Field::last_name:
  case Field::company:
  case Field::address_line1:
  case Field::address_city:
  case Field::address_state:
  case Field::address_country:
    return folded(value);
  default:
    return std::string(value);
  }
}

std::string identity_key(Field field, std::string_view value) {
  if (field == Field::phone)
    return is_e164(value) && value.size() >= 8 && is_dialable(value) ? std::string(value)
                                                                     : std::string();
  if (field == Field::email && !value.empty() && looks_like_email(value))
    return lower_ascii(value);
  return {};
}

std::string shared_mailbox(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos)
    return {};
  const auto host = email.substr(at + 1);
  if (host != "gmail.com" && host != "googlemail.com")
    return {};
  std::string out(email.substr(0, std::min(email.find('+'), at)));
  std::erase(out, '.');
  if (out.empty()) // no mailbox at all
    return {};
  out += "@gmail.com";
  return out == email ? std::string() : out;
}

std::vector<std::string> name_words(std::string_view first, std::string_view last) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty())
      words.push_back(std::move(word));
    word.clear();
  };
  for (auto part : {first, last}) {
    for (char c : folded(part)) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
                          || (static_cast<unsigned char>(c) >= 0x80);
      if (letter)
        word.push_back(c);
      else if (c != '\'')
        finish();
    }
    finish();
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::pair<std::string, std::string> split_name(std::string_view full) {
  const auto text = tidy(full);
  const auto space = text.rfind(' ');
  if (space == std::string::npos)
    return {text, ""};
  return {text.substr(0, space), text.substr(space + 1)};
}

} // namespace tidemark::domain
