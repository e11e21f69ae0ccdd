#pragma once
#include "app/service_log/part.hpp"
#include "events/codec.hpp"

#include <string_view>

namespace tidemark::app {

/// Which capability a stored type is of.
Part part_of(std::string_view type);

/// At level debug of its part, a line for each event: its type and where it stands, nothing of what
/// it says.
void log_recorded(const events::RecordHeader& header);

} // namespace tidemark::app
