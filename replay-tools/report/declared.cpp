#include "replay-tools/report/declared.hpp"

#include "base/time.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

bool is_small(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// No number that could be somebody's, and no hex.
bool has_few_digits(std::string_view text) {
  return std::count_if(text.begin(), text.end(), is_digit) < 5;
}

bool is_made_of(std::string_view text, std::string_view others) {
  return !text.empty() && text.size() <= 64 && has_few_digits(text)
         && std::all_of(text.begin(), text.end(), [&](char c) {
              return is_small(c) || is_digit(c) || others.find(c) != std::string_view::npos;
            });
}

bool is_time(const Json& value) {
  return value.is_string() && value.get_ref<const std::string&>().size() <= 32
         && from_rfc3339(value.get_ref<const std::string&>());
}

bool is_text(const Json& value, bool (*fits)(std::string_view)) {
  return value.is_string() && fits(value.get_ref<const std::string&>());
}

bool is_version(std::string_view text) {
  return is_made_of(text, ".-+");
}

void keep(Kept& out, const Declared& member, const Json& value);

Json keep_map(Kept& out, const Declared& member, const Json& value) {
  Json map = Json::object();
  for (const auto& [name, one] : value.items()) {
    if (!is_name(name) || !one.is_object()) {
      ++out.left_out;
      continue;
    }
    auto kept = only_declared(one, member.of);
    out.left_out += kept.left_out;
    map[name] = std::move(kept.value);
  }
  return map;
}

Json keep_list(Kept& out, const Declared& member, const Json& value) {
  Json list = Json::array();
  for (const auto& one : value) {
    auto kept = only_declared(one, member.of);
    out.left_out += kept.left_out;
    list.push_back(std::move(kept.value));
  }
  return list;
}

bool fits(Form form, const Json& value) {
  switch (form) {
  case Form::number:
    return value.is_number();
  case Form::flag:
    return value.is_boolean();
  case Form::presence:
    return true;
  case Form::time:
    return is_time(value);
  case Form::word:
    return is_text(value, is_word);
  case Form::name:
    return is_text(value, is_name);
  case Form::version:
    return is_text(value, is_version);
  case Form::object:
  case Form::map:
    return value.is_object();
  case Form::list:
    return value.is_array();
  }
  return false;
}

void keep(Kept& out, const Declared& member, const Json& value) {
  auto& place = out.value[std::string(member.name)];
  if (value.is_null())
    return;
  switch (member.form) {
  case Form::presence:
    place = true;
    return;
  case Form::object: {
    auto kept = only_declared(value, member.of);
    out.left_out += kept.left_out;
    place = std::move(kept.value);
    return;
  }
  case Form::map:
    place = keep_map(out, member, value);
    return;
  case Form::list:
    place = keep_list(out, member, value);
    return;
  default:
    place = value;
  }
}

} // namespace

bool is_word(std::string_view text) {
  return is_made_of(text, "_.:/{}[]-");
}

bool is_name(std::string_view text) {
  return is_made_of(text, "_.-");
}

Kept only_declared(const Json& object, std::span<const Declared> members) {
  Kept out{Json::object()};
  if (!object.is_object()) {
    out.left_out = 1;
    return out;
  }
  std::size_t taken = 0;
  for (const auto& member : members) {
    const auto at = object.find(std::string(member.name));
    if (at == object.end() || !(at->is_null() || fits(member.form, *at)))
      continue;
    keep(out, member, *at);
    ++taken;
  }
  out.left_out += object.size() - taken;
  return out;
}

} // namespace tidemark::tools
