#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// A moment, UTC, in microseconds since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// RFC 3339 UTC with six decimals: `2026-01-05T10:00:00.000000Z`.
std::string to_rfc3339(Timestamp time);

/// Reads RFC 3339. A time zone (`Z` or an offset) is required; up to nine decimals, cut to six.
std::optional<Timestamp> from_rfc3339(std::string_view text);

/// The port through which wall-clock time comes in. Only app/ and tests make one.
class WallClock {
public:
  virtual ~WallClock() = default;
  virtual Timestamp now() const = 0;
};

} // namespace tidemark
