#pragma once
#include "base/copy_on_write.hpp"
#include "base/secret.hpp"
#include "events/format/custom_field.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::events {

inline constexpr std::array<std::string_view, field_count> field_names{
    "first_name",      "last_name",     "phone",        "email",         "company",
    "timezone",        "address_line1", "address_city", "address_state", "address_postal_code",
    "address_country", "source"};
constexpr std::string_view name_of(Field field) {
  return is_custom(field) ? name_of_custom(field) : field_names[static_cast<std::size_t>(field)];
}
/// A canonical field, or a custom one that is known.
std::optional<Field> field_named(std::string_view name);
/// The same for what stands in the log or in a table: a custom field that is met there is known
/// from then on.
std::optional<Field> stored_field(std::string_view name);

/// Values by field. An absent field is no statement; an empty value says "is empty". Copies share
/// their memory until one of them is changed: most sets of a contact hold the same values.
class FieldSet {
public:
  using Entry = std::pair<Field, PiiText>;

  FieldSet() = default;
  FieldSet(std::initializer_list<std::pair<Field, std::string_view>> entries) {
    for (const auto& [field, value] : entries)
      set(field, std::string(value));
  }
  void set(Field field, std::string value);
  void erase(Field field);
  /// The value, or nothing when there is no statement about the field.
  const std::string* find(Field field) const;
  /// The value, or "" when there is no statement.
  const std::string& get(Field field) const;
  bool has_value(Field field) const { return !get(field).empty(); }
  bool empty() const { return size() == 0; }
  std::size_t size() const { return entries().size(); }
  auto begin() const { return entries().begin(); } ///< sorted by field
  auto end() const { return entries().end(); }
  bool operator==(const FieldSet& other) const;
  /// Takes the other's memory when both hold the same.
  void share_with(const FieldSet& other);

  /// Fills a set anew, in ascending order of fields; `add` refuses any other.
  class Refill {
  public:
    explicit Refill(FieldSet& set) : entries_(set.entries_.own()) { entries_.clear(); }
    bool add(Field field, std::string_view value) {
      if (!entries_.empty() && entries_.back().first >= field)
        return false;
      entries_.emplace_back(field, PiiText(std::string(value)));
      return true;
    }

  private:
    std::vector<Entry>& entries_;
  };

private:
  std::span<const Entry> entries() const {
    const auto* entries = entries_.get();
    return entries ? std::span<const Entry>(*entries) : std::span<const Entry>();
  }

  CopyOnWrite<std::vector<Entry>> entries_;
};

} // namespace tidemark::events
