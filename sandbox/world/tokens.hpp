#pragma once
#include "base/crypto.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::sandbox {

/// The one API token that a system takes, and those it took before.
class Tokens {
public:
  explicit Tokens(std::string current) : current_(std::move(current)) {}
  bool is_current(std::string_view token) const {
    return !current_.empty() && equal_constant_time(token, current_);
  }
  bool is_retired(std::string_view token) const {
    return std::ranges::any_of(retired_,
                               [&](const auto& one) { return equal_constant_time(token, one); });
  }
  void rotate(std::string next) {
    if (!current_.empty())
      retired_.push_back(std::exchange(current_, {}));
    current_ = std::move(next);
  }

private:
  std::string current_;
  std::vector<std::string> retired_; ///< all that were current once
};

/// The token of `Authorization: Bearer <token>`, or "".
inline std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  return authorization.starts_with(scheme) ? authorization.substr(scheme.size())
                                           : std::string_view{};
}

} // namespace tidemark::sandbox
