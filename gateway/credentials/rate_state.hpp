#pragma once
#include <cstdint>

namespace tidemark::gateway {

/// Where a caller stands with the rate limit; goes into X-RateLimit-*.
struct RateState {
  std::uint32_t limit = 0;
  std::uint32_t remaining = 0;
  std::int64_t reset = 0;        ///< epoch seconds when all may be asked again
  std::uint32_t retry_after = 0; ///< seconds; 0: go on
};

} // namespace tidemark::gateway
