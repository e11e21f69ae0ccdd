#include "replay-tools/service/siblings.hpp"

#include "base/contains.hpp"
#include "replay-tools/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace tidemark::tools {

std::optional<std::string> service_command(const std::vector<std::string>& arguments) {
  constexpr auto with_value = words("--config", "--data", "--tenant", "--format", "--store-key");
  constexpr std::array<std::string_view, 3> of_service{"serve", "demo", "check-config"};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (contains(with_value, word))
      ++i;
    else if (!word.starts_with('-')) {
      const bool found = contains(of_service, word);
      return found ? std::optional(word) : std::nullopt;
    }
  }
  return std::nullopt;
}

namespace {

/// "" when it cannot be told.
std::string sibling_path() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string() : (self.parent_path() / "tidemarkd").string();
}

/// What is written into the pipe until it is closed, or the time is over.
std::string read_until(int pipe, std::chrono::steady_clock::time_point end) {
  std::string out;
  std::array<char, 4096> part{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wait{pipe, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0)
      return out;
    const auto count = ::read(pipe, part.data(), part.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return out;
    out.append(part.data(), static_cast<std::size_t>(count));
  }
}

} // namespace

Result<std::string> service_output(const std::vector<std::string>& arguments,
                                   std::chrono::milliseconds patience) {
  const auto program = sibling_path();
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return Error{"service_unreachable", std::string("no pipe: ") + std::strerror(errno)};
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  std::string said;
  if (failed == 0) {
    said = read_until(pipe[0], std::chrono::steady_clock::now() + patience);
    ::kill(child, SIGKILL); // nothing to one that has ended
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  ::close(pipe[0]);
  if (failed != 0)
    return Error{"service_unreachable", program + " cannot be started: " + std::strerror(failed)};
  return said;
}

int become_service(char** argv) {
  const auto sibling = sibling_path();
  if (!sibling.empty())
    ::execv(sibling.c_str(), argv);
  return report({"service_unreachable", "the service's program " + sibling
                                            + " cannot be started: " + std::strerror(errno)
                                            + "; install it beside this one"});
}

} // namespace tidemark::tools
