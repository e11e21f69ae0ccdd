#include "app/watches/thread_times.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace tidemark::app {

std::optional<ThreadLine> read_thread_line(std::string_view line) {
  const auto begin = line.find('('), end = line.rfind(')'); // the name may hold brackets
  if (begin == line.npos || end == line.npos || end < begin)
    return std::nullopt;
  ThreadLine out{std::string(line.substr(begin + 1, end - begin - 1)), 0};
  constexpr int fields_before = 11;
  std::istringstream fields{std::string(line.substr(end + 1))};
  std::string skipped;
  for (int i = 0; i < fields_before; ++i)
    fields >> skipped;
  std::uint64_t own = 0, kernel = 0;
  if (!(fields >> own >> kernel))
    return std::nullopt;
  out.ticks = own + kernel;
  return out;
}

std::string_view group_of(std::string_view thread) {
  const auto last = thread.find_last_not_of("0123456789");
  return last == thread.npos ? thread : thread.substr(0, last + 1);
}

std::vector<domain::ThreadGroup> thread_times() {
  constexpr std::uint64_t thousand = 1000;
  const auto each_second = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  std::map<std::string, domain::ThreadGroup, std::less<>> groups;
  std::error_code failed;
  for (std::filesystem::directory_iterator at("/proc/self/task", failed), end; !failed && at != end;
       at.increment(failed)) {
    std::ifstream in(at->path() / "stat");
    std::string line;
    std::getline(in, line); // one that has just ended has none
    const auto thread = read_thread_line(line);
    if (!thread)
      continue;
    auto& group = groups[std::string(group_of(thread->name))];
    group.name = group_of(thread->name);
    ++group.threads;
    group.milliseconds += thread->ticks * thousand / each_second;
  }
  std::vector<domain::ThreadGroup> out;
  for (auto& [name, group] : groups)
    out.push_back(std::move(group));
  return out;
}

} // namespace tidemark::app
