#pragma once
#include "base/text/pattern.hpp"
#include "events/lists.hpp"

#include <optional>
#include <string_view>

namespace tidemark::domain {

/// One configured way from a tag to a list, ready to be asked.
class ListRule {
public:
  explicit ListRule(events::TagList rule);
  const events::TagList& as_configured() const { return rule_; }
  bool matches(std::string_view tag) const;

private:
  events::TagList rule_;
  std::optional<Pattern> pattern_; ///< absent: compared as it is, or no pattern at all
};

/// The longest tag that is compared, in bytes; vendors' tags stay far below.
inline constexpr std::size_t tag_bytes_max = 512;

} // namespace tidemark::domain
