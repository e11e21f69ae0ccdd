#pragma once
#include "app/service_log/part.hpp"
#include "base/time.hpp"

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace tidemark::app {

/// The service's log as files of a folder: `app.log` has every line, `sync.log` those of deliveries
/// and systems, `error.log` warnings and errors. Each is begun anew with the day (UTC) and after 5
/// MB; four older ones of each are kept (`app.1.log` is the newest of them). A file that cannot be
/// written holds nobody up; it is tried again after a minute. From any thread.
class LogFiles {
public:
  /// Hears of a file that cannot be written, once until all can be again.
  using Complaint = std::function<void(const std::string& file, const std::string& why)>;
  static constexpr std::size_t bytes_max = 5 * 1024 * 1024;
  static constexpr std::size_t older_files = 4;

  LogFiles(std::string folder, Complaint complaint);
  ~LogFiles();

  void write(Part part, Level level, const std::string& line, Timestamp now);

private:
  struct File;

  void write_to(File& file, Level level, const std::string& line, Timestamp now);
  void look_after(File& file, Timestamp now);
  void open(File& file, Timestamp now);
  void give_up(File& file, const std::string& why);

  const std::string folder_;
  const Complaint complaint_;
  std::mutex guard_;
  std::array<std::unique_ptr<File>, 3> files_;
  bool is_told_ = false;
};

} // namespace tidemark::app
