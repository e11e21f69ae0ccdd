#include "actors/http/http_guard.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace tidemark::actors {
namespace {

struct Ipv4Range {
  std::uint32_t first;
  unsigned bits;
};
/// Everything that is not public unicast (IANA special-purpose registry), loopback left out.
constexpr std::array<Ipv4Range, 14> closed_ipv4{{
    {0x00000000, 8},  // this network
    {0x0A000000, 8},  // private
    {0x64400000, 10}, // carrier-grade NAT
    {0xA9FE0000, 16}, // link-local, metadata services
    {0xAC100000, 12}, // private
    {0xC0000000, 24}, // protocol assignments
    {0xC0000200, 24}, // documentation
    {0xC0586300, 24}, // 6to4 relay
    {0xC0A80000, 16}, // private
    {0xC6120000, 15}, // benchmarking
    {0xC6336400, 24}, // documentation
    {0xCB007100, 24}, // documentation
    {0xE0000000, 4},  // multicast
    {0xF0000000, 4},  // reserved, broadcast
}};

bool may_connect_ipv4(std::uint32_t address, bool allow_loopback) {
  if (address >> 24U == 127)
    return allow_loopback;
  return std::none_of(closed_ipv4.begin(), closed_ipv4.end(), [&](const Ipv4Range& range) {
    return (address ^ range.first) >> (32U - range.bits) == 0;
  });
}

/// Only global unicast 2000::/3, without the parts of it that carry an IPv4 address or are no
/// addresses of machines. That leaves out v4-mapped, NAT64, unique local, link-local, multicast.
bool may_connect_ipv6(const in6_addr& address, bool allow_loopback) {
  const auto& b = address.s6_addr;
  if (std::memcmp(&address, &in6addr_loopback, sizeof address) == 0) // not secret: addresses
    return allow_loopback;
  if ((b[0] & 0xE0U) != 0x20)
    return false;
  const bool teredo_or_special = b[0] == 0x20 && b[1] == 0x01 && b[2] < 0x02;
  const bool documentation = (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0D && b[3] == 0xB8)
                             || (b[0] == 0x3F && b[1] == 0xFF && b[2] < 0x10);
  const bool six_to_four = b[0] == 0x20 && b[1] == 0x02;
  return !teredo_or_special && !documentation && !six_to_four;
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

bool is_header_name(std::string_view name) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || marks.find(c) != marks.npos;
  });
}

/// Headers that frame the message; a second opinion about them is how messages are smuggled.
bool is_framing_header(const std::string& name) {
  static constexpr std::array<const char*, 6> framing{
      "host", "content-length", "transfer-encoding", "connection", "upgrade", "te"};
  return std::any_of(framing.begin(), framing.end(),
                     [&](const char* known) { return curl_strequal(known, name.c_str()) != 0; });
}

bool is_known_method(std::string_view method) {
  static constexpr std::array<std::string_view, 5> known{"GET", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(known.begin(), known.end(), method) != known.end();
}

bool is_port(std::string_view text) {
  return text.size() <= 5
         && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct UrlParts {
  std::string_view scheme;
  std::string host; ///< lower case, IPv6 with its brackets
};

/// Our own strict reading. What is unusual is not interpreted: it is refused.
std::optional<UrlParts> read_url(std::string_view url) {
  UrlParts parts;
  for (const std::string_view scheme : {"https://", "http://"})
    if (url.starts_with(scheme))
      parts.scheme = scheme.substr(0, scheme.size() - 3);
  if (parts.scheme.empty())
    return std::nullopt;
  url.remove_prefix(parts.scheme.size() + 3);
  const auto authority = url.substr(0, url.find_first_of("/?#"));
  if (authority.find_first_of("@\\%") != authority.npos)
    return std::nullopt;
  const auto host_end = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  const auto host = authority.substr(0, host_end);
  auto port = authority.substr(host.size());
  if (host.empty() || (!port.empty() && (port[0] != ':' || !is_port(port.substr(1)))))
    return std::nullopt;
  for (const char c : host)
    parts.host.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return parts;
}

/// The host as libcurl understands the URL; it rewrites decimal, octal and hex forms of addresses.
std::string host_for_curl(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle(curl_url(), curl_url_cleanup);
  if (!handle || curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    return {};
  char* host = nullptr;
  if (curl_url_get(handle.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK)
    return {};
  std::string out(host);
  curl_free(host);
  return out;
}

std::optional<Reason> refusal_of_url(const std::string& url, bool allow_loopback_http) {
  const bool plain =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!plain)
    return Reason::bad_request;
  const auto parts = read_url(url);
  if (!parts)
    return Reason::refused_address;
  const bool loopback = is_literal_loopback(parts->host);
  if (loopback ? !allow_loopback_http : parts->scheme != "https")
    return Reason::refused_address;
  // Two readers that disagree about the host are how requests get to where they should not.
  if (host_for_curl(url) != parts->host)
    return Reason::refused_address;
  return std::nullopt;
}

} // namespace

bool is_literal_loopback(std::string_view host) {
  if (host == "[::1]")
    return true;
  in_addr address{};
  // inet_pton takes the plain dotted form only.
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1
         && ntohl(address.s_addr) >> 24U == 127;
}

bool goes_to_literal_loopback(std::string_view url) {
  const auto parts = read_url(url);
  return parts && is_literal_loopback(parts->host);
}

bool may_connect_to(const sockaddr& address, bool allow_loopback) {
  if (address.sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address, sizeof ipv4);
    return may_connect_ipv4(ntohl(ipv4.sin_addr.s_addr), allow_loopback);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address, sizeof ipv6);
    return may_connect_ipv6(ipv6.sin6_addr, allow_loopback);
  }
  return false;
}

bool may_connect_to(std::string_view address, bool allow_loopback) {
  const std::string text(address);
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1)
    return may_connect_ipv4(ntohl(ipv4.s_addr), allow_loopback);
  in6_addr ipv6{};
  return inet_pton(AF_INET6, text.c_str(), &ipv6) == 1 && may_connect_ipv6(ipv6, allow_loopback);
}

std::optional<Reason> refusal_of(const HttpCall& call) {
  const auto& request = call.request;
  if (!is_known_method(request.method))
    return Reason::bad_request;
  for (const auto& [name, value] : request.headers)
    if (!is_header_name(name) || is_framing_header(name) || has_line_break(value))
      return Reason::bad_request;
  return refusal_of_url(request.url, call.allow_loopback_http);
}

} // namespace tidemark::actors
