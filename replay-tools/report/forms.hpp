#pragma once
#include "replay-tools/report/declared.hpp"

/// What of the service's own answers and lines may stand in a report.
namespace tidemark::tools {

extern const std::span<const Declared> status_form;      ///< of `tidemark status --format json`
extern const std::span<const Declared> probe_form;       ///< a step of `tidemark test`
extern const std::span<const Declared> service_log_form; ///< a line of the service's log

} // namespace tidemark::tools
