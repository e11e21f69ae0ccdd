#include "domain/sync/conflict_resolution.hpp"

#include "base/text/phone.hpp"

namespace tidemark::domain {
namespace {

using events::Field;

Resolution by_precedence(const Statement& first, const Statement& second, const SyncRules& rules,
                         std::string rule) {
  return {rules.rank(second.system) < rules.rank(first.system), std::move(rule)};
}

Resolution resolve_phone(const Statement& first, const Statement& second, const SyncRules& rules) {
  const bool first_valid = is_e164(first.value);
  const bool second_valid = is_e164(second.value);
  if (first_valid != second_valid)
    return {second_valid, "A1.6.phone.valid_e164"};
  return by_precedence(first, second, rules, "A1.6.phone.precedence");
}

std::size_t letters(std::string_view text) {
  std::size_t count = 0;
  for (char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && c != ' ')
      ++count;
  return count;
}

Resolution resolve_name(const Statement& first, const Statement& second,
                        std::string_view full_first, std::string_view full_second,
                        const SyncRules& rules) {
  const auto length_first = letters(full_first);
  const auto length_second = letters(full_second);
  if (length_first != length_second)
    return {length_second > length_first, "A1.6.name.longer"};
  return by_precedence(first, second, rules, "A1.6.name.precedence");
}

} // namespace

Resolution resolve(Field field, const Statement& first, const Statement& second,
                   std::string_view full_name_first, std::string_view full_name_second,
                   const SyncRules& rules) {
  // A configured source of truth outranks the field rules, as long as it states a value.
  if (rules.source_of_truth == second.system.value && !second.value.empty())
    return {true, "source_of_truth"};
  if (rules.source_of_truth == first.system.value && !first.value.empty())
    return {false, "source_of_truth"};
  if (first.value.empty() != second.value.empty())
    return {first.value.empty(), "A1.6.not_empty"};
  switch (field) {
  case Field::phone:
    return resolve_phone(first, second, rules);
  case Field::first_name:
  case Field::last_name:
    return resolve_name(first, second, full_name_first, full_name_second, rules);
  case Field::email:
    return by_precedence(first, second, rules, "A1.6.email.precedence");
  default:
    return by_precedence(first, second, rules, "A1.6.precedence");
  }
}

events::ContactConflictDecided conflict_between(Field field, const Statement& first,
                                                const Statement& second,
                                                const Resolution& resolution) {
  const auto& winner = resolution.second_wins ? second : first;
  events::ContactConflictDecided out;
  out.field = field;
  out.values[first.system] = PiiText(first.value);
  out.values.emplace(second.system, PiiText(second.value));
  out.winner = winner.system;
  out.value = PiiText(winner.value);
  out.rule = resolution.rule;
  return out;
}

std::string full_name(const events::FieldSet& fields) {
  return fields.get(Field::first_name) + " " + fields.get(Field::last_name);
}

} // namespace tidemark::domain
