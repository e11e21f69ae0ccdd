#pragma once
#include "replay-tools/command_line.hpp"
#include "replay-tools/what_if/differences.hpp"

namespace tidemark::tools {

/// What the walk over the history came to.
struct WhatIfReport {
  Differences differences;
  Looked looked;
  std::vector<ConnectorName> left_out; ///< the log has inputs of them, the new file has not
  double seconds = 0;
};

/// Counts first, then contacts, mappings, opt-outs and sends; in JSON the counts close the list.
void print_differences(Format format, const WhatIfReport& report, bool reveal);

} // namespace tidemark::tools
