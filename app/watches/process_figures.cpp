#include "app/watches/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tidemark::app {
namespace {

double seconds_of(const timeval& time) {
  constexpr double microseconds = 1e6;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / microseconds;
}

/// Of the machine's start, since 1970.
double boot_seconds() {
  std::ifstream in("/proc/stat");
  for (std::string word; in >> word;)
    if (double at = 0; word == "btime")
      return in >> at ? at : 0;
  return 0;
}

/// When the process was started, in ticks since the machine's start.
double start_ticks() {
  constexpr int fields_before = 19; // behind the name, which ends with a bracket
  std::ifstream in("/proc/self/stat");
  std::string line;
  std::getline(in, line);
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < fields_before; ++i)
    fields >> skipped;
  double ticks = 0;
  return fields >> ticks ? ticks : 0;
}

double started_at() {
  const auto each_second = static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  return boot_seconds() + start_ticks() / each_second;
}

std::uint64_t open_files() {
  std::error_code failed;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failed), end; !failed && at != end;
       at.increment(failed))
    ++count;
  return count > 0 ? count - 1 : 0; // but for the one that looks
}

} // namespace

ProcessFigures process_figures() {
  ProcessFigures out;
  if (rusage used{}; ::getrusage(RUSAGE_SELF, &used) == 0)
    out.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  static const double started = started_at();
  out.start_seconds = started;
  const auto page = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PAGESIZE)));
  std::ifstream memory("/proc/self/statm");
  if (std::uint64_t all = 0, resident = 0; memory >> all >> resident) {
    out.virtual_bytes = all * page;
    out.resident_bytes = resident * page;
  }
  out.open_files = open_files();
  if (rlimit limit{}; ::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    out.open_files_max = limit.rlim_cur;
  return out;
}

} // namespace tidemark::app
