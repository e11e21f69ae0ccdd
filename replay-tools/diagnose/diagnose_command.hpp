#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/diagnose/check.hpp"

#include <string>

namespace tidemark::tools {

struct DiagnoseOptions {
  std::string backups; ///< folder of backups to look at, "" none
  std::string report;  ///< file of `tidemark report` to look at instead, "" none
  bool all = false;    ///< also print what passes
};

/// Looks at configuration, machine, folder, service, systems and backups, and says in one line at
/// the end whether anything is wrong. Changes nothing. Exit 0, or 1 when a check fails; with the
/// format nagios 0, 1, 2 or 3 as plugins do.
Result<int> diagnose(const CommonOptions& common, const DiagnoseOptions& options);

/// Prints them in the form that was asked for; gives the exit code.
int show_checks(Format format, const Checks& checks, bool all);

/// The plugin's one line and its figures, and its exit code.
std::pair<std::string, int> nagios_of(const Checks& checks);
/// A sample for each check in the text format of Prometheus: 0 pass, 1 warn, 2 fail, 3 unknown.
std::string prometheus_of(const Checks& checks);

} // namespace tidemark::tools
