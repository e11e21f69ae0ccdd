#include "base/overloaded.hpp"
#include "base/secret.hpp"
#include "base/text/joined.hpp"
#include "base/text/phone.hpp"
#include "base/text/trace_context.hpp"
#include "events/format/next_step.hpp"
#include "explanation/sentences.hpp"
#include "projections/table/scan.hpp"

#include <fmt/format.h>

// What each event says in plain words. Texts are built from names of systems and fields, ids and
// positions; values of fields never enter them.
namespace tidemark::explanation {
namespace {

template <class... Parts>
Entries decided(const events::Envelope& at, fmt::format_string<Parts...> text, Parts&&... parts) {
  return {start(at, "decision", fmt::format(text, std::forward<Parts>(parts)...))};
}

template <class... Parts>
Entries came_in(const events::Envelope& at, fmt::format_string<Parts...> text, Parts&&... parts) {
  return {start(at, "input", fmt::format(text, std::forward<Parts>(parts)...))};
}

/// What a person asked for; the reason they gave is theirs.
template <class... Parts>
Entries asked(const events::Envelope& at, const std::string& reason,
              fmt::format_string<Parts...> text, Parts&&... parts) {
  auto entries = came_in(at, text, std::forward<Parts>(parts)...);
  entries.front().said = reason;
  return entries;
}

/// A decision and what it means for each system.
template <class Event>
Entries with_targets(ChainEntry first, const events::Envelope& at, const Event& e,
                     std::string_view work, const std::vector<std::string>& parts = {}) {
  first.outcome = events::name_of_enum(e.outcome);
  give_reason(first, e.reason_code);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, work, parts);
  return entries;
}

Entries on(const events::Envelope& at, const events::WebhookReceived& e) {
  auto entry = start(at, "input",
                     fmt::format("A webhook from {} was received and stored ({} bytes, {}).",
                                 e.connector.value, e.body_bytes, events::name_of_enum(e.verdict)));
  if (e.trace)
    entry.text += fmt::format(" It is part of the trace {}.", trace_id_of(e.trace->traceparent));
  if (e.verdict == events::VerificationVerdict::stale)
    give_reason(entry, Reason::stale);
  return {entry};
}

Entries on(const events::Envelope& at, const events::BackfillPageReceived& e) {
  return came_in(at, "Page {} of a {} of {} was received and stored: {}.", e.page,
                 events::name_of_enum(e.kind), e.connector.value, counted(e.contacts, "contact"));
}

Entries on(const events::Envelope& at, const events::DriftFound& e) {
  return e.drift == events::Drift::recovered
             ? decided(at, "{} had changed {} s before without a webhook.", e.connector.value,
                       e.delay_seconds)
             : decided(at, "{} lacked what is known.", counted(e.targets.size(), "system"));
}

Entries on(const events::Envelope& at, const events::WebhookInterpreted& e) {
  auto first =
      start(at, "decision",
            fmt::format("It was read as {}: {} in it, {} left out.",
                        e.kind.empty() ? "an event without a name" : e.kind,
                        counted(e.commands.size(), "command"), counted(e.skipped.size(), "part")));
  for (const auto& command : e.commands) {
    auto matched = joined(command.matched, ", ", [](auto by) { return events::name_of_enum(by); });
    if (!matched.empty())
      matched = " (matched by " + matched + ")";
    first.text += command.new_contact
                      ? fmt::format(" It belongs to the new contact {}.", command.contact.value)
                  : command.input != Position{}
                      ? fmt::format(" What waited in {} is released: it belongs to contact {}.",
                                    command.input.value, command.contact.value)
                  : command.kind == events::CommandKind::apply_consent
                      ? fmt::format(" Contact {} hears of the consent.", command.contact.value)
                      : fmt::format(" It belongs to contact {}{}.", command.contact.value, matched);
  }
  Entries entries{std::move(first)};
  for (const auto& part : e.skipped) {
    if (part.outcome == events::Outcome::parked)
      continue; // its own event says so
    auto entry = start(at, "decision", part.text);
    entry.outcome = events::name_of_enum(part.outcome);
    entry.reason_code = part.reason_code;
    entry.next_step = next_step_for(part.reason_code, {.position = e.webhook});
    entries.push_back(std::move(entry));
  }
  return entries;
}

Entries on(const events::Envelope& at, const events::WebhookRepeated& e) {
  auto entry =
      start(at, "repeat",
            fmt::format("It came again {}, the last time at {}; nothing else was stored of that.",
                        counted(e.times, "time"), to_rfc3339(e.last_at)));
  entry.outcome = "duplicate_of";
  entry.of = e.webhook;
  return {entry};
}

Entries on(const events::Envelope& at, const events::WebhookReprocessRequested& e) {
  return came_in(at, "{} asked that the webhook of {} at position {} be read again: {}", e.by,
                 e.connector.value, e.webhook.value, e.reason);
}

Entries on(const events::Envelope& at, const events::WebhookMarked& e) {
  if (e.mark == events::WebhookMark::done)
    return asked(at, e.reason, "{} said that the webhook of {} at position {} is done.", e.by,
                 e.connector.value, e.webhook.value);
  return asked(at, e.reason, "{} held the webhook of {} at position {} for somebody to look at.",
               e.by, e.connector.value, e.webhook.value);
}

Entries on(const events::Envelope& at, const events::IdentityCardWritten& e) {
  return decided(at, "The contact {} is now known by {}, {} and {}.", e.contact.value,
                 counted(e.records.size(), "record"), counted(e.phones.size(), "phone number"),
                 counted(e.emails.size(), "e-mail"));
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
    first.text +=
        fmt::format(" Its {} was not taken: {}", events::name_of(field), explain_reason(why).text);
  Entries entries{std::move(first)};
  add_targets(entries, at, e.targets, "values");
  return entries;
}

Entries on(const events::Envelope& at, const events::CallObserved& e) {
  return with_targets(start(at, "decision",
                            fmt::format("{} tells of a call with the contact ({}).",
                                        e.call.source.value, e.part.empty() ? "whole" : e.part)),
                      at, e, "activity", {"log_call"});
}

Entries on(const events::Envelope& at, const events::MessageObserved& e) {
  auto first = start(at, "decision",
                     fmt::format("{} tells of a message {} the contact ({}).",
                                 e.message.source.value, e.message.inbound ? "from" : "to",
                                 events::name_of_enum(e.message.channel)));
  first.delivery = e.echo_of.value;
  return with_targets(std::move(first), at, e, "activity", {"log_message"});
}

Entries on(const events::Envelope& at, const events::ContactMentioned& e) {
  return with_targets(
      start(at, "decision", fmt::format("A body of {} is about the contact.", e.connector.value)),
      at, e, "values");
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
  case events::ConsentChange::asked:
    return "was asked for an opt-in";
  }
  return "said something";
}

