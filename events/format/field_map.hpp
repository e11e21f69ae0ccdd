#pragma once
#include "events/format/field_set.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tidemark::events {

/// One value for each of some canonical fields, in little memory. Stored as an object by their
/// names.
template <class Value>
class FieldMap {
public:
  using Entry = std::pair<Field, Value>;

  FieldMap() = default;
  FieldMap(std::initializer_list<Entry> entries) {
    for (const auto& [field, value] : entries)
      (*this)[field] = value;
  }
  /// The field's value, null when it has none.
  const Value* find(Field field) const {
    const auto at = place_of(entries_, field);
    return at != entries_.end() && at->first == field ? &at->second : nullptr;
  }
  Value* find(Field field) { return const_cast<Value*>(std::as_const(*this).find(field)); }
  /// The field's value, made when it has none.
  Value& operator[](Field field) {
    const auto at = place_of(entries_, field);
    return at != entries_.end() && at->first == field
               ? at->second
               : entries_.insert(at, Entry{field, {}})->second;
  }
  void erase(Field field) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.first == field; });
  }
  void clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); } ///< sorted by field
  auto end() const { return entries_.end(); }
  bool operator==(const FieldMap&) const = default;

private:
  static auto place_of(auto& entries, Field field) {
    return std::ranges::lower_bound(entries, field, {}, &Entry::first);
  }
  std::vector<Entry> entries_;
};

} // namespace tidemark::events
