#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tidemark::sandbox {

/// Members keep the order in which they were written, as the vendors' bodies have one.
using Json = nlohmann::ordered_json;

/// A discarded value (`is_discarded()`) when `text` is not JSON.
inline Json parse_json(std::string_view text) {
  return Json::parse(text, nullptr, false);
}

/// Compact; never throws, also for text that is not UTF-8.
inline std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The member as text, or "" when it is missing or not a string.
inline std::string text_of(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// The member as a number, or `otherwise`.
inline long number_of(const Json& object, const char* member, long otherwise) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number_integer() ? found->get<long>() : otherwise;
}

/// What a map holds, as an array in the order of its keys.
template <class Map>
Json values_of(const Map& map) {
  Json list = Json::array();
  for (const auto& [key, value] : map)
    list.push_back(value);
  return list;
}

} // namespace tidemark::sandbox
