#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A second reader of request framing, written from RFC 9112 and knowing nothing of the gateway.
/// Whole messages only; slow and plain on purpose.
namespace tidemark::fuzz {

struct PlainHead {
  std::string method, target, version;
  std::vector<std::pair<std::string, std::string>> fields; ///< names in lower case
  bool folded = false;                                     ///< has an obs-fold (5.2)
  std::size_t bytes = 0;                                   ///< with the blank line

  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [key, value] : fields)
      if (key == name)
        out.push_back(value);
    return out;
  }
};

inline std::string plain_lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c | 0x20);
  return text;
}

inline std::string plain_trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// RFC 9110 5.6.2
inline bool plain_token(const std::string& text) {
  constexpr std::string_view allowed = "!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
}

/// RFC 9112 2.1, 3, 5; nothing when it is malformed or not whole.
inline std::optional<PlainHead> read_plain_head(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos)
    return std::nullopt;
  PlainHead head;
  head.bytes = end + 4;
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < end + 2;) {
    const auto stop = bytes.find("\r\n", from);
    lines.emplace_back(bytes.substr(from, stop - from));
    from = stop + 2;
  }
  for (const auto& line : lines)
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return std::nullopt; // 2.2: a bare CR; RFC 9110 5.5: NUL
  const auto& first = lines.front();
  const auto one = first.find(' ');
  const auto two = one == std::string::npos ? one : first.find(' ', one + 1);
  if (two == std::string::npos)
    return std::nullopt;
  head.method = first.substr(0, one);
  head.target = first.substr(one + 1, two - one - 1);
  head.version = first.substr(two + 1);
  if (!plain_token(head.method) || head.target.empty()
      || (head.version != "HTTP/1.1" && head.version != "HTTP/1.0"))
    return std::nullopt;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i][0] == ' ' || lines[i][0] == '\t') {
      head.folded = true;
      continue;
    }
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos || !plain_token(lines[i].substr(0, colon)))
      return std::nullopt; // 5.1: also white space before the colon
    head.fields.emplace_back(plain_lower(lines[i].substr(0, colon)),
                             plain_trimmed(lines[i].substr(colon + 1)));
  }
  return head;
}

/// What threat 6 names as hostile in a head, "" when nothing.
inline std::string hostile_in(const PlainHead& head) {
  const auto codings = head.all("transfer-encoding");
  const auto lengths = head.all("content-length");
  if (head.folded)
    return "obs-fold";
  if (codings.size() > 1 || (codings.size() == 1 && plain_lower(codings[0]) != "chunked"))
    return "a coding other than one chunked";
  if (!codings.empty() && !lengths.empty())
    return "chunked with a length";
  if (!codings.empty() && head.version == "HTTP/1.0")
    return "chunked on HTTP/1.0";
  if (lengths.size() > 1)
    return "two lengths";
  if (lengths.size() == 1
      && (lengths[0].empty() || lengths[0].find_first_not_of("0123456789") != std::string::npos))
    return "a length that is not digits";
  const auto hosts = head.all("host");
  if (hosts.size() != 1 || hosts[0].empty())
    return "not exactly one host";
  if (head.target[0] != '/')
    return "a target that is not in origin form";
  if (head.fields.size() > 64)
    return "too many fields";
  if (!head.all("upgrade").empty() || !head.all("trailer").empty())
    return "upgrade or trailer";
  for (const auto& value : head.all("connection")) {
    const auto words = plain_lower(value);
    for (const auto* word : {"content-length", "transfer-encoding", "host", "upgrade"})
      if (words.find(word) != std::string::npos)
        return "a connection field that names what frames";
  }
  return "";
}

struct PlainChunks {
  std::string body;
  std::size_t bytes = 0; ///< to behind the last line
  std::size_t extension_bytes = 0;
  bool trailers = false;
};

/// RFC 9112 7.1; nothing when it is malformed or not whole.
inline std::optional<PlainChunks> read_plain_chunks(std::string_view bytes) {
  PlainChunks out;
  const auto line = [&]() -> std::optional<std::string> {
    const auto end = bytes.find("\r\n", out.bytes);
    if (end == std::string_view::npos)
      return std::nullopt;
    std::string text(bytes.substr(out.bytes, end - out.bytes));
    out.bytes = end + 2;
    return text;
  };
  while (true) {
    const auto head = line();
    if (!head)
      return std::nullopt;
    const auto digits = std::min(head->find_first_not_of("0123456789abcdefABCDEF"), head->size());
    if (digits == 0 || digits > 15 || (digits < head->size() && (*head)[digits] != ';')
        || head->find_first_of("\r\n") != std::string::npos)
      return std::nullopt;
    if (digits < head->size())
      out.extension_bytes += head->size() - digits - 1;
    const auto size = std::stoull(head->substr(0, digits), nullptr, 16);
    if (size == 0)
      break;
    if (bytes.size() - out.bytes < size + 2 || bytes.substr(out.bytes + size, 2) != "\r\n")
      return std::nullopt;
    out.body += bytes.substr(out.bytes, size);
    out.bytes += size + 2;
  }
  while (true) {
    const auto trailer = line();
    if (!trailer)
      return std::nullopt;
    if (trailer->empty())
      return out;
    out.trailers = true;
  }
}

} // namespace tidemark::fuzz
