#include "explanation/explained.hpp"

#include <algorithm>

namespace tidemark::explanation {
namespace {

/// Of a delivery's chain only its own target counts: the others' answers are not part of it.
bool is_asked_for(const ChainEntry& entry, const Question& question) {
  if (!question.target.empty() && !entry.target.empty() && entry.target != question.target)
    return false;
  return question.delivery.empty() || entry.target.empty() || entry.delivery == question.delivery;
}

/// May something wait for the system?
bool may_wait(const TargetState& state) {
  return std::ranges::any_of(state.lines, [](const auto& line) {
    return line.second.outcome == "pending" || line.second.outcome == "retrying";
  });
}

/// What waits may wait for its system as a whole.
Status add_held_back(const Source& source, bool reveal,
                     std::map<std::string, TargetState>& targets) {
  for (auto& [target, state] : targets) {
    if (!may_wait(state))
      continue;
    TRY(held, held_back(source.log, source.tenant, ConnectorName(target), reveal));
    state.held_back = std::move(held);
  }
  return Done{};
}

} // namespace

const Elsewhere* Explanation::part_of() const {
  const bool is_part = !elsewhere.empty() && elsewhere.back().from != Position{}
                       && elsewhere.back().until == Position{};
  return is_part ? &elsewhere.back() : nullptr;
}

bool Explanation::names(const std::string& target) const {
  return std::ranges::any_of(entries, [&](const auto& entry) { return entry.target == target; });
}

Result<Explanation> explained(const Source& source, const Question& question, bool reveal) {
  TRY(chain, collect_chain(source, question));
  Explanation out{std::move(chain), {}, {}, {}};
  for (const auto& event : out.chain.events)
    for (auto& entry : entries_of(event))
      if (is_asked_for(entry, question))
        out.entries.push_back(std::move(entry));
  drop_unnotified(out.entries);
  drop_overtaken_advice(out.entries);
  out.elsewhere = merged_elsewhere(out.chain);
  if (out.part_of())
    return out;
  out.targets = target_states(out.entries);
  TRYV(add_held_back(source, reveal, out.targets));
  return out;
}

} // namespace tidemark::explanation
