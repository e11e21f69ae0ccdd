#pragma once
#include "base/time.hpp"

/// When a mark that a person has to set in a system is looked for over there (requirement O6).
namespace tidemark::domain {

/// Did such a time pass after `after`, at the latest at `until`? Five minutes and an hour after the
/// opt-out of `opted_out`, and then each day.
bool is_read_back_due(Timestamp opted_out, Timestamp after, Timestamp until);

} // namespace tidemark::domain
