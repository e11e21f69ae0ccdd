#include "replay-tools/report/apart.hpp"

#include "replay-tools/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace tidemark::tools {
namespace {

using Clock = std::chrono::steady_clock;

struct Running {
  pid_t child = -1;
  int pipe = -1;
  std::string said{}; ///< `+` and JSON, or `-` and the code of an error
  bool is_over = false;
};

void write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(to, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// The child's whole life.
[[noreturn]] void collect_here(const Collector& collector, int to) {
  ::setpgid(0, 0); // it and what it starts end together
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  const auto found = collector.collect();
  write_all(to, found ? "+" + to_text(*found) : "-" + found.error().code);
  ::_exit(0);
}

Running start(const Collector& collector) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return {};
  std::fflush(nullptr); // else the child would write it too
  const auto child = ::fork();
  if (child == 0)
    collect_here(collector, pipe[1]);
  ::close(pipe[1]);
  return {child, pipe[0]};
}

/// Takes what has come. False when it is the end.
bool take_some(Running& from, std::size_t most) {
  std::array<char, 65536> part{};
  const auto count = ::read(from.pipe, part.data(), part.size());
  if (count < 0 && errno == EINTR)
    return true;
  if (count <= 0)
    return false;
  from.said.append(part.data(), static_cast<std::size_t>(count));
  return from.said.size() <= most;
}

/// Ends it and what it has started.
void reap(const Running& one) {
  if (one.pipe >= 0)
    ::close(one.pipe);
  if (one.child < 0)
    return;
  ::kill(-one.child, SIGKILL);
  ::kill(one.child, SIGKILL); // before it had a group of its own
  while (::waitpid(one.child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Collected outcome_of(const Collector& collector, Running& one, const CollectorLimits& limits,
                     Clock::time_point began) {
  Collected out{collector.name, "", "", {}, {}};
  out.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
  reap(one);
  if (one.said.size() > limits.bytes) {
    out.outcome = "too_large";
  } else if (one.child >= 0 && !one.is_over) {
    out.outcome = "timed_out";
  } else if (one.said.empty()) {
    out.outcome = "crashed";
  } else if (one.said.front() == '-') {
    out.outcome = "failed";
    out.code = one.said.substr(1);
  } else {
    out.value = nlohmann::ordered_json::parse(one.said.substr(1), nullptr, false);
    out.outcome = out.value.is_discarded() ? "crashed" : "whole";
    if (out.value.is_discarded())
      out.value = nullptr;
  }
  return out;
}

} // namespace

std::vector<Collected> collect_apart(const std::vector<Collector>& collectors,
                                     const CollectorLimits& limits) {
  const auto began = Clock::now();
  std::vector<Running> running;
  for (const auto& one : collectors)
    running.push_back(start(one));
  std::vector<Collected> out(collectors.size());
  std::size_t waiting = collectors.size();
  while (waiting > 0) {
    std::vector<pollfd> wait;
    std::vector<std::size_t> whose;
    for (std::size_t i = 0; i < running.size(); ++i)
      if (out[i].outcome.empty() && running[i].pipe >= 0) {
        wait.push_back({running[i].pipe, POLLIN, 0});
        whose.push_back(i);
      }
    const auto left =
        limits.time - std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    const bool in_time = left.count() > 0;
    if (in_time && !wait.empty())
      ::poll(wait.data(), wait.size(), static_cast<int>(left.count()));
    for (std::size_t i = 0; i < wait.size() && in_time; ++i) {
      auto& one = running[whose[i]];
      if (wait[i].revents != 0 && !take_some(one, limits.bytes))
        one.is_over = true;
    }
    for (std::size_t i = 0; i < running.size(); ++i)
      if (out[i].outcome.empty() && (!in_time || running[i].is_over || running[i].pipe < 0)) {
        out[i] = outcome_of(collectors[i], running[i], limits, began);
        --waiting;
      }
  }
  return out;
}

} // namespace tidemark::tools
