#include "projections/intake/webhook_outcomes.hpp"

#include "base/overloaded.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "projections/delivery/delivery_states.hpp"
#include "projections/table/keys.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

void add_command(RowJson& json, const events::AssignedCommand& command) {
  json.number("index", command.index)
      .text("kind", name_of_enum(command.kind))
      .number("input", command.input.value)
      .text("contact", command.contact.value)
      .boolean("new_contact", command.new_contact)
      .texts("matched", command.matched, [](auto by) { return name_of_enum(by); })
      .text("names", name_of_enum(command.names));
}

void add_part(RowJson& json, const events::SkippedPart& part) {
  json.text("outcome", events::name_of_enum(part.outcome))
      .text("reason_code", part.reason_code)
      .text("text", part.text);
}

void add_target(RowJson& json, const events::TargetOutcome& target) {
  json.text("target", target.target.value)
      .text("outcome", events::name_of_enum(target.outcome))
      .text("reason_code", target.reason_code)
      .text("delivery", target.delivery.value);
}

/// Why the webhook is held: an opt-out of nobody before all else. Null when it is not.
const events::SkippedPart* held_part(const events::WebhookInterpreted& e) {
  const events::SkippedPart* held = nullptr;
  for (const auto& part : e.skipped)
    if (part.outcome == events::Outcome::quarantined
        && (!held || part.reason_code == Reason::opt_out_unreadable))
      held = &part;
  return held;
}

void on(const events::Envelope& envelope, const events::WebhookInterpreted& e, RowBatch& rows) {
  const auto webhook = position_part(e.webhook);
  rows.put(envelope.tenant, {"webhook", webhook, "interpreted"}, [&](RowJson& json) {
    json.origin(envelope)
        .text("connector", e.connector.value)
        .text("kind", e.kind)
        .objects("commands", e.commands, add_command)
        .objects("skipped", e.skipped, add_part);
  });
  for (const auto& command : e.commands)
    if (command.input != Position{} && command.input != e.webhook)
      rows.put(envelope.tenant,
               {"webhook", position_part(command.input), "released", index_part(command.place)},
               [&](RowJson& json) {
                 json.origin(envelope)
                     .number("parked", command.place)
                     .number("by", e.webhook.value)
                     .number("index", command.index)
                     .text("contact", command.contact.value);
               });
  const auto held = held_part(e);
  if (!held)
    return;
  rows.put(envelope.tenant, {"quarantine", webhook}, [&](RowJson& json) {
    json.number("position", e.webhook.value)
        .text("connector", e.connector.value)
        .text("reason_code", held->reason_code)
        .text("text", held->text);
  });
  if (held->reason_code == Reason::opt_out_unreadable)
    rows.put(envelope.tenant, {"opt_out_unreadable", webhook}, [&](RowJson& json) {
      json.origin(envelope).number("webhook", e.webhook.value).text("connector", e.connector.value);
    });
}

/// A contact's decision on one command.
struct Decided {
  std::string_view connector{};
  events::Outcome outcome = events::Outcome::applied;
  Reason reason_code = Reason::none;
  std::string_view echo_of{};
  const std::vector<events::TargetOutcome>& targets;
};

std::optional<Decided> decided_in(const events::Event& event) {
  using Found = std::optional<Decided>;
  return std::visit(
      overloaded{
          [](const events::ContactObserved& e) -> Found {
            return Decided{e.connector.value, e.outcome, e.reason_code, e.echo_of.value, e.targets};
          },
          [](const events::CallObserved& e) -> Found {
            return Decided{.connector = e.call.source.value,
                           .outcome = e.outcome,
                           .reason_code = e.reason_code,
                           .targets = e.targets};
          },
          [](const events::MessageObserved& e) -> Found {
            return Decided{e.message.source.value, e.outcome, e.reason_code, e.echo_of.value,
                           e.targets};
          },
          [](const events::ConsentApplied& e) -> Found {
            return Decided{.connector = e.source.value, .targets = e.targets};
          },
          [](const events::RecordsAdopted& e) -> Found { return Decided{.targets = e.targets}; },
          [](const events::MappingRepairDecided& e) -> Found {
            return Decided{
                .outcome = e.outcome, .reason_code = e.reason_code, .targets = e.targets};
          },
          [](const events::ContactMentioned& e) -> Found {
            return Decided{.connector = e.connector.value,
                           .outcome = e.outcome,
                           .reason_code = e.reason_code,
                           .targets = e.targets};
          },
          [](const events::OpportunityObserved& e) -> Found {
            return Decided{.connector = e.opportunity.source.value,
                           .outcome = e.outcome,
                           .reason_code = e.reason_code,
                           .targets = e.targets};
          },
          [](const events::DeliveryRetryDecided& e) -> Found {
            return Decided{
                .outcome = e.outcome, .reason_code = e.reason_code, .targets = e.targets};
          },
          [](const auto&) -> Found { return std::nullopt; }},
      event);
}

