#include "connectors/shared/media_link.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace tidemark::connectors {
namespace {

constexpr std::size_t link_bytes_max = 2048;
constexpr std::int64_t media_bytes_max = 20'000'000;

struct Network {
  std::uint32_t address;
  unsigned bits;
};
/// RFC 6890: not reachable from everywhere, or nobody's.
constexpr std::array not_public{
    Network{0x00000000, 8},  // this network
    Network{0x0A000000, 8},  // 10.0.0.0, private
    Network{0x64400000, 10}, // 100.64.0.0, shared
    Network{0x7F000000, 8},  // loopback
    Network{0xA9FE0000, 16}, // 169.254.0.0, link-local
    Network{0xAC100000, 12}, // 172.16.0.0, private
    Network{0xC0000000, 24}, // 192.0.0.0, protocol assignments
    Network{0xC0A80000, 16}, // 192.168.0.0, private
    Network{0xC6120000, 15}, // 198.18.0.0, benchmarks
    Network{0xE0000000, 3},  // multicast and reserved
};

bool is_public_ipv4(std::uint32_t address) {
  return std::none_of(not_public.begin(), not_public.end(), [&](const Network& one) {
    return (address ^ one.address) >> (32 - one.bits) == 0;
  });
}

/// Global unicast (2000::/3) that carries no IPv4 address in it: 2002::/16, 2001:0::/32.
bool is_public_ipv6(const in6_addr& address) {
  const auto& bytes = address.s6_addr;
  const bool embeds = bytes[0] == 0x20
                      && (bytes[1] == 0x02 || (bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0));
  return (bytes[0] & 0xE0) == 0x20 && !embeds;
}

bool is_public_name(std::string_view name) {
  constexpr std::array local{".localhost", ".local", ".localdomain", ".internal", ".intranet",
                             ".private",   ".lan",   ".corp",        ".home",     ".home.arpa"};
  return name.find('.') != name.npos && std::none_of(local.begin(), local.end(), [&](auto* zone) {
           return name.ends_with(zone);
         });
}

bool is_public_host(std::string host) {
  if (host.starts_with('[')) {
    in6_addr address{};
    return host.ends_with(']')
           && inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) == 1
           && is_public_ipv6(address);
  }
  if (host.ends_with('.'))
    host.pop_back();
  // As browsers and libraries read it: 127.1, 0x7f000001 and 2130706433 are addresses too.
  if (in_addr address{}; inet_aton(host.c_str(), &address) != 0)
    return is_public_ipv4(ntohl(address.s_addr));
  return is_public_name(host);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Parts of picture messages that are none, such as `application/smil`, are no attachments.
bool is_carried_type(std::string_view type) {
  constexpr std::array kinds{"image/", "audio/", "video/"};
  constexpr std::array types{"application/pdf", "text/plain", "text/vcard", "text/x-vcard",
                             "text/calendar"};
  const auto name = lower_case(type.substr(0, type.find(';')));
  return std::ranges::any_of(kinds, [&](auto* kind) { return name.starts_with(kind); })
         || std::ranges::any_of(types, [&](auto* one) { return name == one; });
}

/// As far as it says what it is.
bool is_carried(const json::Value& medium) {
  for (const auto key : {"content_type", "contentType"})
    if (const auto type = medium[key].text(); type && !type->empty() && !is_carried_type(*type))
      return false;
  const auto size = medium["size"].integer();
  return !size || *size <= media_bytes_max;
}

void take_medium(const json::Value& medium, MediaLinks& out) {
  auto link = medium.text();
  for (const auto key : {"url", "link"})
    if (!link)
      link = medium[key].text();
  if (!link || link->empty())
    return;
  if (is_carried(medium))
    out.usable.emplace_back(*link);
  else
    ++out.left_out;
}

} // namespace

bool is_public_link(std::string_view url) {
  const bool plain =
      std::ranges::all_of(url, [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
  if (!plain || url.size() > link_bytes_max)
    return false;
  const auto lower = lower_case(url);
  constexpr std::string_view scheme = "https://";
  if (!lower.starts_with(scheme))
    return false;
  const auto authority =
      lower.substr(scheme.size(), lower.find_first_of("/?#", scheme.size()) - scheme.size());
  if (authority.find_first_of("@%") != authority.npos)
    return false;
  const auto host_end = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  return is_public_host(authority.substr(0, host_end));
}

MediaLinks public_links(const std::vector<std::string>& links) {
  MediaLinks out;
  std::ranges::copy_if(links, std::back_inserter(out.usable), is_public_link);
  out.left_out = links.size() - out.usable.size();
  return out;
}

MediaLinks stated_media(const json::Value& media) {
  MediaLinks out;
  if (media.kind() != json::Kind::array)
    take_medium(media, out);
  for (const auto& medium : media.items())
    take_medium(medium, out);
  return out;
}

void tell_left_out(const MediaLinks& media, std::vector<events::SkippedPart>& skipped) {
  if (media.left_out > 0)
    skipped.push_back({events::Outcome::skipped, Reason::links_left_out,
                       "Attachments left out, by their own type or size: "
                           + std::to_string(media.left_out) + "."});
}

} // namespace tidemark::connectors
