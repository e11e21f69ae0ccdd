#include "replay-tools/imports/list_rows.hpp"

#include "base/text/json_reader.hpp"

namespace tidemark::tools {

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == text.npos ? std::string_view()
                            : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string column_name(std::string_view text) {
  std::string out;
  for (const char c : without_blanks(text))
    out += c == ' ' || c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view without_mark(std::string_view bytes) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return bytes.starts_with(mark) ? bytes.substr(mark.size()) : bytes;
}

void each_line(std::string_view bytes,
               const std::function<void(std::uint64_t number, std::string_view line)>& line) {
  std::uint64_t number = 0;
  while (!bytes.empty()) {
    auto end = bytes.find_first_of("\r\n");
    if (end == std::string_view::npos)
      end = bytes.size();
    else
      end += bytes.substr(end).starts_with("\r\n") ? 2 : 1;
    line(++number, bytes.substr(0, end));
    bytes.remove_prefix(end);
  }
}

void read_json_lines(std::string_view bytes, const RowSink& sink) {
  each_line(without_mark(bytes), [&](std::uint64_t number, std::string_view line) {
    const auto text = without_blanks(line);
    if (text.empty())
      return;
    const auto document = json::parse(text);
    if (!document || document->root().kind() != json::Kind::object)
      return sink.bad({number, "the line is no JSON object"});
    ListRow row{number, {}};
    for (const auto& [name, value] : document->root().members()) {
      if (!value.stated())
        continue;
      const auto cell = value.scalar();
      if (!cell)
        return sink.bad({number, "a value is neither a text nor a number"});
      row.cells[column_name(name)] = without_blanks(*cell);
    }
    sink.row(std::move(row));
  });
}

Status read_rows(std::string_view bytes, const RowSink& sink) {
  if (!without_blanks(without_mark(bytes)).starts_with('{'))
    return read_csv(bytes, sink);
  read_json_lines(bytes, sink);
  return Done{};
}

} // namespace tidemark::tools
