#pragma once
#include "base/crypto.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace tidemark::sandbox {

/// The one API token that a system takes, and the one it took before.
class Tokens {
public:
  explicit Tokens(std::string current) : current_(std::move(current)) {}
  bool is_current(std::string_view token) const {
    return !current_.empty() && equal_constant_time(token, current_);
  }
  bool is_retired(std::string_view token) const {
    return !retired_.empty() && equal_constant_time(token, retired_);
  }
  void rotate(std::string next) { retired_ = std::exchange(current_, std::move(next)); }

private:
  std::string current_;
  std::string retired_;
};

/// The token of `Authorization: Bearer <token>`, or "".
inline std::string_view bearer_of(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  return authorization.starts_with(scheme) ? authorization.substr(scheme.size())
                                           : std::string_view{};
}

} // namespace tidemark::sandbox
