#include "storage/rocks/rocks_info_log.hpp"

#include "base/time.hpp"
#include "storage/files/files.hpp"

#include <fcntl.h>
#include <rocksdb/env.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

namespace tidemark::storage {
namespace {

constexpr std::size_t bytes_max = 4U << 20;
constexpr std::size_t line_bytes_max = 4096;

class Silent final : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class InfoLog final : public rocksdb::Logger {
public:
  explicit InfoLog(Descriptor file) : file_(std::move(file)) {}
  using rocksdb::Logger::Logv;

  void Logv(const char* format, va_list values) override {
    std::array<char, line_bytes_max> text;
    const auto now =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    auto line = to_rfc3339(now) + ' ';
    const auto wanted = std::vsnprintf(text.data(), text.size(), format, values);
    if (wanted < 0)
      return;
    line.append(text.data(),
                std::min<std::size_t>(static_cast<std::size_t>(wanted), text.size() - 1));
    if (line.back() != '\n')
      line += '\n';
    const std::lock_guard lock(guard_);
    if (quiet_)
      return;
    bytes_ += line.size();
    quiet_ = bytes_ > bytes_max
             || ::write(file_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size());
  }

private:
  std::mutex guard_;
  Descriptor file_;
  std::size_t bytes_ = 0;
  bool quiet_ = false;
};

} // namespace

std::shared_ptr<rocksdb::Logger> make_info_log(const std::string& folder) {
  const auto path = folder + "/LOG";
  std::error_code ignored; // without a folder or an older one there is nothing to do
  std::filesystem::create_directory(folder, ignored);
  std::filesystem::rename(path, path + ".old", ignored);
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid())
    return no_info_log(); // what matters in this folder will show the same fault
  return std::make_shared<InfoLog>(std::move(file));
}

std::shared_ptr<rocksdb::Logger> no_info_log() {
  return std::make_shared<Silent>();
}

} // namespace tidemark::storage
