#include "gateway/http/client_address.hpp"

#include <charconv>

namespace tidemark::gateway {
namespace ip = boost::asio::ip;
namespace {

ip::address_v6 as_v6(const ip::address& address) {
  return address.is_v6() ? address.to_v6() : ip::make_address_v6(ip::v4_mapped, address.to_v4());
}

bool same_bits(const ip::address_v6& a, const ip::address_v6& b, unsigned bits) {
  const auto left = a.to_bytes();
  const auto right = b.to_bytes();
  for (std::size_t i = 0; i < left.size() && bits > 0; ++i) {
    const unsigned here = bits < 8 ? bits : 8;
    const unsigned mask = (0xFFU << (8 - here)) & 0xFFU;
    if ((left[i] & mask) != (right[i] & mask))
      return false;
    bits -= here;
  }
  return true;
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
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
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
    unsigned prefix = address && address->is_v4() ? 32 : 128;
    bool fine = address.has_value();
    if (fine && slash != std::string::npos) {
      unsigned given = 0;
      const auto* end = entry.data() + entry.size();
      const auto [stop, failed] = std::from_chars(entry.data() + slash + 1, end, given);
      fine = failed == std::errc{} && stop == end && given <= prefix;
      prefix = given;
    }
    if (!fine)
      return Error{"bad_trusted_proxy", "trusted_proxies: '" + entry
                                            + "' is neither an address nor a network; write "
                                              "192.0.2.1 or 192.0.2.0/24"};
    proxies.networks_.push_back({as_v6(*address), address->is_v4() ? prefix + 96 : prefix});
  }
  return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const {
  const auto wide = as_v6(address);
  for (const auto& network : networks_)
    if (same_bits(network.base, wide, network.prefix))
      return true;
  return false;
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
