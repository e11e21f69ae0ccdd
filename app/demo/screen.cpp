#include "app/demo/screen.hpp"

#include <algorithm>

namespace tidemark::demo {
namespace {

constexpr std::size_t columns = 96;

/// Lines of at most `width`, broken at blanks where there are any.
std::vector<std::string> wrapped(const std::string& text, std::size_t first, std::size_t further) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  while (from < text.size()) {
    const auto width = std::max<std::size_t>(lines.empty() ? first : further, 10);
    auto end = std::min(text.size(), from + width);
    if (end < text.size())
      if (const auto blank = text.rfind(' ', end); blank != std::string::npos && blank > from)
        end = blank;
    lines.push_back(text.substr(from, end - from));
    from = end < text.size() && text[end] == ' ' ? end + 1 : end;
  }
  if (lines.empty())
    lines.emplace_back();
  return lines;
}

} // namespace

std::string Screen::toned(const std::string& text, Tone tone) const {
  constexpr const char* codes[] = {"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m"};
  if (!colours_ || tone == Tone::plain)
    return text;
  return codes[static_cast<std::size_t>(tone)] + text + "\x1b[0m";
}

void Screen::blank() {
  out_ << '\n' << std::flush;
}

void Screen::heading(const std::string& text, const std::string& right) {
  out_ << '\n' << toned(text, Tone::strong);
  if (!right.empty() && text.size() + 2 + right.size() <= columns)
    out_ << std::string(columns - text.size() - right.size(), ' ') << toned(right, Tone::faint);
  out_ << '\n' << std::flush;
}

void Screen::text(const std::string& text, std::size_t indent, std::size_t hanging, Tone tone) {
  const auto lines = wrapped(text, columns - indent, columns - indent - hanging);
  for (std::size_t i = 0; i < lines.size(); ++i)
    out_ << std::string(i == 0 ? indent : indent + hanging, ' ') << toned(lines[i], tone) << '\n';
  out_ << std::flush;
}

void Screen::row(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                 std::size_t indent) {
  std::string line(indent, ' ');
  std::size_t column = indent, below = indent;
  for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
    line += toned(cells[i].text, cells[i].tone);
    const auto used = cells[i].text.size();
    const auto width = std::max(widths.at(i), used + 1);
    line += std::string(width - used, ' ');
    column += width;
    below += widths.at(i);
  }
  const auto lines = wrapped(cells.back().text, columns - column, columns - below);
  for (std::size_t i = 0; i < lines.size(); ++i)
    out_ << (i == 0 ? line : std::string(below, ' ')) << toned(lines[i], cells.back().tone) << '\n';
  out_ << std::flush;
}

void Screen::titles(const std::vector<std::string>& titles, const std::vector<std::size_t>& widths,
                    std::size_t indent) {
  std::vector<Cell> cells;
  for (const auto& title : titles)
    cells.push_back({title, Tone::faint});
  row(cells, widths, indent);
}

} // namespace tidemark::demo
