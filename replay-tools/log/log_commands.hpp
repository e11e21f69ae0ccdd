#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <cstdint>
#include <string>

/// `tidemark log ...`: each gives the exit code, or what stopped it.
namespace tidemark::tools {

/// Which events are wanted; empty members do not restrict.
struct LogFilter {
  std::uint64_t from = 0;  ///< first position
  std::uint64_t to = 0;    ///< last position, 0: the end
  std::string stream;      ///< exact name
  std::string type;        ///< stored name, or its beginning: `webhook.`
  std::string connector;   ///< in the stream's name
  std::string contact;     ///< KEY as for explain
  std::string since;       ///< RFC 3339
  std::string until;       ///< RFC 3339, exclusive
  std::uint64_t limit = 0; ///< 0: all
};

Result<int> log_list(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                     const RevealOptions& reveal);
Result<int> log_show(DataFolder& folder, const CommonOptions& common, std::uint64_t position,
                     const RevealOptions& reveal, bool with_bodies);
/// Follows the log until interrupted, until `filter.to`, or until `count` events were printed when
/// it is not 0.
Result<int> log_tail(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                     const RevealOptions& reveal, std::uint64_t count);

/// By what `log stats` counts.
enum class StatsBy { type, stream, connector, hour };
Result<int> log_stats(DataFolder& folder, const CommonOptions& common, StatsBy by);

/// How `log export` writes an event.
enum class ExportForm { cloudevents, raw };
Result<int> log_export(DataFolder& folder, const CommonOptions& common, const LogFilter& filter,
                       ExportForm form, const RevealOptions& reveal, bool with_bodies);

/// Fills the data folder, which must hold no log yet, from a raw export. `pepper_file`: the key of
/// the log's hashes. Errors: export_damaged, which names the line; log_exists, bad_usage.
Result<int> log_import(const CommonOptions& common, const std::string& file,
                       const std::string& pepper_file);

/// Verifies a stored webhook again with the keys of the configuration. Exit code: done when it is
/// genuine, does_not_hold, or cannot_be_shown.
Result<int> verify_signature(DataFolder& folder, const CommonOptions& common,
                             std::uint64_t position);

} // namespace tidemark::tools
