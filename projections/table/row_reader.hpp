#pragma once
#include "base/ids.hpp"
#include "base/text/json_reader.hpp"
#include "base/time.hpp"
#include "events/format/field_set.hpp"
#include "events/format/reason.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Members of a row as typed values; what a row lacks is empty. For the view files only.
namespace tidemark::projections {

inline std::string text_of(json::Value row, std::string_view name) {
  return std::string(row[name].text().value_or(""));
}
inline Reason reason_of(json::Value row) {
  return reason_named(row["reason_code"].text().value_or("")).value_or(Reason::none);
}
inline std::vector<std::string> texts_of(json::Value row, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& item : row[name].items())
    out.emplace_back(item.text().value_or(""));
  return out;
}
inline std::uint64_t number_of(json::Value row, std::string_view name) {
  return static_cast<std::uint64_t>(row[name].integer().value_or(0));
}
inline bool flag_of(json::Value row, std::string_view name) {
  return row[name].boolean().value_or(false);
}
inline Position position_of(json::Value row) {
  return Position{number_of(row, "position")};
}
inline Timestamp time_of(json::Value row, std::string_view name) {
  return Timestamp{std::chrono::microseconds{row[name].integer().value_or(0)}};
}
inline events::FieldSet fields_of(json::Value row, std::string_view name) {
  events::FieldSet out;
  for (const auto& [key, value] : row[name].members())
    if (const auto field = events::stored_field(key))
      out.set(*field, std::string(value.text().value_or("")));
  return out;
}

/// A row that is not JSON means a damaged table; rebuilding it helps.
inline Error damaged_row(std::string_view table) {
  return {"table_damaged", "a row of the table " + std::string(table)
                               + " cannot be read; run: tidemark rebuild " + std::string(table)};
}

} // namespace tidemark::projections
