#pragma once
#include "domain/access/login_guard.hpp"

#include <mutex>
#include <string>
#include <string_view>

namespace tidemark::gateway {

/// Attempts to log in: who may try, and whether a password is right. For several threads.
class LoginAttempts {
public:
  std::optional<domain::LoginGuard::Wait> wait(const std::string& account, std::string_view client,
                                               Timestamp now) const;
  /// As much work for a user that is not there, whose `hash` is "". Notes how it ended.
  bool try_password(const std::string& account, std::string_view client, std::string_view hash,
                    std::string_view password, Timestamp now);
  std::optional<Timestamp> locked_until(const std::string& account, Timestamp now) const;

private:
  std::string decoy();

  mutable std::mutex guard_;
  domain::LoginGuard attempts_;
  std::mutex decoy_guard_;
  std::string decoy_;
};

/// The block of addresses that an address belongs to: of IPv4 the first 24 bits, of IPv6 64.
std::string address_block(std::string_view client);

} // namespace tidemark::gateway
