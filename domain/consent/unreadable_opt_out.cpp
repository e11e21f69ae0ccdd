#include "domain/consent/unreadable_opt_out.hpp"

#include "base/overloaded.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

bool may_close(const std::vector<ConsentSignal>& signs) {
  return std::any_of(signs.begin(), signs.end(), [](const auto& sign) {
    return sign.change == events::ConsentChange::revoked
           || sign.change == events::ConsentChange::review;
  });
}

bool revokes(const Command& command) {
  return std::visit(
      overloaded{[](const ObserveRecord& c) { return c.opt_out_seen || may_close(c.signs); },
                 [](const ObserveMessage& c) { return may_close(c.signs); },
                 [](const auto&) { return false; }},
      command);
}

} // namespace

events::SkippedPart unreadable_opt_out() {
  return {events::Outcome::quarantined, Reason::opt_out_unreadable,
          "A possible opt-out that names nobody who could be closed."};
}

void hold_unreadable_opt_out(Translation& translation) {
  auto& skipped = translation.skipped;
  const bool held = std::any_of(skipped.begin(), skipped.end(), [](const auto& part) {
    return part.outcome == events::Outcome::quarantined;
  });
  const bool said = std::any_of(skipped.begin(), skipped.end(), [](const auto& part) {
    return part.reason_code == Reason::opt_out_unreadable;
  });
  if (held && !said
      && std::none_of(translation.commands.begin(), translation.commands.end(), revokes))
    skipped.push_back(unreadable_opt_out());
}

} // namespace tidemark::domain
