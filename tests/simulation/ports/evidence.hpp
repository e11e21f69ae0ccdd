#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace tidemark::sim {

/// An answer as it left a vendor: what an acceptance must be able to point at.
struct Evidence {
  std::string system; ///< tenant/system
  std::uint32_t status = 0;
  std::string body_sha256;
  auto operator<=>(const Evidence&) const = default;
};

/// How often each answer was given.
using Answers = std::map<Evidence, std::uint64_t>;
/// How many requests left for each tenant/system.
using Requests = std::map<std::string, std::uint64_t>;

} // namespace tidemark::sim
