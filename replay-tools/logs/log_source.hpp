#pragma once
#include "base/result.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::tools {

using OnLine = std::function<void(std::string_view line)>;

/// `app.4.log` to `app.log` of the folder, as far as they are there, the oldest first.
std::vector<std::string> rotated_files(const std::string& folder, const std::string& name);

/// Every line of the files in their order; `-` is standard input. `is_followed`: a last line
/// without its end is left, for it is still being written. Gives how far the last file was read.
/// Error: cannot_be_read.
Result<std::uint64_t> read_lines(const std::vector<std::string>& files, bool is_followed,
                                 const OnLine& on_line);

/// What is written to the file from there on, also once another stands in its place, until standard
/// output takes no more.
void follow_lines(const std::string& file, std::uint64_t from, const OnLine& on_line);

} // namespace tidemark::tools
