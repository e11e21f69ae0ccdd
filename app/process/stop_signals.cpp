#include "app/process/stop_signals.hpp"

#include <ctime>

namespace tidemark::app {

StopSignals::StopSignals(HangUp hang_up) {
  ::sigemptyset(&set_);
  ::sigaddset(&set_, SIGINT);
  ::sigaddset(&set_, SIGTERM);
  if (hang_up == HangUp::stops)
    ::sigaddset(&set_, SIGHUP);
  else
    std::signal(SIGHUP, SIG_IGN);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopSignals::wait(std::chrono::milliseconds patience) {
  if (came_)
    return true;
  const auto milliseconds = patience.count();
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  came_ = ::sigtimedwait(&set_, nullptr, &time) > 0;
  return came_;
}

} // namespace tidemark::app
