#include "connectors/shared/refusal.hpp"

#include "base/secret.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors {
namespace {

constexpr std::size_t words_max = 200;
constexpr std::size_t field_max = 60;
constexpr std::size_t shortest_value = 3;  ///< shorter ones would be found in the middle of words
constexpr std::size_t shortest_number = 6; ///< digits

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A member's name as vendors write them: `dndSettings.email`, `errors[0].phone_number`.
bool is_member_name(std::string_view text) {
  return !text.empty() && text.size() <= field_max && text[0] >= 'a' && text[0] <= 'z'
         && std::ranges::all_of(text, [](char c) {
              return (is_word(c) && static_cast<unsigned char>(c) < 0x80)
                     || std::string_view(".[]-/").find(c) != std::string_view::npos;
            });
}

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most)
    return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end; // not in the middle of a character
  text.resize(end);
  return text + "...";
}

/// By what it looks like.
std::string masked_value(std::string_view value) {
  if (value.find('@') != std::string_view::npos)
    return masked_email(value);
  const auto digits = static_cast<std::size_t>(std::ranges::count_if(value, is_digit));
  return digits >= shortest_number && std::ranges::none_of(value, is_letter) ? masked_phone(value)
                                                                             : masked_text(value);
}

std::string without_values(std::string_view text, std::span<const std::string> values) {
  const auto same = [](char a, char b) { return lower(a) == lower(b); };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    const bool begins = at == 0 || !is_word(text[at - 1]);
    const auto hit = std::ranges::find_if(values, [&](const std::string& value) {
      return begins && value.size() >= shortest_value && rest.size() >= value.size()
             && std::ranges::equal(rest.substr(0, value.size()), value, same)
             && (rest.size() == value.size() || !is_word(rest[value.size()]));
    });
    if (hit == values.end()) {
      out.push_back(text[at++]);
      continue;
    }
    out += masked_value(rest.substr(0, hit->size()));
    at += hit->size();
  }
  return out;
}

/// A quotation mark that opens something: not the apostrophe of `doesn't`.
bool opens(std::string_view text, std::size_t at) {
  return (text[at] == '"' || text[at] == '\'' || text[at] == '`')
         && (at == 0 || !is_word(text[at - 1]));
}

/// What stands between quotation marks is a value, unless it can be a member's name.
std::string without_quoted(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = opens(text, at) ? text.find(text[at], at + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out.push_back(text[at++]);
      continue;
    }
    const auto inside = text.substr(at + 1, end - at - 1);
    out.push_back(text[at]);
    out += is_member_name(inside) ? std::string(inside) : masked_value(inside);
    out.push_back(text[end]);
    at = end + 1;
  }
  return out;
}

std::string without_addresses(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(" <>(),;\"'", at), text.size());
    const auto token = text.substr(at, end - at);
    out += token.find('@') == token.npos || token.find("***@") != token.npos ? std::string(token)
                                                                             : masked_email(token);
    if (end < text.size())
      out.push_back(text[end]);
    at = end + 1;
  }
  return out;
}

/// Digits in a row, also with what stands between those of a telephone number.
std::string without_numbers(std::string_view text) {
  constexpr std::string_view between = "0123456789+()-. ";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins = (is_digit(text[at]) || text[at] == '+' || text[at] == '(')
                        && (at == 0 || !is_word(text[at - 1]));
    if (!begins) {
      out.push_back(text[at++]);
      continue;
    }
    auto end = std::min(text.find_first_not_of(between, at), text.size());
    while (end > at && !is_digit(text[end - 1]))
      --end;
    const auto run = text.substr(at, end - at);
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(run, is_digit));
    const bool in_word = end < text.size() && is_word(text[end]); // an id
    if (run.empty()) {
      out.push_back(text[at++]);
      continue;
    }
    out += digits >= shortest_number && !in_word ? masked_phone(run) : std::string(run);
    at = end;
  }
  return out;
}

bool says_refusal(const HttpAnswer& answer) {
  return answer.status >= 200 && answer.status < 500
         && answer.content_type.find("html") == std::string::npos;
}

} // namespace

std::string masked_words(std::string_view words, std::span<const std::string> personal) {
  // Long texts are no sentence about a field; what is cut away is not looked at either.
  const auto line = domain::normalised(events::Field::source, cut(std::string(words), 2000), "");
  const auto unquoted = without_quoted(without_values(line, personal));
  return cut(without_numbers(without_addresses(unquoted)), words_max);
}

std::optional<events::Refusal> refusal_of(const Connector& connector,
                                          std::span<const Exchange> exchanges,
                                          std::span<const std::string> personal) {
  if (connector.refusal == nullptr)
    return std::nullopt;
  std::optional<events::Refusal> of_look_up;
  for (auto at = exchanges.rbegin(); at != exchanges.rend(); ++at) {
    if (!says_refusal(at->answer))
      continue;
    auto said = connector.refusal(at->answer.body);
    said.words = masked_words(said.words, personal);
    if (!is_member_name(said.field))
      said.field.clear();
    if (said.words.empty())
      continue;
    if (at->answer.status != 404)
      return said;
    if (!of_look_up)
      of_look_up = std::move(said);
  }
  return of_look_up;
}

} // namespace tidemark::connectors
