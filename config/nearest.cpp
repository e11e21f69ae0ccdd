#include "config/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace tidemark::config {
namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

} // namespace

std::string nearest(std::string_view written, const std::vector<std::string>& known) {
  constexpr std::size_t written_max = 64;
  std::string best;
  std::size_t best_distance = written_max;
  if (written.size() > written_max)
    return best;
  for (const auto& word : known) {
    const auto far = distance(written, word);
    if (far < best_distance && far * 3 <= std::max(written.size(), word.size())) {
      best = word;
      best_distance = far;
    }
  }
  return best;
}

} // namespace tidemark::config