void command_row(const events::Envelope& envelope, const Decided& decided, RowBatch& rows) {
  rows.put(
      envelope.tenant,
      // The cause, not the root: commands that an answer released count from 0 again.
      {"webhook", position_part(envelope.cause), "command", index_part(envelope.command_index)},
      [&](RowJson& json) {
        json.origin(envelope)
            .number("index", envelope.command_index)
            .text("contact", contact_of(envelope))
            .text("connector", decided.connector)
            .text("outcome", events::name_of_enum(decided.outcome))
            .text("reason_code", decided.reason_code)
            .text("echo_of", decided.echo_of)
            .objects("targets", decided.targets, add_target);
      });
}

void on(const events::Envelope& envelope, const events::CommandParked& e, RowBatch& rows) {
  rows.put(envelope.tenant, {"webhook", position_part(e.input), "parked", index_part(e.index)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("index", e.index)
                 .text("kind", name_of_enum(e.kind))
                 .text("waiting_for", e.waiting_for);
           });
}

void on(const events::Envelope& envelope, const events::CommandTimedOut& e, RowBatch& rows) {
  rows.put(envelope.tenant, {"webhook", position_part(e.input), "timed_out", index_part(e.index)},
           [&](RowJson& json) { json.origin(envelope).number("index", e.index); });
}

void delivery_row(const events::Envelope& envelope, const DeliveryFact& fact, RowBatch& rows) {
  rows.put(envelope.tenant,
           {"webhook", position_part(envelope.correlation), "delivery", fact.delivery},
           [&](RowJson& json) {
             json.origin(envelope).text("delivery", fact.delivery).text("state", fact.state);
             json.text("reason_code", fact.reason_code).number("attempt", fact.attempt);
             if (!fact.by.empty())
               json.text("by", fact.by);
           });
}

/// What follows says anew whether it is held, under the position of the request.
void on(const events::Envelope& envelope, const events::WebhookReprocessRequested& e,
        RowBatch& rows) {
  const auto webhook = position_part(e.webhook);
  for (const auto* list : {"quarantine", "opt_out_unreadable", "done"})
    rows.remove(envelope.tenant, {list, webhook});
  rows.put(envelope.tenant, {"again", webhook, position_part(envelope.position)},
           [&](RowJson& json) { json.origin(envelope); });
}

void on(const events::Envelope& envelope, const events::WebhookMarked& e, RowBatch& rows) {
  const auto& tenant = envelope.tenant;
  const auto reading = position_part(e.reading);
  if (e.mark == events::WebhookMark::done) {
    for (const auto* list : {"quarantine", "opt_out_unreadable"})
      rows.remove(tenant, {list, reading});
    rows.put(tenant, {"done", position_part(e.webhook)},
             [&](RowJson& json) { json.origin(envelope); });
    return;
  }
  rows.remove(tenant, {"done", position_part(e.webhook)});
  rows.put(tenant, {"quarantine", reading}, [&](RowJson& json) {
    json.number("position", e.reading.value)
        .text("connector", e.connector.value)
        .text("reason_code", Reason::held_by_hand)
        .text("text", "");
  });
}

bool webhook_outcomes_want(std::string_view type) {
  return type == events::WebhookInterpreted::name || type == events::ContactObserved::name
         || type == events::CallObserved::name || type == events::MessageObserved::name
         || type == events::ConsentApplied::name || type == events::CommandParked::name
         || type == events::CommandTimedOut::name || type == events::RecordsAdopted::name
         || type == events::WebhookReprocessRequested::name || type == events::WebhookMarked::name
         || type == events::MappingRepairDecided::name || type == events::ContactMentioned::name
         || type == events::DeliveryRetryDecided::name || type == events::OpportunityObserved::name
         || concludes_delivery(type);
}

void webhook_outcomes_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event))
    on(recorded.envelope, *interpreted, rows);
  else if (const auto decided = decided_in(recorded.event))
    command_row(recorded.envelope, *decided, rows);
  else if (const auto* parked = std::get_if<events::CommandParked>(&recorded.event))
    on(recorded.envelope, *parked, rows);
  else if (const auto* dead = std::get_if<events::CommandTimedOut>(&recorded.event))
    on(recorded.envelope, *dead, rows);
  else if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&recorded.event))
    on(recorded.envelope, *again, rows);
  else if (const auto* marked = std::get_if<events::WebhookMarked>(&recorded.event))
    on(recorded.envelope, *marked, rows);
  else if (const auto fact = delivery_fact(recorded.event))
    delivery_row(recorded.envelope, *fact, rows);
}

} // namespace

const Projection webhook_outcomes{"webhook_outcomes", 8, webhook_outcomes_want,
                                  webhook_outcomes_rows};

} // namespace tidemark::projections
