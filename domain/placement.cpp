#include "domain/placement.hpp"

#include "base/folding.hpp"
#include "domain/contact.hpp"
#include "domain/showing.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Action;
using events::Outcome;

bool has(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void add(std::vector<std::string>& list, std::string item) {
  if (!has(list, item))
    list.push_back(std::move(item));
}

bool same_word(std::string_view a, std::string_view b) {
  const auto words = folded_words(a);
  return !words.empty() && words == folded_words(b);
}

/// `Book` is a PlacementBook, const or not.
template <class Book>
auto stated_by(Book& book, const ConnectorName& connector, const RemoteId& id)
    -> decltype(book.stated.data()) {
  const auto at = std::find_if(book.stated.begin(), book.stated.end(), [&](const auto& one) {
    return one.connector == connector && one.remote_id == id;
  });
  return at == book.stated.end() ? nullptr : &*at;
}

/// Records in the order of the systems' precedence.
std::vector<const StatedPlace*> by_rank(const PlacementBook& book, const SyncRules& rules) {
  std::vector<const StatedPlace*> out;
  for (const auto& one : book.stated)
    out.push_back(&one);
  std::stable_sort(out.begin(), out.end(), [&](const auto* a, const auto* b) {
    return rules.rank(a->connector) < rules.rank(b->connector);
  });
  return out;
}

bool is_owner(const events::Agent& agent, std::string_view assigned_to) {
  return std::any_of(agent.owners.begin(), agent.owners.end(), [&](const auto& owner) {
    const bool mail = owner.find('@') != std::string::npos;
    return mail ? same_word(owner, assigned_to) : owner == assigned_to;
  });
}

/// The status that holds; absent when no record ever stated one.
std::optional<std::string> status_of(const PlacementBook& book, const SyncRules& rules) {
  for (const auto* one : by_rank(book, rules))
    if (one->status)
      return one->status;
  return std::nullopt;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

const HeldPlace* held_at(const std::vector<HeldPlace>& places, const ConnectorName& target) {
  const auto at = std::find_if(places.begin(), places.end(),
                               [&](const auto& one) { return one.target == target; });
  return at == places.end() ? nullptr : &*at;
}

/// What a system should be told about a sequence.
struct SequenceWish {
  enum class Kind { as_it_is, none, join } kind = Kind::as_it_is;
  std::string sequence;
  std::string_view skipped; ///< why a status leads nowhere
};

SequenceWish wished_sequence(const PlacementBook& book, const SyncRules& rules,
                             const ConnectorName& target) {
  using Kind = SequenceWish::Kind;
  const auto& table = rules.placement.sequences;
  const bool configured = std::any_of(table.begin(), table.end(),
                                      [&](const auto& one) { return one.connector == target; });
  const auto status = status_of(book, rules);
  if (!configured || !status)
    return {};
  if (is_blank(*status))
    return {Kind::none, {}, {}};
  for (const auto& one : table)
    if (one.connector == target && same_word(one.status, *status))
      return one.sequence.empty() ? SequenceWish{Kind::as_it_is, {}, "status_begins_nothing"}
                                  : SequenceWish{Kind::join, one.sequence, {}};
  return {Kind::as_it_is, {}, "status_has_no_sequence"};
}

/// Placing a contact at one system after the other.
struct Placer {
  Showing showing;
  const PlacementBook& before;
  const PlacementBook& book;
  const SyncRules& rules;
  bool rebuild = false;

  events::ActionIntended action(const SystemRule& system, Action kind) const {
    auto out = showing.action(system, kind);
    out.placement = events::Placement{};
    if (const auto* agent = agent_of(book, rules))
      out.placement->agent = agent->key;
    return out;
  }

  const HeldList* held(const ConnectorName& target, std::string_view list) const {
    const auto at = std::find_if(book.lists.begin(), book.lists.end(), [&](const auto& one) {
      return one.target == target && one.list == list;
    });
    return at == book.lists.end() ? nullptr : &*at;
  }

  /// Lists that the contact may stand on and should not; a rebuild leaves also what it has no
  /// record of.
  std::vector<std::string> to_leave(const SystemRule& system,
                                    const std::vector<std::string>& wanted) const {
    std::vector<std::string> out;
    for (const auto& one : book.lists)
      if (one.target == system.name && !has(wanted, one.list)
          && (rebuild || !one.leaving || one.failed))
        add(out, one.list);
    if (rebuild)
      for (auto& list : all_lists(system.name))
        if (!has(wanted, list))
          add(out, std::move(list));
    return out;
  }

  /// Every name that the configuration can make.
  std::vector<std::string> all_lists(const ConnectorName& target) const;

  void lists(const SystemRule& system, const std::vector<std::string>& wanted) {
    std::vector<std::string> joins, keeps;
    for (const auto& list : wanted) {
      const auto* known = held(system.name, list);
      (known && !known->leaving && !known->failed ? keeps : joins).push_back(list);
    }
    auto leaves = to_leave(system, wanted);
    if ((leaves.empty() && joins.empty() && !rebuild) || !showing.can_take(system))
      return;
    if (!leaves.empty() || (rebuild && !keeps.empty())) {
      auto intent = action(system, Action::leave_lists);
      intent.placement->lists = std::move(leaves);
      intent.placement->keep = std::move(keeps);
      showing.intend(system, std::move(intent));
    }
    for (auto& list : joins) {
      auto intent = action(system, Action::join_list);
      intent.placement->lists = {std::move(list)};
      showing.intend(system, std::move(intent));
    }
  }

  void owner(const SystemRule& system) {
    const auto* agent = agent_of(book, rules);
    const auto* known = held_at(book.owners, system.name);
    if (!agent || agent->user.empty()
        || (known && known->value == agent->user && !known->failed && !rebuild)
        || !showing.can_take(system))
      return;
    auto intent = action(system, Action::set_owner);
    intent.placement->user = agent->user;
    showing.intend(system, std::move(intent));
  }

  /// True when the contact is or will be in a sequence, and so on no list.
  bool sequence(const SystemRule& system) {
    const auto wish = wished_sequence(book, rules, system.name);
    const auto* known = held_at(book.sequences, system.name);
    const bool in_one = known && !known->value.empty();
    if (wish.kind == SequenceWish::Kind::as_it_is) {
      if (!wish.skipped.empty() && status_of(before, rules) != status_of(book, rules))
        showing.say(system, Outcome::skipped, std::string(wish.skipped));
      return in_one;
    }
    const bool holds = known && known->value == wish.sequence && !known->failed;
    if (wish.kind == SequenceWish::Kind::none) {
      if (known && !holds && showing.can_take(system))
        showing.intend(system, action(system, Action::leave_sequences));
      return false;
    }
    if (!holds && showing.can_take(system)) {
      auto intent = action(system, Action::join_sequence);
      intent.placement->sequence = wish.sequence;
      showing.intend(system, std::move(intent));
    }
    return true;
  }

  void place(const SystemRule& system) {
    const auto& can = system.capabilities;
    const bool in_sequence = can.keeps_sequences && sequence(system);
    if (can.keeps_lists && (!in_sequence || rebuild))
      lists(system,
            in_sequence ? std::vector<std::string>{} : wanted_lists(book, rules, system.name));
    if (can.keeps_owner)
      owner(system);
  }
};

std::string with_agent(std::string list, std::string_view key) {
  constexpr std::string_view mark = "{agent}";
  for (auto at = list.find(mark); at != std::string::npos; at = list.find(mark, at + key.size()))
    list.replace(at, mark.size(), key);
  return list;
}

std::vector<std::string> Placer::all_lists(const ConnectorName& target) const {
  std::vector<std::string> out;
  for (const auto& rule : rules.list_rules) {
    const auto& configured = rule.as_configured();
    if (configured.connector != target)
      continue;
    add(out, with_agent(configured.list, rules.placement.default_agent));
    for (const auto& agent : rules.placement.agents)
      add(out, with_agent(configured.list, agent.key));
  }
  return out;
}

bool is_configured(const SyncRules& rules) {
  const auto& placement = rules.placement;
  return !rules.list_rules.empty() || !placement.agents.empty() || !placement.sequences.empty();
}

void note(std::vector<HeldPlace>& places, HeldPlace news) {
  std::erase_if(places, [&](const auto& one) { return one.target == news.target; });
  places.push_back(std::move(news));
}

void leave_all(PlacementBook& book, const events::ActionIntended& e) {
  for (auto& one : book.lists)
    if (one.target == e.target) {
      one.leaving = true;
      one.failed = false;
      one.delivery = e.delivery;
    }
}

} // namespace

const events::Agent* agent_of(const PlacementBook& book, const SyncRules& rules) {
  const auto& agents = rules.placement.agents;
  const auto records = by_rank(book, rules);
  const auto first = [&](auto&& names) -> const events::Agent* {
    for (const auto* record : records)
      for (const auto& agent : agents)
        if (names(agent, *record))
          return &agent;
    return nullptr;
  };
  if (const auto* owner = first(
          [](const auto& agent, const auto& one) { return is_owner(agent, one.assigned_to); }))
    return owner;
  if (const auto* named = first([](const auto& agent, const auto& one) {
        return !agent.field.empty() && same_word(agent.field, one.agent_field);
      }))
    return named;
  return first([](const auto& agent, const auto& one) {
    return !agent.tag.empty()
           && std::any_of(one.tags.begin(), one.tags.end(),
                          [&](const auto& tag) { return same_word(agent.tag, tag); });
  });
}

std::vector<std::string> wanted_lists(const PlacementBook& book, const SyncRules& rules,
                                      const ConnectorName& target) {
  const auto* agent = agent_of(book, rules);
  const auto& key = agent ? agent->key : rules.placement.default_agent;
  std::vector<std::string> out;
  for (const auto& rule : rules.list_rules) {
    const auto& configured = rule.as_configured();
    const bool wanted =
        configured.connector == target
        && std::any_of(book.stated.begin(), book.stated.end(), [&](const auto& record) {
             return std::any_of(record.tags.begin(), record.tags.end(),
                                [&](const auto& tag) { return rule.matches(tag); });
           });
    if (wanted)
      add(out, with_agent(configured.list, key));
  }
  return out;
}

std::optional<std::vector<std::string>> tags_told(const PlacementBook& book,
                                                  const ObserveRecord& command) {
  if (command.tags || (command.tags_added.empty() && command.tags_removed.empty()))
    return command.tags;
  const auto* known = stated_by(book, command.connector, command.remote_id);
  auto out = known ? known->tags : std::vector<std::string>{};
  for (const auto& tag : command.tags_removed)
    std::erase(out, tag);
  for (const auto& tag : command.tags_added)
    add(out, tag);
  return out;
}

std::vector<events::Event> place_contact(const Contact& before, const Contact& after,
                                         const ContactId& id, const SyncRules& rules,
                                         const Cause& cause,
                                         std::vector<events::TargetOutcome>& outcomes) {
  std::vector<events::Event> out;
  if (!is_configured(rules) || is_closed(after.consent))
    return out; // the opt-out itself takes the person off every list
  Placer placer{{after, id, rules, cause, outcomes, {}}, before.placement, after.placement, rules};
  for (const auto& system : rules.systems)
    placer.place(system);
  for (auto& intent : placer.showing.intents)
    out.emplace_back(std::move(intent));
  return out;
}

std::vector<events::Event> decide_rebuild(const Contact& contact, const RebuildLists& command,
                                          const ContactId& id, const SyncRules& rules,
                                          const Cause& cause) {
  events::ListsRebuilt rebuilt{command.target, Outcome::no_change, "nothing_to_rebuild", {}};
  const auto* system = rules.find(command.target);
  std::vector<events::Event> out;
  Placer placer{{contact, id, rules, cause, rebuilt.targets, {}},
                contact.placement,
                contact.placement,
                rules,
                true};
  if (contact.unreadable) {
    rebuilt.outcome = Outcome::parked;
    rebuilt.reason_code = "unknown_event_in_stream";
  } else if (is_closed(contact.consent)) {
    rebuilt.outcome = Outcome::blocked;
    rebuilt.reason_code = "opted_out";
  } else if (system && system->capabilities.keeps_lists && is_configured(rules)) {
    placer.place(*system);
  }
  if (!placer.showing.intents.empty()) {
    rebuilt.outcome = Outcome::applied;
    rebuilt.reason_code = "lists_rebuilt";
  }
  out.emplace_back(std::move(rebuilt));
  for (auto& intent : placer.showing.intents)
    out.emplace_back(std::move(intent));
  return out;
}

void evolve(PlacementBook& book, const events::ContactObserved& e) {
  if (e.outcome == Outcome::superseded || e.reason_code == "unknown_event_in_stream")
    return;
  if (e.removed) {
    std::erase_if(book.stated, [&](const auto& one) {
      return one.connector == e.connector && one.remote_id == e.remote_id;
    });
    return;
  }
  if (!e.tags && e.assigned_to.empty() && e.agent_field.empty() && !e.status)
    return;
  auto* known = stated_by(book, e.connector, e.remote_id);
  if (!known)
    known = &book.stated.emplace_back(StatedPlace{e.connector, e.remote_id, {}, {}, {}, {}});
  if (e.tags)
    known->tags = *e.tags;
  if (!e.assigned_to.empty())
    known->assigned_to = e.assigned_to;
  if (!e.agent_field.empty())
    known->agent_field = e.agent_field;
  if (e.status)
    known->status = e.status;
}

void evolve(PlacementBook& book, const events::ActionIntended& e) {
  const auto note_list = [&](const std::string& list, bool leaving) {
    std::erase_if(book.lists,
                  [&](const auto& one) { return one.target == e.target && one.list == list; });
    book.lists.push_back({e.target, list, e.delivery, leaving, false});
  };
  switch (e.action) {
  case Action::join_list:
  case Action::leave_lists:
    if (e.placement)
      for (const auto& list : e.placement->lists)
        note_list(list, e.action == Action::leave_lists);
    break;
  case Action::set_owner:
    if (e.placement)
      note(book.owners, {e.target, e.placement->user, e.delivery, false});
    break;
  case Action::join_sequence:
    leave_all(book, e);
    if (e.placement)
      note(book.sequences, {e.target, e.placement->sequence, e.delivery, false});
    break;
  case Action::leave_sequences:
    note(book.sequences, {e.target, {}, e.delivery, false});
    break;
  case Action::opt_out:
    leave_all(book, e);
    if (held_at(book.sequences, e.target))
      note(book.sequences, {e.target, {}, e.delivery, false});
    break;
  default:
    break;
  }
}

void evolve(PlacementBook& book, const events::ActionAccepted& e) {
  std::erase_if(book.lists,
                [&](const auto& one) { return one.leaving && one.delivery == e.facts.delivery; });
}

void not_placed(PlacementBook& book, const DeliveryId& delivery) {
  for (auto& one : book.lists)
    one.failed |= one.delivery == delivery;
  for (auto* places : {&book.owners, &book.sequences})
    for (auto& one : *places)
      one.failed |= one.delivery == delivery;
}

} // namespace tidemark::domain
