#include "domain/shared_tags.hpp"

#include "base/folding.hpp"
#include "domain/observation.hpp"
#include "domain/showing.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using Tags = std::vector<std::string>;

/// Systems differ in what they make of case and spaces.
bool is_same(const std::string& a, const std::string& b) {
  const auto words = folded_words(a);
  return a == b || (!words.empty() && words == folded_words(b));
}

bool has(const Tags& tags, const std::string& tag) {
  return std::any_of(tags.begin(), tags.end(),
                     [&](const auto& other) { return is_same(other, tag); });
}

bool is_of_system(std::string_view tag) {
  return tag.starts_with("SYS:") || tag.starts_with("sys:");
}

Tags without(const Tags& tags, const Tags& others) {
  Tags out;
  for (const auto& tag : tags)
    if (!has(others, tag) && !has(out, tag))
      out.push_back(tag);
  return out;
}

template <class Wanted>
Tags tags_of(const PlacementBook& book, Wanted&& wanted) {
  Tags out;
  for (const auto& record : book.stated)
    if (wanted(record))
      out.insert(out.end(), record.tags.begin(), record.tags.end());
  return out;
}

} // namespace

std::vector<events::Event> share_tags(const Contact& before, const Contact& after,
                                      const ObserveRecord& command, const ContactId& id,
                                      const SyncRules& rules, const Cause& cause,
                                      std::vector<events::TargetOutcome>& outcomes) {
  std::vector<events::Event> out;
  if (command.removed || command.opt_out_seen || is_closed(after.consent))
    return out;
  const auto is_spoken_of = [&](const auto& record) {
    return record.connector == command.connector && record.remote_id == command.remote_id;
  };
  const auto gained =
      without(tags_of(after.placement, is_spoken_of), tags_of(before.placement, is_spoken_of));
  const bool is_first_word = !record_for(before, command.connector, command.remote_id);
  Showing showing{after, id, rules, cause, outcomes, {}};
  for (const auto& system : rules.systems) {
    if (!system.capabilities.keeps_tags)
      continue;
    const auto there =
        tags_of(after.placement, [&](const auto& r) { return r.connector == system.name; });
    auto missing = system.name != command.connector ? without(gained, there)
                   : is_first_word
                       ? without(tags_of(after.placement, [](const auto&) { return true; }), there)
                       : Tags{};
    if (missing.empty() || !showing.can_take(system))
      continue;
    std::stable_partition(missing.begin(), missing.end(), is_of_system); // mission A1.6
    auto intent = showing.action(system, events::Action::add_tags);
    intent.tags = std::move(missing);
    showing.intend(system, std::move(intent));
  }
  for (auto& intent : showing.intents)
    out.emplace_back(std::move(intent));
  return out;
}

} // namespace tidemark::domain
