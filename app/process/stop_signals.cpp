#include "app/process/stop_signals.hpp"

#include <csignal>
#include <ctime>

namespace tidemark::demo {
namespace {

sigset_t stopping() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ::sigaddset(&set, signal);
  return set;
}

} // namespace

StopSignals::StopSignals() {
  const auto set = stopping();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool StopSignals::wait(std::chrono::milliseconds patience) {
  if (came_)
    return true;
  const auto set = stopping();
  const auto milliseconds = patience.count();
  const timespec time{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  came_ = ::sigtimedwait(&set, nullptr, &time) > 0;
  return came_;
}

} // namespace tidemark::demo
