#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>

namespace tidemark::sandbox {

/// Ids that depend on the seed and on how many of their kind were made, never on chance.
class Ids {
public:
  explicit Ids(std::uint64_t seed) : seed_(seed) {}

  /// A UUID whose first group tells what it is for.
  std::string uuid(std::uint32_t kind) {
    return fmt::format("{:08x}-{:04x}-4000-8000-{:012x}", kind, seed_ & 0xffffU, ++uuids_[kind]);
  }
  /// Twenty letters and digits, as GoHighLevel's ids.
  std::string twenty(const std::string& three_letters) {
    return fmt::format("{}{:05}{:012}", three_letters, seed_ % 100000U, ++texts_[three_letters]);
  }
  /// A number above `first`.
  std::uint64_t number(std::uint64_t first) {
    return first + (seed_ - 1) * 1'000'000U + ++numbers_;
  }
  std::string prefixed(const std::string& prefix) {
    return fmt::format("{}{:05}{:010}", prefix, seed_ % 100000U, ++texts_[prefix]);
  }

private:
  std::uint64_t seed_;
  std::uint64_t numbers_ = 0;
  std::map<std::uint32_t, std::uint64_t> uuids_;
  std::map<std::string, std::uint64_t> texts_;
};

} // namespace tidemark::sandbox
