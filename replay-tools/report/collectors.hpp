#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/report/apart.hpp"

#include <string>
#include <vector>

namespace tidemark::tools {

/// Where the parts of a report come from.
struct ReportSources {
  CommonOptions common;
  std::string dir;         ///< the data folder
  std::string backups;     ///< "" none was named
  std::string service_log; ///< likewise; JSON lines
};

/// Configuration, settings, machine, folder, service, systems, log; backups and the service's log
/// where they were named. What each gives is let through by declaration already.
std::vector<Collector> report_collectors(const ReportSources& sources);

} // namespace tidemark::tools
