#pragma once
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace tidemark::tools {

/// Removes a folder of ours when it is not needed any more.
class Scratch {
public:
  explicit Scratch(std::string path) : path_(std::move(path)) { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { remove(); }
  const std::string& path() const { return path_; }

private:
  void remove() const {
    std::error_code failed; // who makes it next tries again, and says why it cannot
    std::filesystem::remove_all(path_, failed);
  }
  std::string path_;
};

} // namespace tidemark::tools
