#pragma once
#include <string>
#include <string_view>

/// The header `traceparent` of W3C Trace Context, version 00: `00-<trace>-<parent>-<flags>`.
namespace tidemark {

constexpr bool is_lower_hex_and_not_zero(std::string_view text) {
  return text.find_first_not_of('0') != std::string_view::npos
         && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

constexpr bool is_traceparent(std::string_view text) {
  return text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-'
         && is_lower_hex_and_not_zero(text.substr(3, 32))
         && is_lower_hex_and_not_zero(text.substr(36, 16))
         && text.substr(53).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// 32 hex digits, of what is_traceparent holds.
constexpr std::string_view trace_id_of(std::string_view traceparent) {
  return traceparent.substr(3, 32);
}

/// Its parent, 16 hex digits.
constexpr std::string_view parent_id_of(std::string_view traceparent) {
  return traceparent.substr(36, 16);
}

/// Does the sender record the trace?
constexpr bool is_sampled(std::string_view traceparent) {
  const char last = traceparent[54];
  return ((last >= 'a' ? last - 'a' + 10 : last - '0') & 1) != 0;
}

/// What is sent on: the same trace, under another parent of 16 hex digits.
inline std::string traceparent_of(std::string_view received, std::string_view parent) {
  return std::string(received.substr(0, 36)).append(parent).append(received.substr(52));
}

} // namespace tidemark
