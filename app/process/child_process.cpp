#include "app/process/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

namespace tidemark::demo {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int exit_not_started = 127;
constexpr int above_standard = 10; ///< descriptors from here on are nobody's pipe_at

/// Texts as exec wants them. They live as long as this does.
class TextList {
public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  char** pointers() {
    pointers_.clear();
    for (auto& text : texts_)
      pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

/// Descriptors that the child takes over.
struct Descriptors {
  int nothing = -1;
  int log = -1;
  int pipe = -1;
};

/// Between fork and exec: only calls that are safe in a copy of a program with threads.
[[noreturn]] void become(const char* program, char** arguments, char** environment,
                         const Descriptors& take, int pipe_at, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) // it died before the line above
    ::_exit(exit_not_started);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool ready = ::dup2(take.nothing, 0) == 0 && ::dup2(take.log, 1) == 1
                     && ::dup2(take.log, 2) == 2 && ::dup2(take.pipe, pipe_at) == pipe_at;
  if (ready)
    ::execve(program, arguments, environment);
  ::_exit(exit_not_started);
}

Error cannot(const std::string& what) {
  return {"child_not_started", what + ": " + std::strerror(errno)};
}

} // namespace

Result<std::unique_ptr<Child>> Child::start(const Launch& launch) {
  if (::access(launch.program.c_str(), X_OK) != 0)
    return Error{"child_not_started", launch.program + " is missing; build it with script/build"};
  TextList arguments;
  TextList environment;
  arguments.add(launch.program);
  for (const auto& argument : launch.arguments)
    arguments.add(argument);
  for (char** entry = environ; *entry != nullptr; ++entry)
    environment.add(*entry);
  for (const auto& [name, value] : launch.environment)
    environment.add(fmt::format("{}={}", name, value));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return cannot("no pipe");
  Descriptors take;
  take.pipe = ::fcntl(ends[1], F_DUPFD_CLOEXEC, above_standard);
  ::close(ends[1]);
  take.nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  take.log = ::open(launch.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  auto** argument_pointers = arguments.pointers();
  auto** environment_pointers = environment.pointers();
  const auto parent = ::getpid();
  const bool opened = take.pipe >= 0 && take.nothing >= 0 && take.log >= 0;
  const auto pid = opened ? ::fork() : -1;
  if (pid == 0)
    become(launch.program.c_str(), argument_pointers, environment_pointers, take, launch.pipe_at,
           parent);
  const auto why = cannot(launch.program + " cannot be started");
  for (const int one : {take.pipe, take.nothing, take.log})
    if (one >= 0)
      ::close(one);
  if (pid < 0) {
    ::close(ends[0]);
    return why;
  }
  return std::unique_ptr<Child>(new Child(pid, ends[0]));
}

Child::~Child() {
  stop(std::chrono::seconds(5));
  ::close(pipe_);
}

bool Child::running() {
  int status = 0;
  if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    ended_ = true;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return !ended_;
}

int Child::stop(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  if (running())
    ::kill(pid_, SIGTERM);
  while (running()) {
    if (Clock::now() > until)
      ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return exit_code_;
}

bool Child::read_some(Clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  if (pipe_ended_ || left <= 0)
    return false;
  pollfd wait{pipe_, POLLIN, 0};
  // In slices: a wait that is cut short by a signal ends with the slice.
  if (::poll(&wait, 1, static_cast<int>(std::min<long>(left, 100))) <= 0)
    return true;
  char bytes[4096];
  const auto count = ::read(pipe_, bytes, sizeof bytes);
  if (count > 0)
    read_.append(bytes, static_cast<std::size_t>(count));
  pipe_ended_ = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
  return !pipe_ended_;
}

Result<std::string> Child::read_line(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      auto line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    if (!read_some(until))
      return pipe_ended_ ? Error{"child_ended", "it ended before it was ready"}
                         : Error{"child_silent", "it was not ready in time"};
  }
}

Result<std::pair<std::string, int>> Child::finish(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (read_some(until))
    continue;
  if (!pipe_ended_)
    return Error{"child_silent", "it did not end in time"};
  const int code = stop(std::chrono::seconds(5));
  return std::pair(std::move(read_), code);
}

} // namespace tidemark::demo
