#pragma once
#include <filesystem>
#include <string>

namespace tidemark::tools {

/// Where runs that do not fit into memory may lie; TMPDIR is respected.
inline std::string temporary_dir() {
  std::error_code failed;
  const auto dir = std::filesystem::temp_directory_path(failed);
  return failed ? "." : dir.string();
}

} // namespace tidemark::tools
