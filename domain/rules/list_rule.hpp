#pragma once
#include "base/text/pattern.hpp"
#include "events/lists.hpp"
#include "events/opportunity.hpp"

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

/// One configured way from an opportunity to a list or a sequence, ready to be asked.
class ReadyStage {
public:
  explicit ReadyStage(events::StageRule rule);
  const events::StageRule& as_configured() const { return rule_; }
  /// Without regard to the status.
  bool matches(const events::OpportunityFacts& opportunity) const;

private:
  events::StageRule rule_;
  ListRule stage_name_;
};

/// The longest tag that is compared, in bytes; vendors' tags stay far below.
inline constexpr std::size_t tag_bytes_max = 512;

} // namespace tidemark::domain
