#include "base/invariant.hpp"
#include "replay-tools/imports/list_rows.hpp"

#include <csv.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace tidemark::tools {
namespace {

using Cells = std::vector<std::string>;

/// More lines in one row are no row: a quote was left open.
constexpr std::size_t row_lines_max = 200;

/// Reads one row after the other, each from the line at which it begins.
class CsvReader {
public:
  explicit CsvReader(char delimiter) : delimiter_(delimiter) { begin(); }
  ~CsvReader() { csv_free(&parser_); }
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  enum class Read { row, nothing, more, damaged };
  /// One more line of the row; `more`: the row goes on in the next.
  Read line(std::string_view text) {
    quotes_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '"'));
    const auto taken = csv_parse(&parser_, text.data(), text.size(), &CsvReader::on_cell,
                                 &CsvReader::on_row, this);
    if (taken != text.size())
      return restart(Read::damaged);
    if (quotes_ % 2 == 1)
      return Read::more;
    // The last line may have no end.
    if (!ended_ && csv_fini(&parser_, &CsvReader::on_cell, &CsvReader::on_row, this) != 0)
      return restart(Read::damaged);
    return restart(ended_ ? Read::row : Read::nothing);
  }
  void give_up() { restart(Read::damaged); }
  const Cells& cells() const { return read_; }

private:
  void begin() {
    const auto made = csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    TIDEMARK_INVARIANT(made == 0, Position{});
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
  }
  Read restart(Read read) {
    csv_free(&parser_);
    begin();
    read_ = std::move(cells_);
    cells_.clear();
    quotes_ = 0;
    ended_ = false;
    return read;
  }
  static void on_cell(void* text, std::size_t size, void* self) {
    static_cast<CsvReader*>(self)->cells_.emplace_back(
        without_blanks(std::string_view(static_cast<const char*>(text), size)));
  }
  static void on_row(int, void* self) { static_cast<CsvReader*>(self)->ended_ = true; }

  char delimiter_;
  csv_parser parser_{};
  Cells cells_, read_;
  std::size_t quotes_ = 0;
  bool ended_ = false;
};

char delimiter_of(std::string_view first_line) {
  for (const char c : {',', ';', '\t'})
    if (first_line.find(c) != std::string_view::npos)
      return c;
  return ',';
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> out;
  each_line(bytes, [&](std::uint64_t, std::string_view line) { out.push_back(line); });
  return out;
}

/// Knows the columns from the first row on.
class Table {
public:
  explicit Table(const RowSink& sink) : sink_(sink) {}
  void take(std::uint64_t line, const Cells& cells) {
    if (columns_.empty()) {
      for (const auto& name : cells)
        columns_.push_back(column_name(name));
      return;
    }
    if (cells.size() > columns_.size())
      return sink_.bad({line, "the row has more cells than the first row names columns"});
    ListRow row{line, {}};
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].empty())
        row.cells[columns_[i]] = cells[i];
    sink_.row(std::move(row));
  }
  bool has_columns() const { return !columns_.empty(); }

private:
  const RowSink& sink_;
  std::vector<std::string> columns_;
};

} // namespace

Status read_csv(std::string_view bytes, const RowSink& sink) {
  const auto lines = lines_of(without_mark(bytes));
  CsvReader reader(lines.empty() ? ',' : delimiter_of(lines.front()));
  Table table(sink);
  using Read = CsvReader::Read;
  for (std::size_t begin = 0; begin < lines.size();) {
    auto read = Read::more;
    auto end = begin;
    while (read == Read::more && end < lines.size() && end - begin < row_lines_max)
      read = reader.line(lines[end++]);
    const auto number = begin + 1;
    if (read == Read::row) {
      table.take(number, reader.cells());
    } else if (read != Read::nothing) {
      reader.give_up();
      if (!table.has_columns())
        return Error{"bad_usage", "the first row, which is to name the columns, is no CSV"};
      sink.bad({number, read == Read::more ? "a quote is never closed"
                                           : "the row is no CSV: its quotes are wrong"});
      end = begin + 1; // what stands behind it may be good
    }
    begin = end;
  }
  if (!table.has_columns())
    return Error{"bad_usage", "the file is empty; its first row names the columns"};
  return Done{};
}

} // namespace tidemark::tools
