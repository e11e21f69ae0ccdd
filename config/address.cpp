#include "config/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tidemark::config {
namespace {

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (fault != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return port;
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

/// Host without brackets, and what follows it: "" or ":port".
struct Authority {
  std::string host;
  std::string_view rest;
  bool bracketed = false;
};
std::optional<Authority> split_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == text.npos)
      return std::nullopt;
    return Authority{std::string(text.substr(1, close - 1)), text.substr(close + 1), true};
  }
  const auto colon = std::min(text.find(':'), text.size());
  return Authority{std::string(text.substr(0, colon)), text.substr(colon)};
}

bool is_host(const Authority& authority) {
  if (authority.bracketed)
    return is_ipv6(authority.host);
  const auto is_host_char = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '.' || c == '_';
  };
  return !authority.host.empty() && std::ranges::all_of(authority.host, is_host_char);
}

} // namespace

bool is_ip_address(std::string_view text) {
  const std::string copy(text);
  return is_ipv4(copy) || is_ipv6(copy);
}

bool is_loopback_address(std::string_view text) {
  const std::string copy(text);
  return (is_ipv4(copy) && copy.starts_with("127.")) || copy == "::1";
}

Result<ListenAddress> read_listen_address(std::string_view text) {
  const auto authority = split_authority(text);
  if (!authority || !authority->rest.starts_with(':'))
    return Error{"no_port", "it has no port"};
  if (authority->bracketed ? !is_ipv6(authority->host) : !is_ipv4(authority->host))
    return Error{"not_an_address", "it does not begin with an IP address"};
  const auto port = read_port(authority->rest.substr(1));
  if (!port)
    return Error{"bad_port", "its port is not a number from 0 to 65535"};
  return ListenAddress{authority->host, *port};
}

Result<UrlFacts> read_url(std::string_view text) {
  UrlFacts facts;
  if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c == 0x7f; }))
    return Error{"bad_url", "it has white space or bytes that a URL cannot have"};
  facts.https = text.starts_with("https://");
  if (!facts.https && !text.starts_with("http://"))
    return Error{"bad_url", "it does not begin with https://"};
  text.remove_prefix(facts.https ? 8 : 7);
  if (text.find_first_of("?#") != text.npos)
    return Error{"bad_url", "it has a query or a fragment"};
  const auto place = text.substr(0, text.find('/'));
  if (place.find('@') != place.npos)
    return Error{"bad_url", "it has a user name or password"};
  const auto authority = split_authority(place);
  if (!authority || !is_host(*authority))
    return Error{"bad_url", "its host is not a name or address"};
  const auto port = authority->rest.empty()            ? std::optional<std::uint16_t>(443)
                    : authority->rest.starts_with(':') ? read_port(authority->rest.substr(1))
                                                       : std::nullopt;
  if (!port || *port == 0)
    return Error{"bad_url", "its port is not a number from 1 to 65535"};
  facts.loopback = is_loopback_address(authority->host);
  return facts;
}

} // namespace tidemark::config
