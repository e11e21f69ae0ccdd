#include "domain/sync/disposition_fields.hpp"

#include "base/text/folding.hpp"
#include "domain/conversations/calls.hpp"
#include "domain/sync/target_planner.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::CallFacts;
using events::FieldSet;

FieldSet set_by(const std::string& disposition, const events::ConversationRules& rules) {
  FieldSet out;
  if (disposition.empty())
    return out;
  for (const auto& rule : rules.dispositions)
    if (rule.sets && folded_words(rule.disposition) == folded_words(disposition))
      for (const auto& [name, value] : rule.sets->values)
        if (const auto field = events::custom_field(name))
          out.set(*field, value);
  return out;
}

std::string disposition_of(const CallFacts& call) {
  return is_complete(call) ? call.disposition : std::string();
}

/// "" when the call tells of none, or of the one that is known.
std::string newly_disposed(const KnownCall* before, const CallFacts& after) {
  const auto now = disposition_of(after);
  const bool is_known = before && folded_words(disposition_of(before->call)) == folded_words(now);
  return is_known ? std::string() : now;
}

/// Calls are told of late and out of their order.
bool is_set_by_later(events::Field field, const CallBook& book, const CallFacts& call,
                     const SyncRules& rules) {
  return std::ranges::any_of(book.calls, [&](const KnownCall& other) {
    return !call.started_at.empty() && other.call.started_at > call.started_at
           && set_by(disposition_of(other.call), rules.conversation).find(field);
  });
}

} // namespace

std::optional<events::ContactChanged> set_by_disposition(const Contact& contact,
                                                         const std::string& disposition,
                                                         const ConnectorName& source,
                                                         const SyncRules& rules) {
  events::ContactChanged out;
  for (const auto& [field, value] : set_by(disposition, rules.conversation))
    if (contact.merged.get(field) != value.reveal())
      out.fields.set(field, value.reveal());
  if (out.fields.empty())
    return std::nullopt;
  out.source = source;
  out.set_by = events::SetByDisposition{disposition};
  return out;
}

std::optional<events::ContactChanged>
set_by_call(const Contact& contact, const ObserveCall& command, const SyncRules& rules) {
  const auto* before = known_call(contact.calls, command.call);
  const auto call = joined(before ? *before : KnownCall{}, command.call, command.part).call;
  auto out = set_by_disposition(contact, newly_disposed(before, call), call.source, rules);
  if (!out)
    return std::nullopt;
  const auto all = out->fields;
  for (const auto& [field, value] : all)
    if (is_set_by_later(field, contact.calls, call, rules))
      out->fields.erase(field);
  return out->fields.empty() ? std::nullopt : out;
}

void plan_set_fields(Plan& plan, const FieldSet& fields) {
  for (const auto& system : plan.rules.systems) {
    const bool keeps_one = std::ranges::any_of(
        fields, [&](const auto& entry) { return system.capabilities.writable.has(entry.first); });
    if (!keeps_one)
      continue;
    if (!system.receives)
      plan.skip(system, Reason::target_does_not_receive);
    else if (is_suppressed(plan.contact.consent))
      plan.add_outcome(system, events::Outcome::blocked, Reason::opted_out);
    else
      plan_values(plan, system);
  }
}

} // namespace tidemark::domain
