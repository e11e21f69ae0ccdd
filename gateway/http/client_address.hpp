#pragma once
#include "base/result.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark::gateway {

/// The proxies whose word about a client's address is taken (threat 18).
class TrustedProxies {
public:
  /// Addresses or networks (`10.0.0.0/8`, `::1`). Error bad_trusted_proxy names the faulty entry.
  static Result<TrustedProxies> read(const std::vector<std::string>& entries);

  bool contains(const boost::asio::ip::address& address) const;
  /// The right-most hop of X-Forwarded-For (all its lines joined by commas) that is no trusted
  /// proxy; the peer itself when it is not trusted, or where the header cannot be read.
  boost::asio::ip::address client(const boost::asio::ip::address& peer,
                                  std::string_view forwarded_for) const;

private:
  std::vector<boost::asio::ip::network_v6> networks_; ///< v4-mapped where they are of v4
};

/// One hop: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
std::optional<boost::asio::ip::address> read_hop(std::string_view text);
/// v4-mapped addresses as v4, so that one client has one name.
boost::asio::ip::address plain(const boost::asio::ip::address& address);

} // namespace tidemark::gateway
