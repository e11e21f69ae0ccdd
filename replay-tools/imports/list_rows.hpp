#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

/// The rows of a list, whatever its form.
namespace tidemark::tools {

/// One row: what stands under each column, without blanks around it; columns by their names in
/// lower case, with `_` for what separates words.
struct ListRow {
  std::uint64_t line = 0; ///< at which it begins, from 1 on
  std::map<std::string, std::string> cells;
};
struct BadRow {
  std::uint64_t line = 0;
  std::string text; ///< what is wrong, for people; never quotes the row
};

struct RowSink {
  std::function<void(ListRow)> row;
  std::function<void(BadRow)> bad;
};

/// The name of a column in that form.
std::string column_name(std::string_view text);
/// Without those around it.
std::string_view without_blanks(std::string_view text);
/// Without a byte order mark.
std::string_view without_mark(std::string_view bytes);

/// CSV whose first row names the columns; between cells stands a comma, a semicolon or a tab. A row
/// that is no CSV is bad, and so is one whose quote is never closed: it takes no other row with it.
/// Error: bad_usage, when the first row names no column.
Status read_csv(std::string_view bytes, const RowSink& sink);
/// One JSON object in each line.
void read_json_lines(std::string_view bytes, const RowSink& sink);

/// By what the file begins with.
Status read_rows(std::string_view bytes, const RowSink& sink);

/// Calls `line` with each line, its end included: LF, CR LF, or CR alone.
void each_line(std::string_view bytes,
               const std::function<void(std::uint64_t number, std::string_view line)>& line);

} // namespace tidemark::tools
