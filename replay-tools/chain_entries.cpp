#include "base/overloaded.hpp"
#include "base/phone.hpp"
#include "base/reasons.hpp"
#include "base/secret.hpp"
#include "domain/send_gate.hpp"
#include "projections/delivery_states.hpp"
#include "projections/views.hpp"
#include "replay-tools/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

// What each event says in plain words. Texts are built from names of systems and fields, ids and
// positions; values of fields never enter them.
namespace tidemark::tools {
namespace {

using Entries = std::vector<ChainEntry>;

std::string names_of(const events::FieldSet& fields) {
  std::string out;
  for (const auto& [field, value] : fields) {
    if (!out.empty())
      out += ", ";
    out += events::name_of(field);
  }
  return out.empty() ? "no fields" : out;
}

/// `1 record`, `2 records`.
std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// `text` followed by the sentence of the reason; its next step is taken over.
void give_reason(ChainEntry& entry, std::string_view code) {
  entry.reason_code = code;
  const auto reason = explain_reason(code);
  if (!reason.text.empty())
    entry.text += entry.text.empty() ? reason.text : " " + reason.text;
  entry.next_step = reason.next_step;
}

ChainEntry start(const events::Envelope& envelope, std::string_view kind, std::string text) {
  ChainEntry entry;
  entry.position = envelope.position;
  entry.at = envelope.recorded_at;
  entry.kind = kind;
  entry.type = envelope.type;
  entry.text = std::move(text);
  entry.cause = envelope.cause;
  return entry;
}

/// What a person asked for; the reason they gave is theirs.
Entries asked(const events::Envelope& at, const std::string& reason, std::string text) {
  auto entry = start(at, "input", std::move(text));
  entry.said = reason;
  return {entry};
}

/// What a decision means for each system; `work` and `parts` as in ChainEntry.
void add_targets(Entries& entries, const events::Envelope& at,
                 const std::vector<events::TargetOutcome>& targets, std::string_view work,
                 const std::vector<std::string>& parts = {}) {
  for (const auto& target : targets) {
    auto entry = start(at, "decision", fmt::format("For {}:", target.target.value));
    entry.target = target.target.value;
    entry.outcome = events::name_of_enum(target.outcome);
    entry.delivery = target.delivery.value;
    entry.work = work;
    entry.parts = parts;
    if (target.reason_code.empty())
      entry.text = target.outcome == events::Outcome::pending
                       ? fmt::format("{} is to be brought up to date.", entry.target)
                       : fmt::format("{}: nothing to do.", entry.target);
    give_reason(entry, target.reason_code);
    entries.push_back(std::move(entry));
  }
}

/// The system that a delivery's stream belongs to: `delivery/<connector>/<contact>`.
std::string target_of(const events::Envelope& envelope) {
  const std::string_view stream = envelope.stream.value;
  constexpr std::string_view prefix = "delivery/";
  if (!stream.starts_with(prefix))
    return "";
  const auto rest = stream.substr(prefix.size());
  return std::string(rest.substr(0, rest.find('/')));
}

Entries on(const events::Envelope& at, const events::WebhookReceived& e) {
  auto entry = start(at, "input",
                     fmt::format("A webhook from {} was received and stored ({} bytes, {}).",
                                 e.connector.value, e.body_bytes, events::name_of_enum(e.verdict)));
  if (e.verdict == events::Verdict::stale)
    give_reason(entry, "stale");
  return {entry};
}

Entries on(const events::Envelope& at, const events::BackfillPageReceived& e) {
  return {start(at, "input",
                fmt::format("Page {} of a {} of {} was received and stored: {}.", e.page,
                            events::name_of_enum(e.kind), e.connector.value,
                            counted(e.contacts, "contact")))};
}

Entries on(const events::Envelope& at, const events::DriftFound& e) {
  return {
      start(at, "decision",
            e.drift == events::Drift::recovered
                ? fmt::format("{} had changed {} s before without a webhook.", e.connector.value,
                              e.delay_seconds)
                : fmt::format("{} lacked what is known.", counted(e.targets.size(), "system")))};
}

Entries on(const events::Envelope& at, const events::WebhookInterpreted& e) {
  auto first =
      start(at, "decision",
            fmt::format("It was read as {}: {} in it, {} left out.",
                        e.kind.empty() ? "an event without a name" : e.kind,
                        counted(e.commands.size(), "command"), counted(e.skipped.size(), "part")));
  for (const auto& command : e.commands) {
    std::string matched;
    for (const auto& kind : command.matched)
      matched += (matched.empty() ? "" : ", ") + kind;
    first.text += command.new_contact
                      ? fmt::format(" It belongs to the new contact {}.", command.contact.value)
                  : command.input != Position{}
                      ? fmt::format(" What waited in {} is released: it belongs to contact {}.",
                                    command.input.value, command.contact.value)
                  : command.kind == "apply_consent"
                      ? fmt::format(" Contact {} hears of the consent.", command.contact.value)
                      : fmt::format(" It belongs to contact {} (matched by {}).",
                                    command.contact.value, matched.empty() ? "nothing" : matched);
  }
  Entries entries{std::move(first)};
  for (const auto& part : e.skipped) {
    if (part.outcome == events::Outcome::parked)
      continue; // its own event says so
    auto entry = start(at, "decision", part.text);
    entry.outcome = events::name_of_enum(part.outcome);
    entry.reason_code = part.reason_code;
    entry.next_step = explain_reason(part.reason_code).next_step;
    entries.push_back(std::move(entry));
  }
  return entries;
}

Entries on(const events::Envelope& at, const events::WebhookReprocessRequested& e) {
  return {start(
      at, "input",
      fmt::format("An operator asked that the webhook at {} be handled again.", e.webhook.value))};
}

Entries on(const events::Envelope& at, const events::IdentityCardWritten& e) {
  return {start(at, "decision",
                fmt::format("The contact {} is now known by {}, {} and {}.", e.contact.value,
                            counted(e.records.size(), "record"),
                            counted(e.phones.size(), "phone number"),
                            counted(e.emails.size(), "e-mail")))};
}

Entries on(const events::Envelope& at, const events::IdentityReviewRequested& e) {
  auto entry = start(at, "decision",
                     fmt::format("A person should look at the contacts {} and {}.", e.contact.value,
                                 e.other.value));
  give_reason(entry, e.reason_code);
  return {entry};
}

Entries on(const events::Envelope& at, const events::ContactObserved& e) {
  auto first = start(
      at, "decision",
      e.removed ? fmt::format("{} says that its record of the contact is gone.", e.connector.value)
                : fmt::format("{} says how its record looks ({}).", e.connector.value,
                              names_of(e.fields)));
  first.outcome = events::name_of_enum(e.outcome);
  first.delivery = e.echo_of.value;
  first.remote_id = e.remote_id.value;
  give_reason(first, e.reason_code);
  for (const auto& [field, why] : e.set_aside)
    first.text += fmt::format(" Its {} was not taken: {}", field, explain_reason(why).text);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "values");
  return entries;
}

Entries on(const events::Envelope& at, const events::CallObserved& e) {
  auto first = start(at, "decision",
                     fmt::format("{} tells of a call with the contact ({}).", e.call.source.value,
                                 e.part.empty() ? "whole" : e.part));
  first.outcome = events::name_of_enum(e.outcome);
  give_reason(first, e.reason_code);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "activity", {"log_call"});
  return entries;
}

