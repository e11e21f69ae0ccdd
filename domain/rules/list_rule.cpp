#include "domain/rules/list_rule.hpp"

namespace tidemark::domain {

ListRule::ListRule(events::TagList rule) : rule_(std::move(rule)) {
  if (rule_.match == events::TagMatch::exact)
    return;
  auto pattern = rule_.match == events::TagMatch::regex ? Pattern::compile(rule_.tag)
                                                        : Pattern::ignoring_case(rule_.tag);
  if (pattern) // check-config has refused what is none; without one nothing matches
    pattern_ = *std::move(pattern);
}

bool ListRule::matches(std::string_view tag) const {
  if (tag.size() > tag_bytes_max)
    return false;
  if (rule_.match == events::TagMatch::exact)
    return tag == rule_.tag;
  return pattern_ && pattern_->matches(tag);
}

} // namespace tidemark::domain
