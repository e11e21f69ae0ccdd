#pragma once
#include <nlohmann/json.hpp>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
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

/// The program while it runs.
class Background {
public:
  /// `before` is put before the command, such as `timeout 30 `.
  explicit Background(const std::string& arguments, const std::string& before = {})
      : pipe_(::popen((before + TIDEMARK_BINARIES + "/tidemark " + arguments + " 2>&1").c_str(),
                      "r")) {}
  ~Background() { end(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Waits for a line of output; false when there is none before the end.
  bool has_line() {
    for (int c = 0; pipe_ && (c = std::fgetc(pipe_)) != EOF;) {
      outcome_.out.push_back(static_cast<char>(c));
      if (c == '\n')
        return true;
    }
    return false;
  }
  /// Waits for its end.
  Outcome end() {
    while (has_line()) {
    }
    if (std::FILE* pipe = std::exchange(pipe_, nullptr)) {
      const int status = ::pclose(pipe);
      outcome_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    return outcome_;
  }

private:
  std::FILE* pipe_;
  Outcome outcome_;
};

inline Outcome run(const std::string& arguments, const std::string& before = {}) {
  return Background(arguments, before).end();
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
