#pragma once
#include <array>
#include <cstdint>
#include <string_view>

/// The form of an answer as data. A test holds every answer against it.
namespace tidemark::gateway {

enum class MemberType : std::uint8_t {
  none,
  text,
  time,
  integer,
  number,
  boolean,
  object,
  map,
  any
};

struct Schema;
struct Member {
  std::string_view name;
  MemberType type = MemberType::none;
  const Schema* of = nullptr; ///< the form of an object, or of what a map has under each name
  bool is_list = false;
  bool nullable = false;
  bool optional = false; ///< there only where it means something
};
/// An object of a name and its members in order.
struct Schema {
  std::string_view name;
  std::array<Member, 24> members{}; ///< the rest has no type
};

constexpr Member text(std::string_view name) {
  return {name, MemberType::text};
}
constexpr Member time(std::string_view name) {
  return {name, MemberType::time};
}
constexpr Member integer(std::string_view name) {
  return {name, MemberType::integer};
}
constexpr Member number(std::string_view name) {
  return {name, MemberType::number};
}
constexpr Member boolean(std::string_view name) {
  return {name, MemberType::boolean};
}
constexpr Member object(std::string_view name, const Schema& of) {
  return {name, MemberType::object, &of};
}
/// Names that are data, with a text each.
constexpr Member map(std::string_view name) {
  return {name, MemberType::map};
}
constexpr Member map(std::string_view name, const Schema& of) {
  return {name, MemberType::map, &of};
}
constexpr Member any(std::string_view name) {
  return {name, MemberType::any};
}
constexpr Member list(Member item) {
  item.is_list = true;
  return item;
}
constexpr Member list(std::string_view name, const Schema& of) {
  return list(object(name, of));
}
constexpr Member nullable(Member member) {
  member.nullable = true;
  return member;
}
constexpr Member optional(Member member) {
  member.optional = true;
  return member;
}

/// `{"items","next"}`
template <const Schema& item>
inline constexpr Schema list_of{"page", {{list("items", item), nullable(text("next"))}}};

} // namespace tidemark::gateway
