#pragma once
#include "events/all.hpp"

#include <rapidcheck.h>

/// rapidcheck values of everything that can be stored, by the types' own member lists.
namespace tidemark::events::test {

template <class T>
concept StoredEnum = std::is_enum_v<T> && requires {
  EnumNames<T>::names;
};
template <class T>
concept StrongText = !HasMembers<T> && requires(T value) {
  { value.value } -> std::same_as<std::string&>;
};
template <class T>
concept StoredHash = requires(T hash) {
  hash.fill(std::uint8_t{});
};
template <class T>
concept StrongHash = requires(T strong) {
  strong.value.fill(std::uint8_t{});
};
template <class T>
concept List = requires(T list, typename T::value_type item) {
  list.push_back(item);
};
template <class T>
concept Optional = requires(T value) {
  value.reset();
  value.emplace();
};
template <class T>
struct IsFieldMap : std::false_type {};
template <class Value>
struct IsFieldMap<FieldMap<Value>> : std::true_type {};
template <class T>
concept Map = requires {
  typename T::mapped_type;
};

/// Valid UTF-8 with what JSON has to escape in it.
inline rc::Gen<std::string> any_text() {
  static const std::vector<std::string> pieces{"a",    "Z",
                                               "0",    " ",
                                               "\"",   "\\",
                                               "/",    "\n",
                                               "\x01", std::string(1, '\0'),
                                               "é",    "東",
                                               "😀",    "\xE2\x80\xA8",
                                               "\x7F"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)),
                      [](const std::vector<std::string>& parts) {
                        std::string out;
                        for (const auto& part : parts)
                          out += part;
                        return out;
                      });
}

template <class T>
T any();

template <class T>
T any_struct() {
  T out{};
  T::members([&](const auto&... m) {
    ((out.*(m.pointer) = any<std::decay_t<decltype(out.*(m.pointer))>>()), ...);
  });
  return out;
}

inline FieldSet any_fields() {
  FieldSet out;
  for (std::size_t i = 0; i < field_count; ++i)
    if (*rc::gen::arbitrary<bool>())
      out.set(static_cast<Field>(i), *any_text());
  return out;
}

inline FieldMask any_mask() {
  FieldMask out;
  for (std::size_t i = 0; i < field_count; ++i)
    if (*rc::gen::arbitrary<bool>())
      out.add(static_cast<Field>(i));
  return out;
}

template <class T>
T any() {
  if constexpr (std::is_same_v<T, std::string>)
    return *any_text();
  else if constexpr (std::is_same_v<T, PiiText>)
    return PiiText(*any_text());
  else if constexpr (std::is_same_v<T, FieldSet>)
    return any_fields();
  else if constexpr (std::is_same_v<T, FieldMask>)
    return any_mask();
  else if constexpr (std::is_same_v<T, Position>)
    return Position{*rc::gen::arbitrary<std::uint64_t>()};
  else if constexpr (std::is_same_v<T, Timestamp>)
    return Timestamp{std::chrono::microseconds{*rc::gen::arbitrary<std::int64_t>()}};
  else if constexpr (std::is_same_v<T, Field>)
    return static_cast<Field>(*rc::gen::inRange<std::size_t>(0, field_count));
  else if constexpr (StoredEnum<T>)
    return static_cast<T>(*rc::gen::inRange<std::size_t>(0, EnumNames<T>::names.size()));
  else if constexpr (std::is_integral_v<T>)
    return *rc::gen::arbitrary<T>();
  else if constexpr (StrongText<T>)
    return T(*any_text());
  else if constexpr (StoredHash<T>) {
    T out{};
    for (auto& byte : out)
      byte = *rc::gen::arbitrary<std::uint8_t>();
    return out;
  } else if constexpr (StrongHash<T>)
    return T(any<typename T::value_type>());
  else if constexpr (Optional<T>)
    return *rc::gen::arbitrary<bool>() ? T(any<typename T::value_type>()) : T();
  else if constexpr (IsFieldMap<T>::value) {
    T out;
    for (std::size_t i = 0; i < field_count; ++i)
      if (*rc::gen::arbitrary<bool>())
        out[static_cast<Field>(i)] = any<typename T::Entry::second_type>();
    return out;
  } else if constexpr (List<T>) {
    T out(*rc::gen::inRange<std::size_t>(0, 4));
    for (auto& item : out)
      item = any<typename T::value_type>();
    return out;
  } else if constexpr (Map<T>) {
    T out;
    const auto count = *rc::gen::inRange<std::size_t>(0, 4);
    for (std::size_t i = 0; i < count; ++i)
      out[any<typename T::key_type>()] = any<typename T::mapped_type>();
    return out;
  } else
    return any_struct<T>();
}

} // namespace tidemark::events::test
