#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/diagnose/diagnose_command.hpp"
#include "replay-tools/report/bundle.hpp"

#include <string>

namespace tidemark::tools {

struct ReportOptions {
  ReportAnswers answers;
  std::string out;         ///< file to write, "" one named after its reference
  std::string backups;     ///< folder of backups to look at, "" none
  std::string service_log; ///< the service's log, JSON lines; "" none
};

/// Writes one file for who helps, without personal data, whether or not the service runs. Errors:
/// already_there, disk_full.
Result<int> make_report(const CommonOptions& common, const ReportOptions& options);

/// `diagnose` of what a report holds. Errors: not_a_report, cannot_be_read.
Result<int> diagnose_report(const CommonOptions& common, const DiagnoseOptions& options);

} // namespace tidemark::tools
