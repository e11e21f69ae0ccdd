#pragma once
#include "base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidemark::demo {

/// What a child begins with.
struct Launch {
  std::string program;                                            ///< path
  std::vector<std::string> arguments;                             ///< without the program's name
  std::vector<std::pair<std::string, std::string>> environment{}; ///< added to our own
  std::string log_file; ///< takes what it prints, except what goes into the pipe
  int pipe_at = 1;      ///< the child's descriptor that we read
};

/// A program that we started. It ends with us: when asked, when this is destroyed, and through the
/// kernel (PR_SET_PDEATHSIG) when we are killed. It has a process group of its own, so that Ctrl-C
/// reaches us alone and we end our children in order. Make it on the main thread, which outlives
/// it.
class Child {
public:
  static Result<std::unique_ptr<Child>> start(const Launch& launch);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next line from its pipe. Errors: child_ended, child_silent.
  Result<std::string> read_line(std::chrono::milliseconds patience);
  /// Everything it writes until it ends, and its exit code.
  Result<std::pair<std::string, int>> finish(std::chrono::milliseconds patience);
  bool running();
  /// SIGTERM, and SIGKILL when it has not ended after `patience`. Gives its exit code.
  int stop(std::chrono::milliseconds patience);

private:
  Child(pid_t pid, int pipe) : pid_(pid), pipe_(pipe) {}
  /// Reads what is there within `patience`; false at the end of the pipe or of the patience.
  bool read_some(std::chrono::steady_clock::time_point until);

  pid_t pid_;
  int pipe_;
  int exit_code_ = -1; ///< once it has ended: its code, or 128 and the signal
  bool ended_ = false;
  bool pipe_ended_ = false;
  std::string read_; ///< and not yet given
};

} // namespace tidemark::demo
