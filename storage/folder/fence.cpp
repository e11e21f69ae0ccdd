#include "storage/folder/fence.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace tidemark::storage {

Result<Fence> Fence::take(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.valid())
    return file_error("opening", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return Error{"data_in_use", "another process writes to this data folder (it holds " + path
                                      + "); stop it first, do not delete the file"};
    return file_error("locking", path);
  }
  Fence fence(path, std::move(file));
  // It may have been replaced between opening and locking.
  if (auto same = fence.check(); !same)
    return Error{"data_in_use", "the lock file " + path + " was replaced while it was taken"};
  return fence;
}

Status Fence::check() const {
  struct stat held {};
  struct stat named {};
  if (::fstat(file_.get(), &held) != 0)
    return file_error("looking at", path_, "fence_lost");
  if (::stat(path_.c_str(), &named) != 0 || held.st_ino != named.st_ino
      || held.st_dev != named.st_dev)
    return Error{"fence_lost", "the lock file " + path_
                                   + " was deleted or replaced; a second writer may be at work"};
  return Done{};
}

} // namespace tidemark::storage
