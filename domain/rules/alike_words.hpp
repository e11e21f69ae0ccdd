#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::domain {

/// The word and every word that is one slip away: a letter left out, added, changed, or two
/// neighbours in each other's place ("jon", "john"). The word itself first, each once. Words of
/// fewer than three or more than sixteen bytes, and those with other letters than a to z, are alike
/// to themselves only. `word` is one of `name_words`; at most 900 come out.
std::vector<std::string> alike_words(std::string_view word);

} // namespace tidemark::domain