Entries on(const events::Envelope& at, const events::ConsentRequested& e) {
  return asked(at, e.reason, "{} stated through the API that the person {} ({}).", e.by,
               words_of(e.change), e.channels.empty() ? "all" : names_of(e.channels));
}

Entries on(const events::Envelope& at, const events::OptOutImported& e) {
  return asked(at, e.reason,
               "{} imported an opt-out ({}): line {} of the file whose SHA-256 is {}.", e.by,
               names_of(e.channels), e.line, e.file_hash);
}

Entries on(const events::Envelope& at, const events::ContactImported& e) {
  return asked(at, e.reason, "{} imported a contact: line {} of the file whose SHA-256 is {}.",
               e.by, e.line, e.file_hash);
}

Entries on(const events::Envelope& at, const events::MessageImported& e) {
  return asked(at, e.reason,
               "{} imported a message {} the person, said at {}: line {} of the file whose SHA-256 "
               "is {}.",
               e.by, e.message.inbound ? "from" : "to", e.message.stated_at, e.line, e.file_hash);
}

Entries on(const events::Envelope& at, const events::ConsentChanged& e) {
  const bool refused =
      e.evidence == events::Evidence::vendor_refusal && e.change == events::ConsentChange::revoked;
  auto entry =
      start(at, "decision",
            refused ? fmt::format("{} refuses to reach the person, which counts as an opt-out: {}.",
                                  e.source.value, names_of(e.channels))
                    : fmt::format("The person {}: {}, by {}.", words_of(e.change),
                                  names_of(e.channels), e.source.value));
  entry.rule = e.rule;
  give_reason(entry, e.reason_code, e.input); // a review is named after it
  return {entry};
}

Entries on(const events::Envelope& at, const events::ConsentApplied& e) {
  auto entries = decided(at, "The contact {} for {}.", words_of(e.change), names_of(e.channels));
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
  entry.reason_code = Reason::waiting_for_contact;
  entry.next_step = next_step_for(entry.reason_code, {.position = e.input});
  return {entry};
}

Entries on(const events::Envelope& at, const events::CommandTimedOut& e) {
  auto entry = start(at, "decision", "It has waited too long for its contact: a dead letter.");
  entry.outcome = "dead";
  entry.waiting_for = without_address(e.waiting_for);
  give_reason(entry, Reason::waited_too_long, e.input);
  return {entry};
}

