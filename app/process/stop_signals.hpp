#pragma once
#include <chrono>

namespace tidemark::demo {

/// Ctrl-C and SIGTERM as values. Make it before any thread begins: threads inherit the mask.
class StopSignals {
public:
  StopSignals();
  /// Waits at most so long for one; remembers that it came.
  bool wait(std::chrono::milliseconds patience);
  bool came() { return wait(std::chrono::milliseconds(0)); }

private:
  bool came_ = false;
};

} // namespace tidemark::demo
