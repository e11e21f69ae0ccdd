#include "events/format/field_set.hpp"

#include <algorithm>

namespace tidemark::events {
namespace {

auto lower_bound(auto& entries, Field field) {
  return std::lower_bound(entries.begin(), entries.end(), field,
                          [](const auto& entry, Field f) { return entry.first < f; });
}

} // namespace

std::optional<Field> field_named(std::string_view name) {
  for (std::size_t i = 0; i < field_count; ++i)
    if (field_names[i] == name)
      return static_cast<Field>(i);
  return std::nullopt;
}

void FieldSet::set(Field field, std::string value) {
  const auto at = lower_bound(entries_, field);
  if (at != entries_.end() && at->first == field)
    at->second = PiiText(std::move(value));
  else
    entries_.insert(at, Entry{field, PiiText(std::move(value))});
}

void FieldSet::erase(Field field) {
  const auto at = lower_bound(entries_, field);
  if (at != entries_.end() && at->first == field)
    entries_.erase(at);
}

const std::string* FieldSet::find(Field field) const {
  const auto at = lower_bound(entries_, field);
  return at != entries_.end() && at->first == field ? &at->second.reveal() : nullptr;
}

const std::string& FieldSet::get(Field field) const {
  static const std::string nothing;
  const auto* value = find(field);
  return value ? *value : nothing;
}

} // namespace tidemark::events
