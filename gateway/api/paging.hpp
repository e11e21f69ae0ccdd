#pragma once
#include "gateway/api/context.hpp"

#include <nlohmann/json.hpp>

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
Result<Json> paged(const ApiContext& api, std::vector<KeyedItem> items);

/// A number in the form in which keys sort by it.
std::string sortable(std::uint64_t number);

} // namespace tidemark::gateway
