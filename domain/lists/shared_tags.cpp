#include "domain/lists/shared_tags.hpp"

#include "base/text/folding.hpp"
#include "domain/contacts/records.hpp"
#include "domain/lists/membership_planner.hpp"
#include "domain/rules/list_rule.hpp"
#include "domain/rules/reserved_tags.hpp"
#include "domain/rules/tag_key.hpp"

#include <algorithm>
#include <set>

namespace tidemark::domain {
namespace {

using Tags = std::vector<std::string>;

/// Of one action; a person's contact has a handful, and a body of a megabyte may name thousands.
constexpr std::size_t tags_max = 100;

/// Each once. Marks of opt-outs are not handed on: consent is told to systems in its own way, and
/// such a tag would close again what was opened since.
Tags without(const Tags& tags, const Tags& others) {
  std::set<std::string> known;
  for (const auto& tag : others)
    known.insert(tag_key(tag));
  Tags out;
  for (const auto& tag : tags)
    if (tag.size() <= tag_bytes_max && !is_opt_out_tag(tag) && known.insert(tag_key(tag)).second)
      out.push_back(tag);
  return out;
}

template <class Wanted>
Tags tags_of(const events::PlacementBook& book, Wanted&& wanted) {
  Tags out;
  for (const auto& record : book.stated)
    if (wanted(record))
      out.insert(out.end(), record.tags.begin(), record.tags.end());
  return out;
}

} // namespace

void tag_disposition(Plan& plan, const ObserveRecord& command) {
  const auto& wanted = plan.rules.conversation.outcome_tags;
  if (command.disposition.empty() || !wanted || !wanted->dispositions
      || is_suppressed(plan.contact.consent, command))
    return;
  const Tags tags{"Disposition: " + command.disposition, "Contact Disposed"};
  plan.begin("disposition");
  for (const auto& system : plan.rules.systems) {
    if (!system.capabilities.keeps_tags || system.name == command.connector)
      continue;
    auto missing = without(tags, tags_of(plan.contact.placement, [&](const auto& record) {
                             return record.connector == system.name;
                           }));
    if (missing.empty() || !plan.can_take(system))
      continue;
    auto intent = plan.action(system, events::Action::add_tags);
    intent.tags = std::move(missing);
    plan.intend(system, std::move(intent));
  }
}

void share_tags(const Contact& before, Plan& plan, const ObserveRecord& command) {
  const auto& after = plan.contact;
  if (command.removed || is_suppressed(after.consent, command))
    return;
  const auto is_spoken_of = [&](const auto& record) {
    return record.connector == command.connector && record.remote_id == command.remote_id;
  };
  const auto gained =
      without(tags_of(after.placement, is_spoken_of), tags_of(before.placement, is_spoken_of));
  const bool is_first_word = !record_for(before, command.connector, command.remote_id);
  plan.begin("activity");
  for (const auto& system : plan.rules.systems) {
    if (!system.capabilities.keeps_tags)
      continue;
    const auto there =
        tags_of(after.placement, [&](const auto& r) { return r.connector == system.name; });
    auto missing = system.name != command.connector ? without(gained, there)
                   : is_first_word
                       ? without(tags_of(after.placement, [](const auto&) { return true; }), there)
                       : Tags{};
    if (missing.empty() || !plan.can_take(system))
      continue;
    if (missing.size() > tags_max) {
      plan.skip(system, Reason::too_many_tags);
      continue;
    }
    std::stable_partition(missing.begin(), missing.end(), is_system_tag); // requirement A1.6
    auto intent = plan.action(system, events::Action::add_tags);
    intent.tags = std::move(missing);
    plan.intend(system, std::move(intent));
  }
}

} // namespace tidemark::domain
