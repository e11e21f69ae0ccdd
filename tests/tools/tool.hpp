#pragma once
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

/// Runs the built `tidemark` as a person would.
namespace tidemark::tool {

struct Outcome {
  int exit_code = -1;
  std::string out; ///< standard output and standard error together
  std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::size_t from = 0;
    while (from < out.size()) {
      const auto end = std::min(out.find('\n', from), out.size());
      found.push_back(out.substr(from, end - from));
      from = end + 1;
    }
    return found;
  }
  nlohmann::json json(std::size_t line = 0) const {
    const auto all = lines();
    return line < all.size() ? nlohmann::json::parse(all[line], nullptr, false) : nlohmann::json();
  }
  nlohmann::json last_json() const { return json(lines().empty() ? 0 : lines().size() - 1); }
};

inline Outcome run(const std::string& arguments) {
  const auto command = std::string(TIDEMARK_BINARIES) + "/tidemark " + arguments + " 2>&1";
  Outcome outcome;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe)
    return outcome;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    outcome.out.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

/// A folder of its own, gone at the end.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tidemark-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) ? pattern : std::string();
  }
  ~TemporaryFolder() {
    std::error_code ignored; // nothing depends on it
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

} // namespace tidemark::tool
