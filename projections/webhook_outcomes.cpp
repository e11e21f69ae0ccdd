#include "projections/webhook_outcomes.hpp"

#include "projections/delivery_states.hpp"
#include "projections/keys.hpp"
#include "projections/row_json.hpp"

#include <algorithm>

namespace tidemark::projections {
namespace {

using Rows = std::vector<Row>;

void append_command(std::string& out, const events::AssignedCommand& command) {
  const auto word = [](std::string& to, const std::string& text) { json::append_string(to, text); };
  out += RowJson()
             .number("index", command.index)
             .text("kind", command.kind)
             .text("contact", command.contact.value)
             .boolean("new_contact", command.new_contact)
             .list("matched", command.matched, word)
             .text("names", command.names)
             .take();
}

void append_part(std::string& out, const events::SkippedPart& part) {
  out += RowJson()
             .text("outcome", events::name_of_enum(part.outcome))
             .text("reason_code", part.reason_code)
             .text("text", part.text)
             .take();
}

void append_target(std::string& out, const events::TargetOutcome& target) {
  out += RowJson()
             .text("target", target.target.value)
             .text("outcome", events::name_of_enum(target.outcome))
             .text("reason_code", target.reason_code)
             .text("delivery", target.delivery.value)
             .take();
}

void on(const events::Envelope& envelope, const events::WebhookInterpreted& e, Rows& rows) {
  const auto webhook = position_part(e.webhook);
  rows.push_back({row_key(envelope.tenant, {"webhook", webhook, "interpreted"}),
                  RowJson()
                      .origin(envelope)
                      .text("connector", e.connector.value)
                      .text("kind", e.kind)
                      .list("commands", e.commands, append_command)
                      .list("skipped", e.skipped, append_part)
                      .take()});
  const auto held = std::find_if(e.skipped.begin(), e.skipped.end(), [](const auto& part) {
    return part.outcome == events::Outcome::quarantined;
  });
  if (held != e.skipped.end())
    rows.push_back({row_key(envelope.tenant, {"quarantine", webhook}),
                    RowJson()
                        .number("position", e.webhook.value)
                        .text("connector", e.connector.value)
                        .text("reason_code", held->reason_code)
                        .text("text", held->text)
                        .take()});
}

void on(const events::Envelope& envelope, const events::ContactObserved& e, Rows& rows) {
  rows.push_back({row_key(envelope.tenant, {"webhook", position_part(envelope.correlation),
                                            "command", index_part(envelope.command_index)}),
                  RowJson()
                      .origin(envelope)
                      .number("index", envelope.command_index)
                      .text("contact", contact_of(envelope))
                      .text("connector", e.connector.value)
                      .text("outcome", events::name_of_enum(e.outcome))
                      .text("reason_code", e.reason_code)
                      .text("echo_of", e.echo_of.value)
                      .list("targets", e.targets, append_target)
                      .take()});
}

void delivery_row(const events::Envelope& envelope, const DeliveryFact& fact, Rows& rows) {
  RowJson json;
  json.origin(envelope).text("delivery", fact.delivery).text("state", fact.state);
  json.text("reason_code", fact.reason_code).number("attempt", fact.attempt);
  if (!fact.by.empty())
    json.text("by", fact.by);
  rows.push_back({row_key(envelope.tenant, {"webhook", position_part(envelope.correlation),
                                            "delivery", fact.delivery}),
                  json.take()});
}

bool wants(std::string_view type) {
  return type == events::WebhookInterpreted::name || type == events::ContactObserved::name
         || type == events::WebhookReprocessRequested::name || concludes_delivery(type);
}

void rows_of(const events::Recorded& recorded, const Context&, Rows& rows) {
  if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event))
    on(recorded.envelope, *interpreted, rows);
  else if (const auto* observed = std::get_if<events::ContactObserved>(&recorded.event))
    on(recorded.envelope, *observed, rows);
  else if (const auto* again = std::get_if<events::WebhookReprocessRequested>(&recorded.event))
    rows.push_back(
        {row_key(recorded.envelope.tenant, {"quarantine", position_part(again->webhook)}),
         std::nullopt}); // what follows says anew whether it is held
  else if (const auto fact = delivery_fact(recorded.event))
    delivery_row(recorded.envelope, *fact, rows);
}

} // namespace

const Projection webhook_outcomes{"webhook_outcomes", 1, wants, rows_of};

} // namespace tidemark::projections
