#include "domain/rules/list_rule.hpp"

#include "base/text/folding.hpp"

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

ReadyStage::ReadyStage(events::StageRule rule)
    : rule_(std::move(rule)), stage_name_({rule_.stage, rule_.match, rule_.connector, rule_.list}) {
}

bool ReadyStage::matches(const events::OpportunityFacts& opportunity) const {
  const auto& pipeline = rule_.pipeline;
  if (!pipeline.empty() && pipeline != opportunity.pipeline
      && folded_words(pipeline) != folded_words(opportunity.pipeline_name))
    return false;
  return rule_.stage.empty() || rule_.stage == opportunity.stage
         || stage_name_.matches(opportunity.stage_name);
}

} // namespace tidemark::domain
