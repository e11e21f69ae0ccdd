#pragma once
#include "connectors/connector.hpp"
#include "tests/fuzz/input.hpp"

/// Messages that a vendor signed and somebody changed on the way.
namespace tidemark::fuzz {

/// The text with one change: a byte altered, put in or taken out, or the end cut off.
inline std::string tampered(Input& input, std::string text) {
  const auto kind = input.below(4);
  const auto at = input.place_in(text.size());
  const auto byte = static_cast<char>(input.byte());
  if (kind == 0 && at < text.size())
    text[at] = static_cast<char>(text[at] ^ (byte == 0 ? 1 : byte));
  else if (kind == 1)
    text.insert(at, 1, byte);
  else if (kind == 2 && at < text.size())
    text.erase(at, 1);
  else
    text.resize(at);
  return text;
}

/// Stale counts as accepted: the bytes are taken for the vendor's.
inline bool is_accepted(const connectors::Connector& connector, const connectors::Headers& headers,
                        std::string_view body, const connectors::Settings& settings, Timestamp now,
                        std::string_view channel = "") {
  return !std::holds_alternative<connectors::Forged>(
      connector.verify({headers, body, channel}, settings, now));
}

} // namespace tidemark::fuzz
