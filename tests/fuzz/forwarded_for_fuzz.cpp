#include "gateway/http/client_address.hpp"
#include "tests/fuzz/input.hpp"

// `X-Forwarded-For`: a stranger's word about itself counts for nothing, a proxy's for what it says,
// and what was written further left never changes what stands to its right.
namespace tidemark::fuzz {
namespace {

namespace ip = boost::asio::ip;
using gateway::plain;
using gateway::TrustedProxies;

void check_hop(std::string_view text) {
  const auto hop = gateway::read_hop(text);
  if (!hop)
    return;
  require(*hop == plain(*hop), "one address with two names");
  require(gateway::read_hop(hop->to_string()) == hop, "an address that reads otherwise again");
}

} // namespace

void check(Input& input) {
  const auto text = input.text();
  static const auto proxies =
      TrustedProxies::read({"10.0.0.0/8", "::1", "2001:db8::/33", "192.0.2.128/25"}).value();
  static const auto stranger = ip::make_address("198.51.100.1");
  static const auto proxy = ip::make_address("::ffff:10.1.2.3");
  check_hop(text);
  require(proxies.client(stranger, text) == stranger, "a stranger says who it is");
  const auto client = proxies.client(proxy, text);
  require(client == plain(client), "a client with two names");
  if (!proxies.contains(client)) {
    require(proxies.client(proxy, std::string(text) + ", 10.9.9.9") == client,
            "another trusted hop makes another client");
    require(proxies.client(proxy, "203.0.113.7, " + std::string(text)) == client,
            "what a client wrote itself makes it another");
  }
  if (const auto read = TrustedProxies::read({std::string(text)}); !read)
    require(read.error().code == "bad_trusted_proxy", "an error with another code");
  else
    require(text.find('/') != std::string_view::npos || read->contains(*gateway::read_hop(text)),
            "a proxy that is not contained in itself");
}

} // namespace tidemark::fuzz
