#include "explanation/chain.hpp"

#include <algorithm>
#include <set>
#include <tuple>

// How each system stands at the end of a chain.
namespace tidemark::explanation {
namespace {

/// Part of a line of work at a target. A newer outcome takes the place of an older one only here.
using Place = std::tuple<std::string, std::string, std::string>; ///< target, work, part

/// Is something still under way?
bool is_open(const std::string& outcome) {
  return outcome == "pending" || outcome == "retrying" || outcome == "unknown";
}

/// How much an outcome needs to be seen; what asks nothing of the target comes last.
int urgency(const std::string& outcome) {
  constexpr std::string_view rising[] = {"applied",  "blocked", "parked",      "pending",
                                         "retrying", "unknown", "quarantined", "dead"};
  const auto* const found = std::ranges::find(rising, outcome);
  return found == std::end(rising) ? 0 : static_cast<int>(found - std::begin(rising)) + 1;
}

bool is_worse(const TargetStatus& a, const TargetStatus& b) {
  return std::pair(urgency(a.outcome), a.position) > std::pair(urgency(b.outcome), b.position);
}

class Standings {
public:
  explicit Standings(const std::vector<ChainEntry>& chain) {
    for (const auto& entry : chain)
      if (is_intent(entry))
        intents_[entry.delivery] = &entry;
  }

  void add(const ChainEntry& entry) {
    const auto intent = intents_.find(entry.delivery);
    const auto& about = intent == intents_.end() ? entry : *intent->second;
    // An answer whose intent is not part of the chain.
    const std::string work = about.work.empty() ? "values" : about.work;
    if (about.parts.empty())
      return add(entry, {entry.target, work, ""});
    for (const auto& part : about.parts)
      add(entry, {entry.target, work, part});
  }

  std::map<std::string, TargetState> take() {
    std::map<std::string, TargetState> out;
    for (auto& [place, status] : statuses_) {
      auto& lines = out[std::get<0>(place)].lines;
      const auto [line, is_new] = lines.emplace(std::get<1>(place), status);
      if (!is_new && is_worse(status, line->second))
        line->second = status;
    }
    return out;
  }

private:
  void add(const ChainEntry& entry, const Place& place) {
    auto& newest = newest_delivery_[place];
    // A late word about an older delivery says nothing about how the target stands now.
    if (entry.kind == "decision" && entry.outcome == "pending")
      newest = entry.delivery;
    else if (!newest.empty() && !entry.delivery.empty() && entry.delivery != newest)
      return;
    // A later observation that asks nothing of the target does not undo what it took before. What
    // is under way tells its own end.
    const auto status = statuses_.find(place);
    const bool asks_nothing =
        entry.outcome == "no_change" || entry.outcome == "skipped" || entry.outcome == "superseded";
    if (status != statuses_.end() && entry.delivery.empty()
        && (is_open(status->second.outcome)
            || (status->second.outcome == "applied" && asks_nothing)))
      return;
    statuses_[place] = {entry.outcome, entry.reason_code, entry.text, entry.at, entry.position};
  }

  std::map<std::string, const ChainEntry*> intents_;
  std::map<Place, std::string> newest_delivery_;
  std::map<Place, TargetStatus> statuses_;
};

} // namespace

const TargetStatus& TargetState::worst() const {
  return std::ranges::max_element(
             lines, [](const auto& a, const auto& b) { return is_worse(b.second, a.second); })
      ->second;
}

void drop_unnotified(std::vector<ChainEntry>& chain) {
  std::set<std::string> telling;
  for (const auto& entry : chain)
    if (is_intent(entry) && entry.work == "consent")
      telling.insert(entry.delivery);
  for (auto& entry : chain)
    if (entry.outcome == "dead" && entry.reason_code == Reason::no_record_there
        && telling.contains(entry.delivery)) {
      entry.outcome = "skipped";
      entry.text = entry.target + " was asked and has no record of the person: nobody to tell.";
      entry.next_step.clear();
    }
}

void drop_overtaken_advice(std::vector<ChainEntry>& chain) {
  std::vector<const ChainEntry*> asked; // in log order
  for (const auto& entry : chain)
    if (is_intent(entry) && entry.work == "consent")
      asked.push_back(&entry);
  for (auto& entry : chain) {
    if (entry.next_step.empty() || is_intent(entry))
      continue;
    const auto own = std::ranges::find(asked, entry.delivery, &ChainEntry::delivery);
    if (own != asked.end() && std::any_of(own + 1, asked.end(), [&](const auto* later) {
          return later->target == (*own)->target && later->parts == (*own)->parts;
        }))
      entry.next_step.clear();
  }
}

std::map<std::string, TargetState> target_states(const std::vector<ChainEntry>& chain) {
  Standings standings(chain);
  for (const auto& entry : chain)
    if (!entry.target.empty() && !entry.outcome.empty())
      standings.add(entry);
  return standings.take();
}

} // namespace tidemark::explanation
