#pragma once
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

/// A struct that lists its fields: `T::members(use)` gives `use` all of them, and returns what it
/// returns. They are never made into a tuple: one for each event took half of what the compiler
/// did in each file that knows the events.
template <class T>
concept HasMembers = requires {
  T::members(Unused{});
};

/// Enums that are stored specialise this with `static constexpr std::array<std::string_view, N>
/// names`.
template <class Enum>
struct EnumNames;

template <class Enum>
constexpr std::string_view name_of_enum(Enum value) {
  return EnumNames<Enum>::names[static_cast<std::size_t>(value)];
}

} // namespace tidemark::events
