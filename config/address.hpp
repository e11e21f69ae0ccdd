#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Addresses and URLs as they stand in a configuration. No error text quotes what was written: a
/// URL may hold a password.
namespace tidemark::config {

/// A literal IPv4 or IPv6 address, without brackets.
bool is_ip_address(std::string_view text);
/// 127.0.0.0/8 or ::1, as a literal; `localhost` is a name and is not.
bool is_loopback_address(std::string_view text);

struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;
};
/// `127.0.0.1:8080` or `[::1]:8080`.
Result<ListenAddress> read_listen_address(std::string_view text);

struct UrlFacts {
  bool https = false;
  bool loopback = false; ///< the host is a literal loopback address
};
/// An absolute http or https URL (RFC 3986) without user, query and fragment.
Result<UrlFacts> read_url(std::string_view text);

} // namespace tidemark::config
