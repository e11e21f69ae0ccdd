#include "domain/access/roles.hpp"

#include "events/format/schema.hpp"

namespace tidemark::domain {
namespace {

constexpr Role roles_of_tokens[] = {Role::viewer,  Role::agent, Role::manager, Role::operator_,
                                    Role::auditor, Role::admin, Role::api};

} // namespace

Rights rights_of(Role role) {
  using enum Right;
  switch (role) {
  case Role::none:
    return {none};
  case Role::viewer:
    return {none, known, read};
  case Role::agent:
    return {none, known, read, see_people};
  case Role::manager:
    return {none, known, read, see_people, review};
  case Role::operator_:
    return {none, known, read, review, operate};
  case Role::auditor:
    return {none, known, read, see_people, reveal, audit};
  case Role::admin:
    return {none, known, read, see_people, reveal, review, operate, audit, administer};
  case Role::api:
    return {none, known, see_people};
  case Role::local:
    return {none, known, read, see_people, reveal, review, operate, audit, administer, local};
  }
  return {none};
}

Role role_named(std::string_view name) {
  for (const auto role : roles_of_tokens)
    if (name_of(role) == name)
      return role;
  return Role::none;
}

std::string_view name_of(Role role) {
  return events::name_of_enum(role);
}

std::vector<std::string_view> roles_with(Right right) {
  std::vector<std::string_view> out;
  for (const auto role : roles_of_tokens)
    if (rights_of(role).has(right))
      out.push_back(name_of(role));
  return out;
}

} // namespace tidemark::domain
