#pragma once
#include <algorithm>

namespace tidemark {

/// Is the item in a list that has no order to search by?
template <class List, class Item>
bool contains(const List& list, const Item& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

} // namespace tidemark
