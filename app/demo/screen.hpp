#pragma once
#include <ostream>
#include <string>
#include <vector>

namespace tidemark::demo {

enum class Tone : std::uint8_t { plain, strong, faint, good, bad };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

/// Text for people, at most 96 columns wide; colours only where they can be seen.
class Screen {
public:
  Screen(std::ostream& out, bool colours) : out_(out), colours_(colours) {}

  /// A line of its own after a blank one, with `right` at the right edge where there is room.
  void heading(const std::string& text, const std::string& right = "");
  /// Wrapped at words; lines after the first begin `hanging` columns further right.
  void text(const std::string& text, std::size_t indent = 0, std::size_t hanging = 0,
            Tone tone = Tone::plain);
  /// Cells in columns of these widths; what the last column has no room for goes on below.
  void row(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
           std::size_t indent);
  /// The same, of titles in the faint tone.
  void titles(const std::vector<std::string>& titles, const std::vector<std::size_t>& widths,
              std::size_t indent);
  void blank();

private:
  std::string toned(const std::string& text, Tone tone) const;
  std::ostream& out_;
  bool colours_;
};

} // namespace tidemark::demo
