#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::gateway {

/// A request target taken apart: `/a/b%20c?x=1` gives segments {"a","b c"} and query {x: 1}.
struct Target {
  std::vector<std::string> segments; ///< decoded; "a%2Fb" stays one segment
  std::map<std::string, std::string, std::less<>> query;

  bool trailing_slash = false; ///< it was there: links relative to the path lead elsewhere

  bool has(std::string_view name) const { return query.contains(name); }
  /// The value of a query member or "".
  std::string_view get(std::string_view name) const;
};

/// Nothing when an escape is broken, a name is repeated, a segment is empty, `.` or `..`, or a
/// decoded byte is a control character. A trailing slash is taken as absent. '+' in a query is a
/// space as in forms, but at the beginning of a number, where nobody means one, a plus sign.
std::optional<Target> parse_target(std::string_view target);

/// Percent-decoding (RFC 3986 2.1); nothing when broken or when a control character comes out.
std::optional<std::string> percent_decoded(std::string_view text);

} // namespace tidemark::gateway
