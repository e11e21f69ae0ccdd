#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

/// The samples under tests/golden: bytes as they were first stored, which every later program must
/// read. A sample is never changed; TIDEMARK_BLESS=1 writes those that are missing.
namespace tidemark::test {

inline std::string golden_path(const std::string& name) {
  return std::string(TIDEMARK_SOURCE) + "/tests/golden/" + name;
}

inline bool blessing() {
  const char* wanted = std::getenv("TIDEMARK_BLESS");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

/// The stored sample; when it is missing and TIDEMARK_BLESS=1, it is made of `fresh`.
inline std::optional<std::string> golden(const std::string& name, const std::string& fresh) {
  const auto path = golden_path(name);
  if (blessing() && !std::filesystem::exists(path)) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << fresh;
  }
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

} // namespace tidemark::test
