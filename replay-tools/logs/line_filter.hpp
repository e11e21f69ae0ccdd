#pragma once
#include "base/text/pattern.hpp"
#include "base/time.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::tools {

struct LogsOptions;

/// A line of the service's log.
struct LogLine {
  std::string raw; ///< as the service wrote it
  nlohmann::ordered_json members;

  std::string text(const char* member) const;
};

/// The line in a text: alone, behind what journald puts before it, or in its `MESSAGE`. Nothing
/// when there is none.
std::optional<LogLine> read_log_line(std::string_view text);
/// `2026-09-01T15:04:05Z  warning  vendor_failure  connector=crm ...`
std::string shown_line(const LogLine& line);

/// Which lines are asked for.
class LineFilter {
public:
  /// Errors: bad_usage, bad_pattern.
  static Result<LineFilter> of(const LogsOptions& options, Timestamp now);

  bool takes(const LogLine& line) const;
  /// Is the worst that is left out less than a warning?
  bool only_failures() const { return level_ >= 2; }

private:
  bool is_in_time(const LogLine& line) const;
  bool is_slow_enough(const LogLine& line) const;

  std::size_t level_ = 0;
  std::optional<Timestamp> since_, until_;
  std::string path_, request_id_;
  std::uint64_t slower_than_ = 0;
  std::optional<Pattern> pattern_;
};

} // namespace tidemark::tools
