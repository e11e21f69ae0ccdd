#include "domain/consent/send_gate.hpp"
#include "domain/contacts/consent_words.hpp"
#include "events/format/reason.hpp"
#include "explanation/sentences.hpp"
#include "projections/delivery/delivery_states.hpp"
#include "projections/table/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::explanation {
namespace {

namespace consent_words = domain::consent_words;

/// The system that a delivery's stream belongs to: `delivery/<connector>/<contact>`.
std::string target_of(const events::Envelope& envelope) {
  const std::string_view stream = envelope.stream.value;
  constexpr std::string_view prefix = "delivery/";
  if (!stream.starts_with(prefix))
    return "";
  const auto rest = stream.substr(prefix.size());
  return std::string(rest.substr(0, rest.find('/')));
}

/// Names of lists, agents and sequences are no personal data.
std::string words_of(const events::Placement& placement) {
  std::string out;
  const auto add = [&](std::string_view what, const std::string& name) {
    if (!name.empty())
      out += (out.empty() ? "" : ", ") + std::string(what) + name;
  };
  for (const auto& list : placement.lists)
    add("list ", list);
  for (const auto& list : placement.keep)
    add("stays on ", list);
  add("sequence ", placement.sequence);
  add("agent ", placement.agent);
  add("user ", placement.user);
  return out;
}

/// What the vendor says is wrong.
std::string words_of(const events::Refusal& refused) {
  return refused.field.empty()
             ? fmt::format(" It says: \"{}\".", refused.words)
             : fmt::format(" It says of its field {}: \"{}\".", refused.field, refused.words);
}

std::string_view work_of(events::Action action) {
  switch (action) {
  case events::Action::opt_out:
  case events::Action::opt_in:
    return "consent";
  case events::Action::log_call:
  case events::Action::log_message:
  case events::Action::send_message:
  case events::Action::set_status:
    return "activity";
  default:
    return "placement";
  }
}

Entries on(const events::Envelope& at, const events::ActionIntended& e) {
  std::string action(events::name_of_enum(e.action));
  std::ranges::replace(action, '_', ' ');
  auto about = e.channels.empty() ? "" : names_of(e.channels);
  if (e.placement)
    about = words_of(*e.placement);
  auto entry = start(at, "decision",
                     fmt::format("{} shall {}{}.", e.target.value, action,
                                 about.empty() ? "" : " (" + about + ")"));
  entry.target = e.target.value;
  entry.work = work_of(e.action);
  entry.parts = entry.work == "consent" ? parts_of(e.channels)
                                        : std::vector{std::string(events::name_of_enum(e.action))};
  entry.outcome = "pending";
  entry.delivery = e.delivery.value;
  entry.remote_id = e.remote_id.value;
  return {entry};
}

/// By which rule of the table. That of a contact's own address is a value of a field.
std::string words_of_ruling(const events::SendDecided& e) {
  if (!e.ruling)
    return {};
  const auto& from = e.ruling->place_from;
  return from == "contact" ? fmt::format(" Table {}, by the contact's address.", e.ruling->table)
                           : fmt::format(" Table {}, rule {}, {}.", e.ruling->table, e.ruling->rule,
                                         from == "area_code" ? "by the number's area code"
                                                             : "as the place is not known");
}

/// What quiet hours said and how the time was known. A contact's own zone is a value of a field.
std::string words_of_quiet_hours(const events::SendDecided& e) {
  const auto verdict = domain::quiet_hours_verdict(e);
  if (verdict.empty())
    return {};
  std::string out = verdict == "exempt"           ? " Quiet hours do not hold for it: it answers"
                                                    " the person's own words."
                    : verdict == "not_configured" ? " No quiet hours hold for it."
                    : verdict == "allowed"        ? " Quiet hours allow it."
                    : verdict == "quiet"          ? " Quiet hours forbid it."
                    : verdict == "answer" ? " The person wrote within the hour before: the table of"
                                            " quiet hours does not hold for it."
                                          : "";
  out += words_of_ruling(e);
  if (e.local_time.empty())
    return out
           + (e.reason_code == Reason::local_time_unknown
                  ? ""
                  : " Nobody knows what time it is where the person is.");
  return out
         + fmt::format(" Where the person is it was {}, by {}.", e.local_time,
                       e.time_zone_from == "contact" ? "the contact's time zone"
                       : e.time_zone_from == "place"
                           ? "a time zone of that place"
                           : "a configured time zone (" + e.time_zone + ")");
}

/// Which rule of the pacing held it back, and when that one lets go.
std::string words_of_pacing(const events::SendDecided& e) {
  if (!e.pacing)
    return {};
  const auto& by = e.pacing->held_by;
  if (by.empty())
    return e.pacing->answers && e.allowed
               ? " It answers the person: number a week, cool-down and holidays do not hold for it."
               : "";
  if (by == "holidays")
    return e.local_time.empty()
               ? fmt::format(" Somewhere it is a configured holiday until {}.", e.pacing->until)
               : fmt::format(" That rule lets messages go on from {} there.", e.pacing->until);
  return by == "per_week"
             ? fmt::format(" {} had left in the seven days before; the rule lets messages go on "
                           "from {}.",
                           e.pacing->sent_in_week, e.pacing->until)
             : fmt::format(" The last one left at {}; the rule lets messages go on from {}.",
                           e.pacing->last_sent_at, e.pacing->until);
}

/// Who is switched off, and where that stands. An agent's name is no personal data.
std::string words_of_flag(const events::SendDecided& e) {
  return e.flag ? fmt::format(" The agent {} was switched off for {} at position {}.",
                              e.flag->agent, events::name_of_enum(e.channel), e.flag->set.value)
                : "";
}

Entries on(const events::Envelope& at, const events::SendDecided& e) {
  auto entry =
      start(at, "decision", e.allowed ? "The message may leave." : "The message may not leave.");
  entry.target = target_of(at);
  entry.delivery = e.delivery.value;
  entry.rule = e.rules;
  give_reason(entry, e.reason_code);
  entry.text += words_of_flag(e) + words_of_quiet_hours(e) + words_of_pacing(e);
  if (!e.allowance.empty())
    entry.text +=
        fmt::format(" The address is closed; it passes by the allowance {}.", e.allowance);
  return {entry};
}

Entries on(const events::Envelope& at, const events::DeliveryIntended& e) {
  auto entry = start(at, "decision",
                     e.forward != Position{}
                         ? fmt::format("The webhook at position {} shall go on to {}.",
                                       e.forward.value, e.target.value)
                         : fmt::format("{} shall {} its record: {}.", e.target.value,
                                       events::name_of_enum(e.operation), names_of(e.fields)));
  entry.target = e.target.value;
  entry.work = "values";
  entry.outcome = "pending";
  entry.delivery = e.delivery.value;
  entry.remote_id = e.remote_id.value;
  return {entry};
}

Entries on(const events::Envelope& at, const events::DeliveryDispatched& e) {
  auto entry = start(at, "dispatch", "");
  entry.target = target_of(at);
  entry.text =
      fmt::format("A request ({}) left for {}, attempt {}.", e.step_name, entry.target, e.attempt);
  entry.delivery = e.delivery.value;
  return {entry};
}

Entries on(const events::Envelope& at, const events::DeliveryLookedUp& e) {
  auto entry = start(at, "answer", "");
  entry.target = target_of(at);
  entry.text = fmt::format("{} answered {}.", entry.target, e.facts.answer.http_status);
  if (!e.gone.value.empty())
    give_reason(entry, e.facts.reason_code);
  entry.delivery = e.facts.delivery.value;
  entry.http_status = e.facts.answer.http_status;
  return {entry};
}

Entries on(const events::Envelope& at, const events::TimerDue& e) {
  auto entry = start(at, "timer", fmt::format("The time for {} has come.", e.timer));
  if (e.subject.starts_with('d'))
    entry.delivery = e.subject;
  return {entry};
}

std::string conclusion_text(const ChainEntry& entry, const projections::DeliveryFact& fact) {
  const auto answered =
      fact.http_status > 0 ? fmt::format("{} answered {}", entry.target, fact.http_status)
      : fact.transport == Reason::none
          ? fmt::format("{} was not asked", entry.target)
          : fmt::format("{} did not answer ({})", entry.target, name_of(fact.transport));
  if (fact.state == "accepted" && fact.forwarded)
    return answered + ": it received the webhook. What it made of it, it does not tell.";
  if (fact.state == "accepted" && fact.action
      && consent_words::of_yes(fact.reason_code) == consent_words::in_part)
    return fmt::format("{}: {}, what its calls can do is done.", answered, consent_words::in_part);
  if (fact.state == "accepted" && fact.action)
    return fmt::format("{}: it is done{}.", answered, fact.read_back ? ", and was read back" : "");
  if (fact.state == "accepted")
    return fmt::format("{}: the values are there.", answered);
  if (fact.state == "rejected")
    return fmt::format("{}: refused for good.", answered);
  if (fact.state == "dead")
    return fmt::format("{}; given up after {} attempts.", answered, fact.attempt);
  if (fact.state == "unknown")
    return fmt::format("{}: it may or may not have taken effect.", answered);
  if (fact.state == "retrying")
    return fmt::format("{}: tried again not before {}.", answered,
                       fact.not_before ? to_rfc3339(*fact.not_before) : "soon");
  if (fact.state == "superseded")
    return fmt::format("Replaced by the delivery {}.", fact.by);
  return "It was not sent.";
}

/// Answers and ends of deliveries; nothing for other events.
Entries conclusion(const events::Recorded& recorded) {
  const auto fact = projections::delivery_fact(recorded.event);
  if (!fact)
    return {};
  const bool asked = fact->state != "superseded" && fact->state != "suppressed";
  auto entry = start(recorded.envelope, asked ? "answer" : "decision", "");
  entry.target = target_of(recorded.envelope);
  if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&recorded.event))
    entry.target = accepted->target.value;
  else if (const auto* done = std::get_if<events::ActionAccepted>(&recorded.event))
    entry.target = done->target.value;
  entry.outcome = projections::outcome_of_state(fact->state, fact->reason_code);
  entry.delivery = fact->delivery;
  entry.remote_id = fact->remote_id;
  entry.http_status = fact->http_status;
  entry.text = conclusion_text(entry, *fact);
  if (fact->forwarded && fact->reason_code == Reason::accepted)
    entry.reason_code = fact->reason_code; // its sentence says more than a receipt proves
  else
    give_reason(entry, fact->reason_code);
  if (!fact->detail.empty())
    entry.text += fmt::format(" It is about \"{}\".", fact->detail);
  if (fact->refused)
    entry.text += words_of(*fact->refused);
  if (fact->state == "superseded")
    entry.next_step.clear();
  return {entry};
}

} // namespace

bool is_intent(const ChainEntry& entry) {
  return entry.type == events::DeliveryIntended::name || entry.type == events::ActionIntended::name;
}

Entries delivery_entries(const events::Recorded& recorded) {
  return std::visit(
      [&](const auto& event) -> Entries {
        if constexpr (requires { on(recorded.envelope, event); })
          return on(recorded.envelope, event);
        else
          return conclusion(recorded);
      },
      recorded.event);
}

} // namespace tidemark::explanation
