#include "gateway/api/paging.hpp"

#include "base/bytes.hpp"
#include "gateway/api/json.hpp"

#include <algorithm>

namespace tidemark::gateway {

Result<Json> paged(const ApiContext& api, std::vector<KeyedItem> items) {
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

std::string sortable(std::uint64_t number) {
  constexpr std::size_t digits = 20;
  const auto text = std::to_string(number);
  return std::string(digits - text.size(), '0') + text;
}

} // namespace tidemark::gateway
