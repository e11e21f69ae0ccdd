#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::config {

/// The one of `known` that was probably meant, or "": at most a third of its letters differ
/// (Levenshtein), the nearest first, the first of equally near ones.
std::string nearest(std::string_view written, const std::vector<std::string>& known);

} // namespace tidemark::config
