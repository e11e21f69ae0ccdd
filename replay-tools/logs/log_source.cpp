#include "replay-tools/logs/log_source.hpp"

#include "replay-tools/output.hpp"

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

namespace tidemark::tools {
namespace {

constexpr int older_files_max = 99; // of whatever was kept
constexpr std::chrono::milliseconds between_looks{200};

/// How far the lines reach.
std::uint64_t each_line(std::istream& from, bool only_whole, const OnLine& on_line) {
  std::uint64_t read = 0;
  for (std::string line; std::getline(from, line);) {
    if (from.eof() && only_whole)
      break;
    read += line.size() + 1;
    on_line(line);
  }
  return read;
}

ino_t inode_of(const std::string& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 ? found.st_ino : 0;
}

} // namespace

std::vector<std::string> rotated_files(const std::string& folder, const std::string& name) {
  std::vector<std::string> out;
  std::error_code unseen;
  for (int i = older_files_max; i > 0; --i)
    if (auto older = folder + "/" + name + "." + std::to_string(i) + ".log";
        std::filesystem::exists(older, unseen))
      out.push_back(std::move(older));
  out.push_back(folder + "/" + name + ".log");
  return out;
}

Result<std::uint64_t> read_lines(const std::vector<std::string>& files, bool is_followed,
                                 const OnLine& on_line) {
  std::uint64_t end = 0;
  for (const auto& file : files) {
    if (file == "-") {
      end = each_line(std::cin, false, on_line);
      continue;
    }
    std::error_code unseen;
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file, unseen))
      return Error{"cannot_be_read", file + " cannot be read: is it there, and may you read it?"};
    end = each_line(stream, is_followed, on_line);
  }
  return end;
}

void follow_lines(const std::string& file, std::uint64_t from, const OnLine& on_line) {
  std::ifstream stream(file, std::ios::binary);
  auto inode = inode_of(file);
  while (flushed(exit_code::done) == exit_code::done && output_is_open()) {
    const auto now = inode_of(file); // first: what is behind it in the old file is read below
    stream.clear();
    stream.seekg(static_cast<std::streamoff>(from));
    from += each_line(stream, true, on_line);
    if (now != inode && now != 0) {
      inode = now;
      from = 0;
      stream = std::ifstream(file, std::ios::binary);
      continue;
    }
    std::this_thread::sleep_for(between_looks);
  }
}

} // namespace tidemark::tools
