#include "projections/webhook_outcomes.hpp"

#include "projections/delivery_states.hpp"
#include "projections/keys.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

void add_command(RowJson& json, const events::AssignedCommand& command) {
  json.number("index", command.index)
      .text("kind", command.kind)
      .text("contact", command.contact.value)
      .boolean("new_contact", command.new_contact)
      .texts("matched", command.matched)
      .text("names", command.names);
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

void on(const events::Envelope& envelope, const events::WebhookInterpreted& e, RowBatch& rows) {
  const auto webhook = position_part(e.webhook);
  rows.put(envelope.tenant, {"webhook", webhook, "interpreted"}, [&](RowJson& json) {
    json.origin(envelope)
        .text("connector", e.connector.value)
        .text("kind", e.kind)
        .objects("commands", e.commands, add_command)
        .objects("skipped", e.skipped, add_part);
  });
  const auto held = std::find_if(e.skipped.begin(), e.skipped.end(), [](const auto& part) {
    return part.outcome == events::Outcome::quarantined;
  });
  if (held != e.skipped.end())
    rows.put(envelope.tenant, {"quarantine", webhook}, [&](RowJson& json) {
      json.number("position", e.webhook.value)
          .text("connector", e.connector.value)
          .text("reason_code", held->reason_code)
          .text("text", held->text);
    });
}

void on(const events::Envelope& envelope, const events::ContactObserved& e, RowBatch& rows) {
  rows.put(envelope.tenant,
           {"webhook", position_part(envelope.correlation), "command",
            index_part(envelope.command_index)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("index", envelope.command_index)
                 .text("contact", contact_of(envelope))
                 .text("connector", e.connector.value)
                 .text("outcome", events::name_of_enum(e.outcome))
                 .text("reason_code", e.reason_code)
                 .text("echo_of", e.echo_of.value)
                 .objects("targets", e.targets, add_target);
           });
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

bool wants(std::string_view type) {
  return type == events::WebhookInterpreted::name || type == events::ContactObserved::name
         || type == events::WebhookReprocessRequested::name || concludes_delivery(type);
}

void rows_of(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event))
    on(recorded.envelope, *interpreted, rows);
  else if (const auto* observed = std::get_if<events::ContactObserved>(&recorded.event))
    on(recorded.envelope, *observed, rows);
  else if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&recorded.event))
    // what follows says anew whether it is held
    rows.remove(recorded.envelope.tenant, {"quarantine", position_part(again->webhook)});
  else if (const auto fact = delivery_fact(recorded.event))
    delivery_row(recorded.envelope, *fact, rows);
}

} // namespace

const Projection webhook_outcomes{"webhook_outcomes", 1, wants, rows_of};

} // namespace tidemark::projections
