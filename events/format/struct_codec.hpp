#pragma once
#include "base/ids.hpp"
#include "base/text/json_writer.hpp"
#include "base/time.hpp"
#include "events/format/field_map.hpp"
#include "events/format/field_mask.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <simdjson.h>

#include <limits>
#include <map>
#include <optional>
#include <type_traits>
#include <vector>

// JSON of any struct that lists its fields in `members()`: one list serves both directions.
// Reading accepts members in any order and refuses a missing one, so a changed event type needs a
// new version and an upcast, or a member that may be left out. Heavy (simdjson): include it in .cpp
// files only.
namespace tidemark::events::codec {

namespace dom = simdjson::dom;

template <class T>
concept StoredEnum = std::is_enum_v<T> && requires {
  EnumNames<T>::names;
};
template <class T>
struct IsStrong : std::false_type {};
template <class Tag, class V>
struct IsStrong<Strong<Tag, V>> : std::true_type {};
/// A hash, also one with a type of its own, is stored as hex; where there may be none, as "".
template <class T>
struct IsHash : std::false_type {};
template <std::size_t N>
struct IsHash<std::array<std::uint8_t, N>> : std::true_type {};
template <class Tag, class V>
struct IsHash<Strong<Tag, V>> : IsHash<V> {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class K, class V>
struct IsMap<std::map<K, V>> : std::true_type {};
template <class T>
struct IsFieldMap : std::false_type {};
template <class V>
struct IsFieldMap<FieldMap<V>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
inline constexpr std::string_view absent = "null";
template <class T>
requires IsHash<T>::value inline constexpr std::string_view absent<T> = "\"\"";

// ---- writing

template <class T>
void write(std::string& out, const T& value);

/// `"name":`, behind a comma unless it is the first of its object.
void write_name(std::string& out, std::string_view name);

template <class T>
void write_members(std::string& out, const T& value) {
  out.push_back('{');
  const auto one = [&](const auto& m) {
    if constexpr (left_out_when_absent<std::remove_cvref_t<decltype(value.*(m.pointer))>>)
      if (!(value.*(m.pointer)))
        return;
    write_name(out, m.name);
    write(out, value.*(m.pointer));
  };
  T::members([&](const auto&... m) { (one(m), ...); });
  out.push_back('}');
}

void write_fields(std::string& out, const FieldSet& fields);

void write_mask(std::string& out, FieldMask fields);

inline std::string_view key_text(Field key) {
  return name_of(key);
}
inline std::string_view key_text(const std::string& key) {
  return key;
}
template <class Tag>
std::string_view key_text(const Strong<Tag, std::string>& key) {
  return key.value;
}

template <class T>
void write(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, std::string>)
    json::append_string(out, value);
  else if constexpr (std::is_same_v<T, PiiText>)
    json::append_string(out, value.reveal());
  else if constexpr (std::is_same_v<T, bool>)
    out += value ? "true" : "false";
  else if constexpr (std::is_same_v<T, FieldSet>)
    write_fields(out, value);
  else if constexpr (std::is_same_v<T, FieldMask>)
    write_mask(out, value);
  else if constexpr (std::is_same_v<T, Position>)
    json::append_number(out, value.value);
  else if constexpr (std::is_same_v<T, Timestamp>)
    json::append_number(out, static_cast<std::int64_t>(value.time_since_epoch().count()));
  else if constexpr (std::is_same_v<T, Field>)
    json::append_string(out, name_of(value));
  else if constexpr (StoredEnum<T>)
    json::append_string(out, name_of_enum(value));
  else if constexpr (std::is_integral_v<T>)
    json::append_number(out, static_cast<std::uint64_t>(value));
  else if constexpr (IsStrong<T>::value)
    write(out, value.value);
  else if constexpr (IsHash<T>::value)
    json::append_string(out, to_hex(value));
  else if constexpr (IsOptional<T>::value) {
    if (value)
      write(out, *value);
    else
      out += absent<typename T::value_type>;
  } else if constexpr (IsVector<T>::value) {
    out.push_back('[');
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0)
        out.push_back(',');
      write(out, value[i]);
    }
    out.push_back(']');
  } else if constexpr (IsMap<T>::value || IsFieldMap<T>::value) {
    out.push_back('{');
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first)
        out.push_back(',');
      first = false;
      json::append_string(out, key_text(key));
      out.push_back(':');
      write(out, item);
    }
    out.push_back('}');
  } else
    write_members(out, value);
}

// ---- reading: false when the JSON does not fit the type

template <class T>
bool read(dom::element in, T& out);

bool read_text(dom::element in, std::string& out);

bool read_fields(dom::element in, FieldSet& out);

template <class T>
bool read_map(dom::element in, T& out) {
  dom::object object;
  if (in.get(object) != simdjson::SUCCESS)
    return false;
  for (auto [key, value] : object)
    if (!read(value, out[typename T::key_type(std::string(key))]))
      return false;
  return true;
}

