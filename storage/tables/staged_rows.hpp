#pragma once
#include "storage/tables.hpp"

/// Rows that a program beside the service has found to be otherwise, laid down for the service to
/// take: tables of the same names in a folder of their own, with the position that they are of.
namespace tidemark::storage {

/// Below the data folder: the tables as they were at one moment, and what is to become of them.
inline constexpr std::string_view tables_copy = "/tables.copy";
inline constexpr std::string_view staged_tables = "/tables.staged";

/// A change as a row: also that one goes.
inline Mutation to_staged(Mutation change) {
  change.value = change.value ? "+" + *change.value : "-";
  return change;
}
inline Mutation from_staged(std::string_view key, std::string_view value) {
  Mutation out{std::string(key), std::nullopt};
  if (value.starts_with('+'))
    out.value = value.substr(1);
  return out;
}

} // namespace tidemark::storage
