#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace tidemark::sim {

/// An answer as it left a vendor: what an acceptance must be able to point at.
struct Evidence {
  std::uint32_t status = 0;
  std::string body_sha256;
  auto operator<=>(const Evidence&) const = default;
};

} // namespace tidemark::sim
