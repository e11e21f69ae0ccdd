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
  if (name.starts_with(custom_prefix))
    for (const auto field : known_custom_fields())
      if (name_of(field) == name)
        return field;
  return std::nullopt;
}

std::optional<Field> stored_field(std::string_view name) {
  return name.starts_with(custom_prefix) ? custom_field(name.substr(custom_prefix.size()))
                                         : field_named(name);
}

bool FieldSet::operator==(const FieldSet& other) const {
  return entries_.shares_with(other.entries_) || std::ranges::equal(entries(), other.entries());
}

void FieldSet::share_with(const FieldSet& other) {
  if (*this == other)
    entries_ = other.entries_;
}

void FieldSet::set(Field field, std::string value) {
  auto& entries = entries_.own();
  const auto at = lower_bound(entries, field);
  if (at != entries.end() && at->first == field)
    at->second = PiiText(std::move(value));
  else
    entries.insert(at, Entry{field, PiiText(std::move(value))});
}

void FieldSet::erase(Field field) {
  if (find(field))
    std::erase_if(entries_.own(), [&](const Entry& entry) { return entry.first == field; });
}

const std::string* FieldSet::find(Field field) const {
  const auto all = entries();
  const auto at = lower_bound(all, field);
  return at != all.end() && at->first == field ? &at->second.reveal() : nullptr;
}

const std::string& FieldSet::get(Field field) const {
  static const std::string nothing;
  const auto* value = find(field);
  return value ? *value : nothing;
}

} // namespace tidemark::events