Entries on(const events::Envelope& at, const events::MessageObserved& e) {
  auto first = start(at, "decision",
                     fmt::format("{} tells of a message {} the contact ({}).",
                                 e.message.source.value, e.message.inbound ? "from" : "to",
                                 events::name_of_enum(e.message.channel)));
  first.outcome = events::name_of_enum(e.outcome);
  first.delivery = e.echo_of.value;
  give_reason(first, e.reason_code);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "activity", {"log_message"});
  return entries;
}

std::vector<std::string> parts_of(const std::vector<events::Channel>& channels) {
  std::vector<std::string> out;
  for (const auto channel : channels)
    out.emplace_back(events::name_of_enum(channel));
  return out;
}

std::string names_of(const std::vector<events::Channel>& channels) {
  std::string out;
  for (const auto channel : channels) {
    if (!out.empty())
      out += ", ";
    out += events::name_of_enum(channel);
  }
  return out;
}

std::string_view words_of(events::ConsentChange change) {
  switch (change) {
  case events::ConsentChange::revoked:
    return "opted out";
  case events::ConsentChange::granted:
    return "opted in";
  case events::ConsentChange::ignored:
    return "said something without effect";
  case events::ConsentChange::review:
    return "may have opted out";
  case events::ConsentChange::cleared:
    return "did not opt out";
  }
  return "said something";
}

Entries on(const events::Envelope& at, const events::ConsentRequested& e) {
  return asked(at, e.reason,
               fmt::format("{} stated through the API that the person {} ({}).", e.by,
                           words_of(e.change), e.channels.empty() ? "all" : names_of(e.channels)));
}

