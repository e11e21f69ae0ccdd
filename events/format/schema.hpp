#pragma once
#include <boost/preprocessor/seq/enum.hpp>
#include <boost/preprocessor/seq/transform.hpp>
#include <boost/preprocessor/stringize.hpp>
#include <boost/preprocessor/variadic/to_seq.hpp>

#include <array>
#include <cstddef>
#include <string_view>

/// How an event type describes itself: a stored name and one list of fields that serves both
/// directions. Names of events and fields are the storage format: never rename, add a version.
namespace tidemark::events {

template <class Owner, class Value>
struct Member {
  std::string_view name;
  Value Owner::*pointer;
};

template <class Owner, class Value>
constexpr Member<Owner, Value> member(std::string_view name, Value Owner::*pointer) {
  return {name, pointer};
}

/// Takes the members of a struct and does nothing with them.
struct Unused {
  template <class... Owner, class... Value>
  constexpr void operator()(const Member<Owner, Value>&...) const {}
};

/// Stands at the end of a struct that lists its fields, in the order in which they are stored (at
/// most 64): `T::members(use)` gives `use` all of them, and returns what it returns. They are never
/// made into a tuple: one for each event took half of what the compiler did in each file that knows
/// the events. Two such structs are equal when their fields are.
#define TIDEMARK_MEMBERS(Type, ...)                                                                \
  bool operator==(const Type&) const = default;                                                    \
  template <class Use>                                                                             \
  static constexpr auto members(Use use) {                                                         \
    return use(BOOST_PP_SEQ_ENUM(                                                                  \
        BOOST_PP_SEQ_TRANSFORM(TIDEMARK_MEMBER, Type, BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))));    \
  }
#define TIDEMARK_MEMBER(r, Type, name)                                                             \
  ::tidemark::events::member(BOOST_PP_STRINGIZE(name), &Type::name)

template <class T>
concept HasMembers = requires {
  T::members(Unused{});
};

/// A member (a std::optional) that came later than its event: not written while it has nothing to
/// say, so that events of both ages have the same bytes, and not missed when it is not there.
template <class T>
inline constexpr bool left_out_when_absent = false;

/// Enums that are stored specialise this with `static constexpr std::array<std::string_view, N>
/// names`.
template <class Enum>
struct EnumNames;

template <class Enum>
constexpr std::string_view name_of_enum(Enum value) {
  return EnumNames<Enum>::names[static_cast<std::size_t>(value)];
}

} // namespace tidemark::events