template <class T>
bool read_field_map(dom::element in, T& out) {
  dom::object object;
  if (in.get(object) != simdjson::SUCCESS)
    return false;
  for (auto [key, value] : object) {
    const auto field = stored_field(key);
    if (!field || !read(value, out[*field]))
      return false;
  }
  return true;
}

bool read_mask(dom::element in, FieldMask& out);

template <class T>
bool read_vector(dom::element in, std::vector<T>& out) {
  dom::array array;
  if (in.get(array) != simdjson::SUCCESS)
    return false;
  for (auto item : array)
    if (!read(item, out.emplace_back()))
      return false;
  return true;
}

/// An object's members, asked for in the order of the struct. They come in the order in which they
/// were written, so the next one wanted is usually the next one found; otherwise it is looked up.
class MemberCursor {
public:
  explicit MemberCursor(dom::object object)
      : object_(object), next_(object.begin()), end_(object.end()) {}
  bool find(std::string_view name, dom::element& out);

private:
  dom::object object_;
  dom::object::iterator next_, end_;
};

template <class T>
bool read_members(dom::element in, T& out) {
  dom::object object;
  if (in.get(object) != simdjson::SUCCESS)
    return false;
  MemberCursor members(object);
  dom::element found;
  const auto one = [&](const auto& m) {
    if (members.find(m.name, found))
      return read(found, out.*(m.pointer));
    return left_out_when_absent<std::remove_cvref_t<decltype(out.*(m.pointer))>>;
  };
  return T::members([&](const auto&... m) { return (one(m) && ...); });
}

template <class Enum, std::size_t N>
bool read_enum(std::string_view text, const std::array<std::string_view, N>& names, Enum& out) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) {
      out = static_cast<Enum>(i);
      return true;
    }
  return false;
}

/// There are too many of them to look at one after the other.
template <std::size_t N>
bool read_enum(std::string_view text, const std::array<std::string_view, N>&, Reason& out) {
  const auto named = reason_named(text);
  out = named.value_or(Reason::none);
  return named.has_value();
}

inline bool read_field(std::string_view text, Field& out) {
  const auto named = stored_field(text);
  out = named.value_or(Field::first_name);
  return named.has_value();
}

template <class T>
bool is_absent(dom::element in) {
  std::string_view text;
  return IsHash<T>::value ? in.get(text) == simdjson::SUCCESS && text.empty() : in.is_null();
}

template <class T>
bool read(dom::element in, T& out) {
  if constexpr (std::is_same_v<T, std::string>)
    return read_text(in, out);
  else if constexpr (std::is_same_v<T, PiiText>) {
    std::string text;
    const bool fits = read_text(in, text);
    out = PiiText(std::move(text));
    return fits;
  } else if constexpr (std::is_same_v<T, bool>)
    return in.get(out) == simdjson::SUCCESS;
  else if constexpr (std::is_same_v<T, FieldSet>)
    return read_fields(in, out);
  else if constexpr (std::is_same_v<T, FieldMask>)
    return read_mask(in, out);
  else if constexpr (std::is_same_v<T, Position>)
    return in.get(out.value) == simdjson::SUCCESS;
  else if constexpr (std::is_same_v<T, Timestamp>) {
    std::int64_t micros = 0;
    const bool fits = in.get(micros) == simdjson::SUCCESS;
    out = Timestamp{std::chrono::microseconds{micros}};
    return fits;
  } else if constexpr (std::is_same_v<T, Field>) {
    std::string_view text;
    return in.get(text) == simdjson::SUCCESS && read_field(text, out);
  } else if constexpr (StoredEnum<T>) {
    std::string_view text;
    return in.get(text) == simdjson::SUCCESS && read_enum(text, EnumNames<T>::names, out);
  } else if constexpr (std::is_integral_v<T>) {
    std::uint64_t number = 0;
    const bool fits =
        in.get(number) == simdjson::SUCCESS && number <= std::numeric_limits<T>::max();
    out = static_cast<T>(number);
    return fits;
  } else if constexpr (IsStrong<T>::value)
    return read(in, out.value);
  else if constexpr (IsHash<T>::value) {
    std::string_view text;
    return in.get(text) == simdjson::SUCCESS && read_hex(text, out);
  } else if constexpr (IsOptional<T>::value) {
    out.reset();
    return is_absent<typename T::value_type>(in) || read(in, out.emplace());
  } else if constexpr (IsVector<T>::value)
    return read_vector(in, out);
  else if constexpr (IsMap<T>::value)
    return read_map(in, out);
  else if constexpr (IsFieldMap<T>::value)
    return read_field_map(in, out);
  else
    return read_members(in, out);
}

} // namespace tidemark::events::codec