Entries on(const events::Envelope& at, const events::ConsentChanged& e) {
  auto entry = start(at, "decision",
                     fmt::format("The person {}: {}, by {}.", words_of(e.change),
                                 names_of(e.channels), e.source.value));
  entry.rule = e.rule;
  give_reason(entry, e.reason_code);
  return {entry};
}

Entries on(const events::Envelope& at, const events::ConsentApplied& e) {
  Entries entries{
      start(at, "decision",
            fmt::format("The contact {} {}.", words_of(e.change), "for " + names_of(e.channels)))};
  add_targets(entries, at, e.targets, "consent", parts_of(e.channels));
  return entries;
}

/// An id that is an address is not shown.
std::string without_address(const std::string& waiting_for) {
  const auto id = waiting_for.rfind(' ');
  const auto last = waiting_for.substr(id == std::string::npos ? 0 : id + 1);
  const bool address = is_e164(last) || last.find('@') != std::string::npos;
  return address ? waiting_for.substr(0, id + 1) + masked_text(last) : waiting_for;
}

Entries on(const events::Envelope& at, const events::CommandParked& e) {
  auto entry = start(at, "decision", "It is not known yet whose it is.");
  entry.outcome = "parked";
  entry.waiting_for = without_address(e.waiting_for);
  entry.reason_code = "waiting_for_contact";
  entry.next_step = explain_reason(entry.reason_code).next_step;
  return {entry};
}

Entries on(const events::Envelope& at, const events::CommandTimedOut& e) {
  auto entry = start(at, "decision", "It has waited too long for its contact: a dead letter.");
  entry.outcome = "dead";
  entry.waiting_for = without_address(e.waiting_for);
  give_reason(entry, "waited_too_long");
  return {entry};
}

Entries on(const events::Envelope& at, const events::ContactsMergeRequested& e) {
  return asked(at, e.reason,
               fmt::format("{} asked that the contact {} become part of {}.", e.by, e.other.value,
                           e.contact.value));
}

Entries on(const events::Envelope& at, const events::ContactsUnmergeRequested& e) {
  return asked(at, e.reason,
               fmt::format("{} asked that the contact {}, part of {}, be one of its own again.",
                           e.by, e.other.value, e.contact.value));
}

Entries on(const events::Envelope& at, const events::ParkedReleaseRequested& e) {
  return asked(at, e.reason,
               fmt::format("{} said that what waits in {} is the contact {}'s.", e.by,
                           e.input.value, e.contact.value));
}

Entries on(const events::Envelope& at, const events::ContactsMerged& e) {
  return {start(at, "decision",
                fmt::format("The contact {} became part of {}, said {}.", e.other.value,
                            e.contact.value, e.by))};
}

Entries on(const events::Envelope& at, const events::ContactsUnmerged& e) {
  return {
      start(at, "decision",
            fmt::format("The contact {} is one of its own again, said {}.", e.other.value, e.by))};
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

Entries on(const events::Envelope& at, const events::AppointmentObserved& e) {
  const auto& facts = e.appointment;
  auto first =
      start(at, "decision",
            fmt::format(
                "{} tells of the appointment {} with the contact: {}{}. It is written nowhere "
                "else.",
                facts.source.value, facts.appointment_id, facts.deleted ? "deleted" : facts.status,
                facts.starts_at.empty() ? "" : ", begins " + facts.starts_at));
  for (const auto& link : e.broadcasts)
    first.text += fmt::format(" The broadcast {} of {} had reached the contact.", link.broadcast,
                              link.connector.value);
  first.outcome = events::name_of_enum(e.outcome);
  give_reason(first, e.reason_code);
  return {first};
}

Entries on(const events::Envelope& at, const events::BroadcastObserved& e) {
  return {start(
      at, "decision",
      fmt::format("{} tells of its broadcast {}: {}.", e.connector.value, e.broadcast, e.event))};
}

Entries on(const events::Envelope& at, const events::ListsRebuildRequested& e) {
  return {start(at, "input",
                fmt::format("{} asked that the lists of {} be put right at {}.", e.by,
                            counted(e.contacts.size(), "contact"), e.connector.value))};
}

Entries on(const events::Envelope& at, const events::ListsRebuilt& e) {
  auto first = start(at, "decision",
                     fmt::format("The contact's lists at {} are looked at.", e.connector.value));
  first.outcome = events::name_of_enum(e.outcome);
  give_reason(first, e.reason_code);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "placement");
  return entries;
}

