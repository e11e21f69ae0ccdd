#include "storage/files/files.hpp"

#include "base/failpoint.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

namespace tidemark::storage {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0)
    ::close(fd_);
}

Error file_error(std::string_view doing, const std::string& path, std::string code) {
  const auto text = std::generic_category().message(errno);
  return {std::move(code), std::string(doing) + " " + path + ": " + text};
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    if (errno == ENOENT || errno == ENOTDIR)
      return std::optional<std::string>{};
    return file_error("reading", path);
  }
  std::string out;
  char buffer[4096];
  for (;;) {
    const auto count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0)
      return file_error("reading", path);
    if (count == 0)
      return std::optional(std::move(out));
    out.append(buffer, static_cast<std::size_t>(count));
  }
}

Status sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0)
    return file_error("syncing the folder", path);
  return Done{};
}

Status make_folder(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) != 0) {
    if (errno == EEXIST)
      return Done{};
    return file_error("making the folder", path);
  }
  return sync_folder(std::filesystem::path(path).parent_path().empty()
                         ? "."
                         : std::filesystem::path(path).parent_path().string());
}

Status write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const auto temporary = path + ".new";
  {
    ::unlink(temporary.c_str()); // one that was left has the mode it has, or leads elsewhere
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.valid())
      return file_error("writing", temporary);
    if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())
        || ::fsync(file.get()) != 0)
      return file_error("writing", temporary);
  }
  if (failpoint::hit(failpoint::Point::file_before_rename))
    return Error{"storage_failed", "failpoint file.before_rename"};
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return file_error("renaming", temporary);
  if (failpoint::hit(failpoint::Point::file_after_rename))
    return Error{"storage_failed", "failpoint file.after_rename"};
  return sync_folder(std::filesystem::path(path).parent_path().string());
}

Status check_private(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return file_error("looking at", path);
  if ((info.st_mode & 077U) != 0)
    return Error{"keys_exposed", path + " can be read by others; make it private (chmod 600)"};
  return Done{};
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT)
      return Done{};
    return file_error("removing", path);
  }
  return sync_folder(std::filesystem::path(path).parent_path().string());
}

} // namespace tidemark::storage
