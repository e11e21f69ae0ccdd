#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace tidemark::sandbox {

/// Ids that depend on the seed and on how many were made, never on chance.
class Ids {
public:
  explicit Ids(std::uint64_t seed) : seed_(seed) {}

  /// A UUID whose first group tells what it is for.
  std::string uuid(std::uint32_t kind) {
    return fmt::format("{:08x}-{:04x}-4000-8000-{:012x}", kind, seed_ & 0xffffU, ++count_);
  }
  /// Twenty letters and digits, as GoHighLevel's ids.
  std::string twenty(const char* three_letters) {
    return fmt::format("{}{:05}{:012}", three_letters, seed_ % 100000U, ++count_);
  }
  /// A number above `first`.
  std::uint64_t number(std::uint64_t first) { return first + (seed_ - 1) * 1'000'000U + ++count_; }
  std::string prefixed(const char* prefix) {
    return fmt::format("{}{:05}{:010}", prefix, seed_ % 100000U, ++count_);
  }

private:
  std::uint64_t seed_;
  std::uint64_t count_ = 0;
};

} // namespace tidemark::sandbox
