#pragma once
#include <chrono>
#include <csignal>

namespace tidemark::app {

/// What the end of the terminal (SIGHUP) means: Ctrl-C, or nothing.
enum class HangUp : bool { stops, is_ignored };

/// Ctrl-C and SIGTERM as values; SIGPIPE is ignored. Make it before any thread begins: threads
/// inherit the mask.
class StopSignals {
public:
  explicit StopSignals(HangUp hang_up);
  /// Waits at most so long for one; remembers that it came.
  bool wait(std::chrono::milliseconds patience);
  bool came() { return wait(std::chrono::milliseconds(0)); }

private:
  sigset_t set_{};
  bool came_ = false;
};

} // namespace tidemark::app