Entries on(const events::Envelope& at, const events::ContactsMergeRequested& e) {
  return asked(at, e.reason, "{} asked that the contact {} become part of {}.", e.by, e.other.value,
               e.contact.value);
}

Entries on(const events::Envelope& at, const events::ContactsUnmergeRequested& e) {
  return asked(at, e.reason, "{} asked that the contact {}, part of {}, be one of its own again.",
               e.by, e.other.value, e.contact.value);
}

Entries on(const events::Envelope& at, const events::ParkedReleaseRequested& e) {
  return asked(at, e.reason, "{} said that what waits in {} is the contact {}'s.", e.by,
               e.input.value, e.contact.value);
}

Entries on(const events::Envelope& at, const events::ContactsMerged& e) {
  return decided(at, "The contact {} became part of {}, said {}.", e.other.value, e.contact.value,
                 e.by);
}

Entries on(const events::Envelope& at, const events::ContactsUnmerged& e) {
  return decided(at, "The contact {} is one of its own again, said {}.", e.other.value, e.by);
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

Entries on(const events::Envelope& at, const events::OpportunityObserved& e) {
  const auto& facts = e.opportunity;
  const auto& stage = facts.stage_name.empty() ? facts.stage : facts.stage_name;
  return with_targets(start(at, "decision",
                            fmt::format("{} tells of the opportunity {} with the contact: {}{}.",
                                        facts.source.value, facts.opportunity_id,
                                        facts.deleted ? "deleted" : facts.status,
                                        stage.empty() ? "" : ", stage " + stage)),
                      at, e, "placement");
}

Entries on(const events::Envelope& at, const events::BroadcastObserved& e) {
  return decided(at, "{} tells of its broadcast {}: {}.", e.connector.value, e.broadcast, e.event);
}

Entries on(const events::Envelope& at, const events::ListsRebuildRequested& e) {
  return came_in(at, "{} asked that the lists of {} be put right at {}.", e.by,
                 counted(e.contacts.size(), "contact"), e.connector.value);
}

Entries on(const events::Envelope& at, const events::ListsRebuilt& e) {
  return with_targets(
      start(at, "decision",
            fmt::format("The contact's lists at {} are looked at.", e.connector.value)),
      at, e, "placement");
}

Entries on(const events::Envelope& at, const events::MappingRepairRequested& e) {
  const auto where = joined(e.connectors, ", ", &ConnectorName::value);
  return asked(at, e.reason, "{} asked that the contact's mappings be repaired; {}.", e.by,
               where.empty() ? "none was missing" : "not mapped then: " + where);
}

Entries on(const events::Envelope& at, const events::MappingRepairDecided& e) {
  return with_targets(start(at, "decision", "The contact's mappings are looked at."), at, e,
                      "values");
}

Entries on(const events::Envelope& at, const events::DeliveryRetryRequested& e) {
  return asked(at, e.reason, "{} asked that delivery {} to {} be tried again{}.", e.by,
               e.delivery.value, e.target.value,
               e.may_repeat ? ", although it may have taken effect" : "");
}

Entries on(const events::Envelope& at, const events::DeliveryRetryDecided& e) {
  return with_targets(
      start(at, "decision",
            fmt::format("Whether delivery {} is tried again is looked at.", e.delivery.value)),
      at, e, "values");
}

Entries on(const events::Envelope& at, const events::DeliveryWrittenOff& e) {
  return asked(at, e.reason, "{} wrote delivery {} to {} off.", e.by, e.delivery.value,
               e.target.value);
}

Entries on(const events::Envelope& at, const events::DeliveryPurged& e) {
  return asked(at, e.reason, "{} ended delivery {} to {} before it was sent.", e.by,
               e.delivery.value, e.target.value);
}

Entries on(const events::Envelope& at, const events::ContactChanged& e) {
  if (e.set_by)
    return decided(at, "The disposition '{}' at {} sets {}, as the configuration says.",
                   e.set_by->disposition, e.source.value, names_of(e.fields));
  return decided(at, "The merged contact takes {} from {}.", names_of(e.fields), e.source.value);
}

Entries on(const events::Envelope& at, const events::ContactConflictDecided& e) {
  auto entry = start(at, "decision",
                     fmt::format("Systems disagree about {}; the value of {} stands.",
                                 events::name_of(e.field), e.winner.value));
  entry.rule = e.rule;
  return {entry};
}

} // namespace

std::vector<ChainEntry> entries_of(const events::Recorded& recorded) {
  return std::visit(
      [&](const auto& event) -> Entries {
        if constexpr (requires { on(recorded.envelope, event); })
          return on(recorded.envelope, event);
        else
          return delivery_entries(recorded);
      },
      recorded.event);
}

} // namespace tidemark::explanation
