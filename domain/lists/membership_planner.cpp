#include "domain/lists/membership_planner.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "base/text/folding.hpp"
#include "domain/contacts/records.hpp"
#include "domain/contacts/state.hpp"
#include "domain/lists/opportunities.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Action;
using events::Outcome;

void add(std::vector<std::string>& list, std::string item) {
  if (!contains(list, item))
    list.push_back(std::move(item));
}

/// A list is left or kept, not both.
bool are_apart(const std::vector<std::string>& leaves, const std::vector<std::string>& keeps) {
  return std::none_of(leaves.begin(), leaves.end(),
                      [&](const auto& list) { return contains(keeps, list); });
}

bool same_word(std::string_view a, std::string_view b) {
  const auto words = folded_words(a);
  return !words.empty() && words == folded_words(b);
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

/// What a system should be told about a sequence.
struct SequenceWish {
  enum class Kind { as_it_is, none, join } kind = Kind::as_it_is;
  std::string sequence{};
  Reason skipped = Reason::none; ///< why a status leads nowhere
};

SequenceWish wished_sequence(const PlacementBook& book, const SyncRules& rules,
                             const ConnectorName& target) {
  using Kind = SequenceWish::Kind;
  const auto& table = rules.placement.sequences;
  const bool configured = std::any_of(table.begin(), table.end(),
                                      [&](const auto& one) { return one.connector == target; });
  const auto status = status_of(book, rules);
  if (!configured || !status || is_blank(*status)) {
    if (const auto staged = stage_sequence(book, rules, target))
      return staged->empty() ? SequenceWish{Kind::none} : SequenceWish{Kind::join, *staged};
    return configured && status ? SequenceWish{Kind::none} : SequenceWish{};
  }
  for (const auto& one : table)
    if (one.connector == target && same_word(one.status, *status))
      return one.sequence.empty() ? SequenceWish{.skipped = Reason::status_begins_nothing}
                                  : SequenceWish{Kind::join, one.sequence};
  return {.skipped = Reason::status_has_no_sequence};
}

/// The contact has the record still.
bool has_live(const Contact& contact, const ConnectorName& target, const RemoteId& record) {
  return record.value.empty()
         || std::any_of(contact.records.begin(), contact.records.end(), [&](const auto& one) {
              return one.connector == target && one.live && one.remote_id == record;
            });
}

/// It is the one that the contact is written to.
bool is_main(const Contact& contact, const ConnectorName& target, const RemoteId& record) {
  const auto* main = live_record(contact, target);
  return record.value.empty() || (main && main->remote_id == record);
}

/// Another of the contact's records there: one beside that, or one whose place was taken, as by a
/// change of the number. Null: it is the contact's no more, or nowhere.
const ContactRecord* other_record(const Contact& contact, const ConnectorName& target,
                                  const RemoteId& record) {
  const ContactRecord* found = nullptr;
  if (!is_main(contact, target, record))
    for (const auto& one : contact.records)
      if (one.connector == target && one.remote_id == record && !one.removed
          && (one.live || one.replaced))
        found = &one;
  return found;
}

/// Placing a contact at one system after the other.
struct Placer {
  Plan& plan;
  const PlacementBook& before;
  bool rebuild = false;
  bool is_new = false; ///< a CRM has just told of a new record
  const SyncRules& rules = plan.rules;
  const PlacementBook& book = plan.contact.placement;

  /// On one of the contact's records, by default the one that it is written to.
  events::ActionIntended action(const SystemRule& system, Action kind,
                                const ContactRecord* record = nullptr) const {
    auto out = record ? plan.action_on(system, kind, *record) : plan.action(system, kind);
    out.placement = events::Placement{};
    if (const auto* agent = agent_of(book, rules))
      out.placement->agent = agent->key;
    return out;
  }

  /// Onto a list, into a sequence: of nobody who opted out of what the system does.
  void join(const SystemRule& system, events::ActionIntended intent) {
    TIDEMARK_INVARIANT(!is_suppressed(plan.contact.consent, system.capabilities),
                       plan.cause.position);
    plan.intend(system, std::move(intent));
  }

  void leave_lists(const SystemRule& system, std::vector<std::string> leaves,
                   std::vector<std::string> keeps, const ContactRecord* record = nullptr) {
    TIDEMARK_INVARIANT(are_apart(leaves, keeps), plan.cause.position);
    auto intent = action(system, Action::leave_lists, record);
    intent.placement->lists = std::move(leaves);
    intent.placement->keep = std::move(keeps);
    plan.intend(system, std::move(intent));
  }

  bool is_held(const ConnectorName& target, std::string_view list) const {
    return std::any_of(book.lists.begin(), book.lists.end(), [&](const auto& one) {
      return one.target == target && one.list == list && !one.leaving && !one.failed
             && has_live(plan.contact, target, one.record);
    });
  }

  /// Lists that the contact may stand on and should not; a rebuild leaves also what it has no
  /// record of.
  std::vector<std::string> to_leave(const SystemRule& system,
                                    const std::vector<std::string>& wanted) const {
    std::vector<std::string> out;
    for (const auto& one : book.lists)
      if (one.target == system.name && is_main(plan.contact, system.name, one.record)
          && !contains(wanted, one.list) && (rebuild || !one.leaving || one.failed))
        add(out, one.list);
    if (rebuild)
      for (auto& list : all_lists(system.name))
        if (!contains(wanted, list))
          add(out, std::move(list));
    return out;
  }

  /// Every name that the configuration can make.
  std::vector<std::string> all_lists(const ConnectorName& target) const;

  /// What one of the other records stands on and should not: all of it, unless it is live.
  void leave_lists_of(const SystemRule& system, const ContactRecord& record,
                      const std::vector<std::string>& wanted) {
    std::vector<std::string> leaves, keeps;
    for (const auto& one : book.lists) {
      if (one.target != system.name || one.record != record.remote_id)
        continue;
      const bool stays = record.live && contains(wanted, one.list);
      if (!stays && (rebuild || !one.leaving || one.failed))
        add(leaves, one.list);
      else if (stays && !one.leaving)
        add(keeps, one.list);
    }
    if (!leaves.empty())
      leave_lists(system, std::move(leaves), std::move(keeps), &record);
  }

  void leave_lists_elsewhere(const SystemRule& system, const std::vector<std::string>& wanted) {
    std::vector<RemoteId> seen;
    for (const auto& one : book.lists) {
      const auto* record =
          one.target == system.name ? other_record(plan.contact, system.name, one.record) : nullptr;
      if (!record || contains(seen, one.record))
        continue;
      seen.push_back(one.record);
      leave_lists_of(system, *record, wanted);
    }
  }

  void lists(const SystemRule& system, const std::vector<std::string>& wanted) {
    std::vector<std::string> joins, keeps;
    for (const auto& list : wanted)
      (is_held(system.name, list) ? keeps : joins).push_back(list);
    auto leaves = to_leave(system, wanted);
    if ((leaves.empty() && joins.empty() && !rebuild) || !plan.can_take(system))
      return;
    if (!leaves.empty() || (rebuild && !keeps.empty()))
      leave_lists(system, std::move(leaves), std::move(keeps));
    for (auto& list : joins) {
      auto intent = action(system, Action::join_list);
      intent.placement->lists = {std::move(list)};
      join(system, std::move(intent));
    }
  }

  void owner(const SystemRule& system) {
    const auto* agent = agent_of(book, rules);
    const bool known =
        agent && std::any_of(book.owners.begin(), book.owners.end(), [&](const auto& one) {
          return one.target == system.name && one.value == agent->user && !one.failed
                 && is_main(plan.contact, system.name, one.record);
        });
    if (!agent || agent->user.empty() || (known && !rebuild) || !plan.can_take(system))
      return;
    auto intent = action(system, Action::set_owner);
    intent.placement->user = agent->user;
    plan.intend(system, std::move(intent));
  }

  /// A record whose place was taken is to be in none, also where the status says nothing about
  /// sequences: its number is the contact's no more.
  void leave_sequences_elsewhere(const SystemRule& system, const SequenceWish& wish) {
    for (const auto& one : book.sequences) {
      const auto* record =
          one.target == system.name ? other_record(plan.contact, system.name, one.record) : nullptr;
      if (!record || (one.value.empty() && !one.failed))
        continue;
      const bool stays =
          wish.kind == SequenceWish::Kind::as_it_is || (one.value == wish.sequence && !one.failed);
      if (!record->live || !stays)
        plan.intend(system, action(system, Action::leave_sequences, record));
    }
  }

  /// True when the contact is or will be in a sequence, and so on no list.
  bool sequence(const SystemRule& system) {
    const auto wish = wished_sequence(book, rules, system.name);
    if (system.receives)
      leave_sequences_elsewhere(system, wish);
    bool in_one = false, holds = false, is_to_leave = false;
    for (const auto& one : book.sequences) {
      if (one.target != system.name || !has_live(plan.contact, system.name, one.record))
        continue;
      in_one |= !one.value.empty();
      holds |= one.value == wish.sequence && !one.failed;
      is_to_leave |= is_main(plan.contact, system.name, one.record)
                     && (one.value != wish.sequence || one.failed);
    }
    if (wish.kind == SequenceWish::Kind::as_it_is) {
      if (wish.skipped != Reason::none && status_of(before, rules) != status_of(book, rules))
        plan.skip(system, wish.skipped);
      return in_one;
    }
    if (wish.kind == SequenceWish::Kind::none) {
      if (is_to_leave && plan.can_take(system))
        plan.intend(system, action(system, Action::leave_sequences));
      return false;
    }
    if (!holds && plan.can_take(system)) {
      auto intent = action(system, Action::join_sequence);
      intent.placement->sequence = wish.sequence;
      join(system, std::move(intent));
    }
    return true;
  }

  /// A new contact waits on a list of its own until anything puts it on another, or its opportunity
  /// is closed.
  std::vector<std::string> lists_of_new(const ConnectorName& target) const;

  void place(const SystemRule& system) {
    const auto& can = system.capabilities;
    const bool in_sequence = can.keeps_sequences && sequence(system);
    auto wanted = in_sequence ? std::vector<std::string>{} : wanted_lists(book, rules, system.name);
    if (can.keeps_lists && !in_sequence && wanted.empty())
      wanted = lists_of_new(system.name);
    if (can.keeps_lists && system.receives)
      leave_lists_elsewhere(system, wanted);
    if (can.keeps_lists && (!in_sequence || rebuild))
      lists(system, wanted);
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

/// The list's name for each agent that there is.
void add_each(std::vector<std::string>& out, const std::string& list, const SyncRules& rules) {
  if (list.empty())
    return;
  add(out, with_agent(list, rules.placement.default_agent));
  for (const auto& agent : rules.placement.agents)
    add(out, with_agent(list, agent.key));
}

const std::string& list_of_new(const SyncRules& rules) {
  static const std::string none;
  return rules.placement.leads ? rules.placement.leads->new_contacts_list : none;
}

const std::string& agent_key(const PlacementBook& book, const SyncRules& rules) {
  const auto* agent = agent_of(book, rules);
  return agent ? agent->key : rules.placement.default_agent;
}

std::vector<std::string> Placer::all_lists(const ConnectorName& target) const {
  std::vector<std::string> out;
  for (const auto& rule : rules.list_rules)
    if (rule.as_configured().connector == target)
      add_each(out, rule.as_configured().list, rules);
  for (const auto& rule : rules.stage_rules)
    if (rule.as_configured().connector == target)
      add_each(out, rule.as_configured().list, rules);
  add_each(out, list_of_new(rules), rules);
  return out;
}

std::vector<std::string> Placer::lists_of_new(const ConnectorName& target) const {
  const auto& list = list_of_new(rules);
  if (list.empty() || is_closed(book))
    return {};
  std::vector<std::string> names;
  add_each(names, list, rules);
  const bool stands_there = std::any_of(book.lists.begin(), book.lists.end(), [&](const auto& one) {
    return one.target == target && !one.leaving && contains(names, one.list);
  });
  if (!is_new && !stands_there)
    return {};
  return {with_agent(list, agent_key(book, rules))};
}

bool is_configured(const SyncRules& rules) {
  const auto& placement = rules.placement;
  return !rules.list_rules.empty() || !placement.agents.empty() || !placement.sequences.empty()
         || placement.leads;
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
  const auto& key = agent_key(book, rules);
  std::vector<std::string> out;
  for (const auto& rule : rules.list_rules) {
    const auto& configured = rule.as_configured();
    const bool wanted =
        configured.connector == target
        && std::any_of(book.stated.begin(), book.stated.end(), [&](const auto& record) {
             return std::any_of(record.tags.begin(), record.tags.end(), [&](const auto& tag) {
               return rule.matches(tag) && counts(book, tag);
             });
           });
    if (wanted)
      add(out, with_agent(configured.list, key));
  }
  for (auto& list : stage_lists(book, rules, target))
    add(out, with_agent(std::move(list), key));
  return out;
}

std::optional<std::vector<std::string>> tags_told(const PlacementBook& book,
                                                  const ObserveRecord& command) {
  if (command.tags || (command.tags_added.empty() && command.tags_removed.empty()))
    return command.tags;
  const auto known = std::find_if(book.stated.begin(), book.stated.end(), [&](const auto& one) {
    return one.connector == command.connector && one.remote_id == command.remote_id;
  });
  auto out = known != book.stated.end() ? known->tags : std::vector<std::string>{};
  for (const auto& tag : command.tags_removed)
    std::erase(out, tag);
  for (const auto& tag : command.tags_added)
    add(out, tag);
  return out;
}

void place_contact(const Contact& before, Plan& plan, bool is_new) {
  if (!is_configured(plan.rules))
    return;
  Placer placer{plan, before.placement, false, is_new};
  plan.begin("activity");
  for (const auto& system : plan.rules.systems)
    if (!is_suppressed(plan.contact.consent, system.capabilities))
      placer.place(system); // else the opt-out itself takes the person off every list
}

void plan_lists_anew(Plan& plan, const SystemRule& system) {
  if (system.capabilities.keeps_lists && is_configured(plan.rules))
    Placer{plan, plan.contact.placement, true}.place(system);
}

std::vector<events::Event> decide_rebuild(const Contact& contact, const RebuildLists& command,
                                          const DecisionContext& context) {
  events::ListsRebuilt rebuilt{command.target, Outcome::no_change, Reason::nothing_to_rebuild, {}};
  const auto* system = context.rules.find(command.target);
  Plan plan(contact, context);
  plan.begin("activity");
  if (contact.unreadable)
    end_as_unreadable(rebuilt);
  else if (system && is_suppressed(contact.consent, system->capabilities))
    end_as(rebuilt, Outcome::blocked, Reason::opted_out);
  else if (system)
    plan_lists_anew(plan, *system);
  if (!plan.events.empty())
    end_as(rebuilt, Outcome::applied, Reason::lists_rebuilt);
  return plan.behind(std::move(rebuilt));
}

} // namespace tidemark::domain
