#include "replay-tools/report/written.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

constexpr std::size_t written_max = 4000;
constexpr std::string_view of_numbers = "+-(). /";

bool is_digit_char(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit_char));
}

/// 2026-09-01, with or without a time behind it.
bool is_date(std::string_view word) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (word.size() < form.size())
    return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? !is_digit_char(word[i]) : word[i] != form[i])
      return false;
  return word.size() == form.size() || word[form.size()] == 'T';
}

/// A key, a hash, or a text in another coding: small and capital letters or digits mixed.
bool is_coded(std::string_view word) {
  if (word.find('%') != std::string_view::npos || word.find('\\') != std::string_view::npos)
    return true;
  if (word.size() < 12)
    return false;
  bool small = false, capital = false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    small |= word[i] >= 'a' && word[i] <= 'z';
    capital |= i > 0 && word[i] >= 'A' && word[i] <= 'Z';
  }
  return (small && capital) || ((small || capital) && digits_in(word) > 1) || digits_in(word) >= 7;
}

bool is_address(std::string_view word) {
  return word.find('@') != std::string_view::npos;
}

/// From `at`: a row of digits and what stands between them; its end, or `at` for too few.
std::size_t end_of_number(std::string_view text, std::size_t at) {
  auto end = at;
  for (auto i = at;
       i < text.size()
       && (is_digit_char(text[i]) || of_numbers.find(text[i]) != std::string_view::npos);
       ++i)
    if (is_digit_char(text[i]))
      end = i + 1;
  return digits_in(text.substr(at, end - at)) >= 7 ? end : at;
}

std::string_view word_at(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && !is_blank(text[end]))
    ++end;
  return text.substr(at, end - at);
}

} // namespace

Written without_personal(std::string_view text) {
  text = text.substr(0, written_max);
  Written out;
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      out.text.push_back(text[at++]);
      continue;
    }
    const auto word = word_at(text, at);
    const auto number = is_date(word) ? at : end_of_number(text, at);
    if (number > at) {
      out.text += "[number]";
      at = number;
      ++out.left_out;
      continue;
    }
    const bool hidden =
        is_address(word) || (!is_date(word) && (is_coded(word) || digits_in(word) >= 7));
    out.text += hidden ? std::string_view("[left out]") : word;
    out.left_out += hidden ? 1 : 0;
    at += word.size();
  }
  return out;
}

} // namespace tidemark::tools
