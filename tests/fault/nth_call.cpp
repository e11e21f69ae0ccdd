// Library for LD_PRELOAD: of the calls that change something below a folder, the N-th one goes
// wrong.
//   NTH_CALL_FOLDER  absolute path; only what lies below it counts, without RocksDB's diaries
//   (LOG):
//                    hundreds of lines that nothing depends on
//   NTH_CALL_NUMBER  which call, from 1
//   NTH_CALL_ACTION  kill    SIGKILL before the call
//                    torn    half of a write, then SIGKILL; any other call is done, then SIGKILL
//                    short   half of a write, and says so; other calls do not count
//                    EIO, ENOSPC  not done, fails with this error
//                    delay   done 50 ms later
//   NTH_CALL_REPORT  gets "hit <call> <monotonic nanoseconds> <path>", and at a clean end "calls
//   <count>"
// Calls go to the kernel directly: looking up the real functions would need an allocator, and that
// one opens files itself.
#include <fcntl.h>
#include <linux/limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class Action { none, kill, torn, half, fail, delay };

struct Plan {
  Plan() {
    const char* const what = std::getenv("NTH_CALL_ACTION");
    const char* const number_text = std::getenv("NTH_CALL_NUMBER");
    folder = std::getenv("NTH_CALL_FOLDER");
    report = std::getenv("NTH_CALL_REPORT");
    if (what == nullptr || number_text == nullptr || folder == nullptr || report == nullptr)
      return;
    number = std::strtol(number_text, nullptr, 10);
    const auto is = [&](const char* name) { return std::strcmp(what, name) == 0; };
    action = is("kill")    ? Action::kill
             : is("torn")  ? Action::torn
             : is("short") ? Action::half
             : is("delay") ? Action::delay
                           : Action::fail;
    error = is("ENOSPC") ? ENOSPC : EIO;
  }
  Action action = Action::none;
  int error = 0;
  long number = 0;
  const char* folder = nullptr;
  const char* report = nullptr;
};

const Plan& plan() {
  static const Plan made;
  return made;
}

std::atomic<long> calls{0};

void append_to_report(const char* line) {
  const auto file =
      syscall(SYS_openat, AT_FDCWD, plan().report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || syscall(SYS_write, file, line, std::strlen(line)) < 0)
    _exit(99); // a test that cannot tell what it did is worth nothing
  syscall(SYS_close, file);
}

void report_hit(const char* call, const char* path) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  char line[PATH_MAX + 100];
  std::snprintf(line, sizeof line, "hit %s %lld %s\n", call,
                static_cast<long long>(now.tv_sec) * 1'000'000'000 + now.tv_nsec, path);
  append_to_report(line);
}

[[noreturn]] void die() {
  for (;;)
    syscall(SYS_kill, getpid(), SIGKILL);
}

bool counts(const char* path, bool is_write) {
  const auto& what = plan();
  return what.action != Action::none && (is_write || what.action != Action::half)
         && std::strncmp(path, what.folder, std::strlen(what.folder)) == 0
         && std::strstr(path, "/LOG") == nullptr;
}

/// Does the call, or what the plan says instead.
template <class Whole, class Half>
long play(const char* call, const char* path, bool is_write, const Whole& whole, const Half& half) {
  if (!counts(path, is_write) || calls.fetch_add(1) + 1 != plan().number)
    return whole();
  report_hit(call, path);
  switch (plan().action) {
  case Action::kill:
    die();
  case Action::torn:
    half();
    die();
  case Action::half:
    return half();
  case Action::fail:
    errno = plan().error;
    return -1;
  case Action::delay: {
    const timespec pause{0, 50'000'000};
    nanosleep(&pause, nullptr);
    return whole();
  }
  case Action::none:
    break;
  }
  return whole();
}

template <class Whole>
long play_on_path(const char* call, const char* path, const Whole& whole) {
  return play(call, path, false, whole, whole);
}

/// What a descriptor is open on; "" when nobody can say.
struct PathOf {
  explicit PathOf(int file) {
    if (plan().action == Action::none)
      return;
    char link[40];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const auto length = syscall(SYS_readlinkat, AT_FDCWD, link, text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
  }
  char text[PATH_MAX] = "";
};

template <class Whole>
long play_on_file(const char* call, int file, const Whole& whole) {
  const PathOf path(file);
  return play(call, path.text, false, whole, whole);
}

template <class Write>
long play_write(const char* call, int file, size_t size, const Write& write) {
  const PathOf path(file);
  return play(
      call, path.text, true, [&] { return write(size); }, [&] { return write(size / 2); });
}

long open_at(int folder, const char* path, int flags, mode_t mode) {
  const auto whole = [&] { return syscall(SYS_openat, folder, path, flags, mode); };
  return (flags & (O_CREAT | O_TRUNC)) != 0 ? play_on_path("open", path, whole) : whole();
}

__attribute__((destructor)) void tell_count() {
  char line[40];
  std::snprintf(line, sizeof line, "calls %ld\n", calls.load());
  if (plan().action != Action::none && calls.load() > 0)
    append_to_report(line);
}

} // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  return play_write("write", file, size,
                    [&](size_t count) { return syscall(SYS_write, file, bytes, count); });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
  return play_write("pwrite", file, size, [&](size_t count) {
    return syscall(SYS_pwrite64, file, bytes, count, offset);
  });
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t offset) {
  return pwrite(file, bytes, size, offset);
}
ssize_t writev(int file, const iovec* parts, int count) {
  const PathOf path(file);
  return play(
      "writev", path.text, true, [&] { return syscall(SYS_writev, file, parts, count); },
      [&] { return syscall(SYS_write, file, parts[0].iov_base, parts[0].iov_len / 2); });
}
int fsync(int file) {
  return static_cast<int>(play_on_file("fsync", file, [&] { return syscall(SYS_fsync, file); }));
}
int fdatasync(int file) {
  return static_cast<int>(
      play_on_file("fdatasync", file, [&] { return syscall(SYS_fdatasync, file); }));
}
int ftruncate(int file, off_t size) noexcept {
  return static_cast<int>(
      play_on_file("ftruncate", file, [&] { return syscall(SYS_ftruncate, file, size); }));
}
int fallocate(int file, int mode, off_t offset, off_t size) {
  return static_cast<int>(play_on_file(
      "fallocate", file, [&] { return syscall(SYS_fallocate, file, mode, offset, size); }));
}
int posix_fallocate(int file, off_t offset, off_t size) {
  return fallocate(file, 0, offset, size) == 0 ? 0 : errno;
}
int rename(const char* from, const char* to) noexcept {
  return static_cast<int>(
      play_on_path("rename", to, [&] { return syscall(SYS_rename, from, to); }));
}
int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) noexcept {
  return static_cast<int>(play_on_path(
      "renameat2", to, [&] { return syscall(SYS_renameat2, from_at, from, to_at, to, flags); }));
}
int link(const char* from, const char* to) noexcept {
  return static_cast<int>(play_on_path("link", to, [&] { return syscall(SYS_link, from, to); }));
}
int unlink(const char* path) noexcept {
  return static_cast<int>(play_on_path("unlink", path, [&] { return syscall(SYS_unlink, path); }));
}
int mkdir(const char* path, mode_t mode) noexcept {
  return static_cast<int>(
      play_on_path("mkdir", path, [&] { return syscall(SYS_mkdir, path, mode); }));
}
int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return static_cast<int>(open_at(AT_FDCWD, path, flags, mode));
}
int openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return static_cast<int>(open_at(folder, path, flags, mode));
}

} // extern "C"