Entries on(const events::Envelope& at, const events::MappingRepairRequested& e) {
  std::string where;
  for (const auto& connector : e.connectors)
    where += (where.empty() ? "" : ", ") + connector.value;
  return asked(at, e.reason,
               fmt::format("{} asked that the contact's mappings be repaired; {}.", e.by,
                           where.empty() ? "none was missing" : "not mapped then: " + where));
}

Entries on(const events::Envelope& at, const events::MappingRepairDecided& e) {
  auto first = start(at, "decision", "The contact's mappings are looked at.");
  first.outcome = events::name_of_enum(e.outcome);
  give_reason(first, e.reason_code);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "values");
  return entries;
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
  std::replace(action.begin(), action.end(), '_', ' ');
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

/// What quiet hours said and how the time was known. A contact's own zone is a value of a field.
std::string words_of_quiet_hours(const events::SendDecided& e) {
  const auto verdict = domain::quiet_hours_verdict(e);
  if (verdict.empty())
    return {};
  std::string out = verdict == "exempt"           ? " Quiet hours do not hold for it: it answers"
                                                    " the person's own words."
                    : verdict == "not_configured" ? " Quiet hours are not configured."
                    : verdict == "allowed"        ? " Quiet hours allow it."
                    : verdict == "quiet"          ? " Quiet hours forbid it."
                                                  : "";
  if (e.local_time.empty())
    return out
           + (e.reason_code == "local_time_unknown"
                  ? ""
                  : " Nobody knows what time it is where the person is.");
  return out
         + fmt::format(" Where the person is it was {}, by {}.", e.local_time,
                       e.time_zone_from == "contact"
                           ? "the contact's time zone"
                           : "a configured time zone (" + e.time_zone + ")");
}

Entries on(const events::Envelope& at, const events::SendDecided& e) {
  auto entry =
      start(at, "decision", e.allowed ? "The message may leave." : "The message may not leave.");
  entry.target = target_of(at);
  entry.delivery = e.delivery.value;
  entry.rule = e.rules;
  give_reason(entry, e.reason_code);
  entry.text += words_of_quiet_hours(e);
  if (!e.allowance.empty())
    entry.text +=
        fmt::format(" The address is closed; it passes by the allowance {}.", e.allowance);
  return {entry};
}

Entries on(const events::Envelope& at, const events::ContactChanged& e) {
  return {start(
      at, "decision",
      fmt::format("The merged contact takes {} from {}.", names_of(e.fields), e.source.value))};
}

Entries on(const events::Envelope& at, const events::ContactConflictDecided& e) {
  auto entry = start(at, "decision",
                     fmt::format("Systems disagree about {}; the value of {} stands.",
                                 events::name_of(e.field), e.winner.value));
  entry.rule = e.rule;
  return {entry};
}

Entries on(const events::Envelope& at, const events::DeliveryIntended& e) {
  auto entry = start(at, "decision",
                     fmt::format("{} shall {} its record: {}.", e.target.value,
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
  entry.text = e.gone.value.empty()
                   ? fmt::format("{} answered the look-up with {}.", entry.target,
                                 e.facts.answer.http_status)
                   : fmt::format("{} answered {}.", entry.target, e.facts.answer.http_status);
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
  const auto answered = fact.http_status > 0
                            ? fmt::format("{} answered {}", entry.target, fact.http_status)
                        : fact.transport.empty()
                            ? fmt::format("{} was not asked", entry.target)
                            : fmt::format("{} did not answer ({})", entry.target, fact.transport);
  if (fact.state == "accepted" && fact.action
      && !explain_reason(fact.reason_code).next_step.empty())
    return fmt::format("{}: what its calls can do is done.", answered);
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
  entry.outcome = projections::outcome_of_state(fact->state);
  entry.delivery = fact->delivery;
  entry.remote_id = fact->remote_id;
  entry.http_status = fact->http_status;
  entry.text = conclusion_text(entry, *fact);
  give_reason(entry, fact->reason_code);
  if (!fact->detail.empty())
    entry.text += fmt::format(" It is about \"{}\".", fact->detail);
  if (fact->state == "superseded")
    entry.next_step.clear();
  return {entry};
}

} // namespace

bool is_intent(const ChainEntry& entry) {
  return entry.type == events::DeliveryIntended::name || entry.type == events::ActionIntended::name;
}

std::vector<ChainEntry> entries_of(const events::Recorded& recorded) {
  return std::visit(
      [&](const auto& event) -> Entries {
        if constexpr (requires { on(recorded.envelope, event); })
          return on(recorded.envelope, event);
        else
          return conclusion(recorded);
      },
      recorded.event);
}

} // namespace tidemark::tools
