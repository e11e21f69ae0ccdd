#include "gateway/http/client_address.hpp"

#include "base/text/whole_number.hpp"
#include "gateway/http/framing.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace ip = boost::asio::ip;
namespace {

ip::address_v6 as_v6(const ip::address& address) {
  return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

std::optional<ip::address> read_address(std::string_view text) {
  // `fe80::1%x`: a zone means something on one machine only, and would give one client many names.
  if (text.find('%') != std::string_view::npos)
    return std::nullopt;
  boost::system::error_code failed;
  const auto address = ip::make_address(std::string(text), failed);
  return failed ? std::nullopt : std::optional(plain(address));
}

} // namespace

ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::optional<ip::address> read_hop(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == std::string_view::npos ? std::nullopt : read_address(text.substr(1, end - 1));
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos)
    text = text.substr(0, colon); // v4 with a port
  return read_address(text);
}

Result<TrustedProxies> TrustedProxies::read(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const auto& entry : entries) {
    const auto slash = entry.find('/');
    const auto address = read_address(entry.substr(0, slash));
    unsigned short prefix = address && address->is_v4() ? 32 : 128;
    bool fine = address.has_value();
    if (fine && slash != std::string::npos) {
      const auto given = whole_number<unsigned short>(std::string_view(entry).substr(slash + 1));
      fine = given && *given <= prefix;
      prefix = given.value_or(0);
    }
    if (!fine)
      return Error{"bad_trusted_proxy", "trusted_proxies: '" + entry
                                            + "' is neither an address nor a network; write "
                                              "192.0.2.1 or 192.0.2.0/24"};
    if (address->is_v4())
      prefix += 96;
    proxies.networks_.push_back(ip::network_v6(as_v6(*address), prefix).canonical());
  }
  return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const {
  const auto wide = as_v6(address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const ip::network_v6& network) {
    return ip::network_v6(wide, network.prefix_length()).canonical() == network;
  });
}

ip::address TrustedProxies::client(const ip::address& peer, std::string_view forwarded_for) const {
  auto client = plain(peer);
  while (contains(client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto hop =
        read_hop(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    if (!hop)
      break;
    client = *hop;
    forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
  }
  return client;
}

} // namespace tidemark::gateway
