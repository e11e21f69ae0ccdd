#pragma once
#include "events/recorded.hpp"
#include "storage/log_store.hpp"

namespace tidemark::storage {

/// The event at a position that something names. Errors: log_hole when there is none, and those of
/// reading and decoding.
Result<events::Recorded> recorded_event(const LogStore& log, Position position);

} // namespace tidemark::storage
