#pragma once
#include "base/bytes.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace tidemark::gateway {

/// An item of a list, with what it stands in order by. Two items of a list never share a key.
struct KeyedItem {
  std::string key;
  Json item;
};

/// The part of a list that `limit` and `after` of the request ask for, in the order of keys: for
/// lists that are made whole. A cursor holds where it goes on when its item is gone meanwhile.
/// Errors: bad_limit; bad_cursor, also for a cursor of another list.
inline Result<Json> paged(const ApiContext& api, std::vector<KeyedItem> items) {
  constexpr std::size_t limit_max = 100;
  const auto list = std::string(api.request.route->name) + '\0';
  TRY(limit, api.limit(limit_max, limit_max));
  std::string after;
  if (const auto text = api.param("after"); !text.empty()) {
    const auto cursor = from_hex(text);
    if (cursor)
      after.assign(cursor->begin(), cursor->end());
    if (!after.starts_with(list))
      return Error{"bad_cursor",
                   "after is not the next of a page of this list: leave it out to begin anew"};
    after.erase(0, list.size());
  }
  std::ranges::sort(items, {}, &KeyedItem::key);
  auto at = api.param("after").empty()
                ? items.begin()
                : std::ranges::upper_bound(items, after, {}, &KeyedItem::key);
  Json out = Json::array();
  std::string last;
  for (; at != items.end() && out.size() < limit; ++at) {
    out.push_back(std::move(at->item));
    last = at->key;
  }
  const auto next = list + last;
  return list_json(std::move(out), at == items.end() ? Json() : Json(to_hex(next)));
}

/// A number in the form in which keys sort by it.
inline std::string sortable(std::uint64_t number) {
  constexpr std::size_t digits = 20;
  const auto text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

} // namespace tidemark::gateway
