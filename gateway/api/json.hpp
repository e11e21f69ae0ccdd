#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "gateway/api/routes.hpp"
#include "projections/table/scan.hpp"

#include <nlohmann/json.hpp>

/// What the JSON of answers is made of.
namespace tidemark::gateway {

/// Null where there is nothing to say.
inline Json or_null(std::string_view text) {
  return text.empty() ? Json() : Json(text);
}
inline Json or_null(Position position) {
  return position == Position{} ? Json() : Json(position.value);
}
inline Json or_null(Timestamp time) {
  return time == Timestamp{} ? Json() : Json(to_rfc3339(time));
}
template <class T>
Json or_null(const std::optional<T>& value) {
  if constexpr (std::is_same_v<T, Timestamp>)
    return value ? Json(to_rfc3339(*value)) : Json();
  else
    return value ? Json(*value) : Json();
}

inline Json list_json(Json items, Json next = nullptr) {
  return {{"items", std::move(items)}, {"next", std::move(next)}};
}

/// What `json_of` makes of each.
template <class Items, class JsonOf>
Json array_json(const Items& items, JsonOf json_of) {
  auto out = Json::array();
  for (const auto& item : items)
    out.push_back(json_of(item));
  return out;
}
/// The texts of ids and names.
template <class Ids>
Json values_json(const Ids& ids) {
  return array_json(ids, [](const auto& id) { return Json(id.value); });
}
template <class Item, class JsonOf>
Json page_json(const projections::Page<Item>& page, JsonOf json_of) {
  return list_json(array_json(page.items, json_of), or_null(page.next));
}

/// What is no UTF-8 becomes U+FFFD.
inline Answer json_answer(std::uint16_t status, const Json& body) {
  Answer answer;
  answer.status = status;
  answer.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

} // namespace tidemark::gateway
