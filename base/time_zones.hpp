#pragma once
#include "base/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

/// The machine's time zone database (tzdata). What it says is recorded with each decision that asks
/// it: another version of it must not change a replay.
namespace tidemark {

/// How far local time is ahead of UTC in an IANA time zone, such as America/New_York, at that
/// moment. Nothing for a name that the database does not know.
std::optional<std::chrono::minutes> utc_offset(std::string_view zone, Timestamp at);

} // namespace tidemark
