#include "projections/consent/opt_outs.hpp"

#include "domain/contacts/consent_words.hpp"
#include "domain/rules/command.hpp"
#include "projections/consent/hearing_rows.hpp"
#include "projections/delivery/delivery_states.hpp"
#include "projections/table/keys.hpp"

#include <array>

namespace tidemark::projections {
namespace {

using events::Envelope;

std::string_view channel_name(events::Channel channel) {
  return name_of_enum(channel);
}

std::string_view contact_text(const ContactId& contact) {
  return contact.value;
}

void add_target(RowJson& json, const events::TargetOutcome& target) {
  json.text("target", target.target.value)
      .text("outcome", name_of_enum(target.outcome))
      .text("reason_code", target.reason_code)
      .text("delivery", target.delivery.value);
}

void on(const Envelope& envelope, const events::ConsentChanged& e, const Context&, RowBatch& rows) {
  rows.put(envelope.tenant,
           {"address", hash_part(e.address_hash), "stated", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("cause", envelope.cause.value)
                 .text("kind", events::name_of(e.kind))
                 .text("address", e.address.reveal())
                 .text("change", name_of_enum(e.change))
                 .texts("channels", e.channels, channel_name)
                 .text("sender", e.sender)
                 .text("reason_code", e.reason_code)
                 .text("evidence", name_of_enum(e.evidence))
                 .text("source", e.source.value)
                 .text("rule", e.rule)
                 .text("by", e.by)
                 .text("stated_at", e.stated_at)
                 .number("input", e.input.value)
                 .time("received_at", e.received_at)
                 .text("alias_of", e.alias_of ? to_hex(*e.alias_of) : "")
                 .number("request", e.request.value)
                 .text("record", e.record.value);
           });
  rows.put(envelope.tenant,
           {"decision", position_part(envelope.cause), "stated", position_part(envelope.position)},
           [&](RowJson& json) { json.hash("address_hash", e.address_hash); });
}

void on(const Envelope& envelope, const events::WebhookInterpreted& e, const Context&,
        RowBatch& rows) {
  for (const auto& command : e.commands)
    if (command.kind == events::CommandKind::apply_consent)
      rows.put(envelope.tenant,
               {"decision", position_part(envelope.cause), "propagated", index_part(command.index)},
               [&](RowJson& json) {
                 json.text("contact", command.contact.value).number("place", command.place);
               });
}

void on(const Envelope& envelope, const events::ConsentRequested& e, const Context& context,
        RowBatch& rows) {
  const auto hash = context.address_hash(envelope.tenant, e.kind, e.address.reveal());
  rows.put(envelope.tenant, {"address", hash, "asked", position_part(envelope.position)},
           [&](RowJson& json) { json.origin(envelope).text("reason", e.reason); });
}

void on(const Envelope& envelope, const events::OptOutImported& e, const Context& context,
        RowBatch& rows) {
  const auto hash = context.address_hash(envelope.tenant, e.kind, e.address.reveal());
  rows.put(envelope.tenant, {"address", hash, "asked", position_part(envelope.position)},
           [&](RowJson& json) { json.origin(envelope).text("reason", e.reason); });
}

void on(const Envelope& envelope, const events::IdentityCardWritten& e, const Context&,
        RowBatch& rows) {
  const auto& tenant = envelope.tenant;
  const auto& contact = e.contact.value;
  rows.put(tenant, {"contact", contact, "card", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .hashes("phones", e.phones)
                 .hashes("emails", e.emails)
                 .hashes("contested", e.contested)
                 .texts("parts", e.parts, contact_text);
           });
  for (const auto* list : {&e.phones, &e.emails, &e.contested})
    for (const auto& hash : *list)
      rows.put(tenant, {"address", hash_part(hash), "held", contact},
               [&](RowJson& json) { json.text("contact", contact); });
}

void on(const Envelope& envelope, const events::ConsentApplied& e, const Context&, RowBatch& rows) {
  rows.put(envelope.tenant,
           {"address", hash_part(e.address_hash), "applied", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("correlation", envelope.correlation.value)
                 .text("contact", contact_of(envelope))
                 .text("change", name_of_enum(e.change))
                 .texts("channels", e.channels, channel_name)
                 .number("input", e.input.value)
                 .objects("targets", e.targets, add_target);
           });
  for (const auto& target : e.targets)
    if (!target.delivery.value.empty())
      rows.put(envelope.tenant, {"delivery", target.delivery.value, "for"},
               [&](RowJson& json) { json.hash("address_hash", e.address_hash); });
}

/// A system shall be told; it stays listed as open until it says that it did so.
void told_rows(const Envelope& envelope, const events::ActionIntended& e, RowBatch& rows) {
  const auto write = [&](RowJson& json) {
    json.origin(envelope)
        .number("correlation", envelope.correlation.value)
        .text("delivery", e.delivery.value)
        .text("contact", e.contact.value)
        .text("target", e.target.value)
        .text("action", name_of_enum(e.action))
        .text("record", e.remote_id.value)
        .text("purpose", e.purpose)
        .texts("channels", e.channels, channel_name);
  };
  rows.put(envelope.tenant, {"contact", e.contact.value, "propagated", e.delivery.value}, write);
  // Those of lists apart: they may be many, and somebody looks at the others every second.
  if (e.action == events::Action::opt_out)
    rows.put(envelope.tenant,
             {events::is_of_list(e.purpose) ? "imported" : "open", e.delivery.value}, write);
}

void message_row(const Envelope& envelope, const events::ActionIntended& e, const Context& context,
                 RowBatch& rows) {
  const auto& message = *e.message;
  const auto hash = context.address_hash(envelope.tenant, address_kind(message.channel),
                                         message.their_address.reveal());
  rows.put(envelope.tenant, {"address", hash, "message", e.delivery.value}, [&](RowJson& json) {
    json.origin(envelope)
        .text("delivery", e.delivery.value)
        .text("contact", e.contact.value)
        .text("target", e.target.value)
        .text("channel", name_of_enum(message.channel))
        .text("sender", message.our_address);
  });
}

void on(const Envelope& envelope, const events::ActionIntended& e, const Context& context,
        RowBatch& rows) {
  if (e.action == events::Action::opt_out || e.action == events::Action::opt_in)
    told_rows(envelope, e, rows);
  else if (e.action == events::Action::send_message && e.message)
    message_row(envelope, e, context, rows);
}

void on(const Envelope& envelope, const events::MessageObserved& e, const Context& context,
        RowBatch& rows) {
  if (!is_others_send(e))
    return;
  const auto& message = e.message;
  const auto hash = context.address_hash(envelope.tenant, address_kind(message.channel),
                                         message.their_address.reveal());
  rows.put(envelope.tenant, {"address", hash, "seen", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("input", envelope.correlation.value)
                 .text("contact", contact_of(envelope))
                 .text("source", message.source.value)
                 .text("message_id", message.message_id)
                 .text("channel", name_of_enum(message.channel))
                 .text("sender", message.our_address)
                 .text("stated_at", message.stated_at);
           });
}

/// Part by part: none of them is known to be the first.
void on(const Envelope& envelope, const events::CallObserved& e, const Context& context,
        RowBatch& rows) {
  const auto& call = e.call;
  if (!is_others_call(e))
    return;
  const auto hash =
      context.address_hash(envelope.tenant, events::Field::phone, call.their_number.reveal());
  rows.put(envelope.tenant, {"address", hash, "called", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("input", envelope.correlation.value)
                 .text("source", call.source.value)
                 .text("call", call.call_id)
                 .text("agent", call.agent)
                 .text("started_at", call.started_at);
           });
}

void on(const Envelope& envelope, const events::CallAllowed& e, const Context& context,
        RowBatch& rows) {
  const auto hash = context.address_hash(envelope.tenant, events::Field::phone, e.address.reveal());
  rows.put(envelope.tenant, {"address", hash, "allowed", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope).time("until", e.until).text("reason", e.reason).text("by", e.by);
           });
}

void on(const Envelope& envelope, const events::DeliveryDispatched& e, const Context&,
        RowBatch& rows) {
  const auto attempt = (std::uint64_t{e.attempt} << 32U) | e.step;
  rows.put(envelope.tenant, {"delivery", e.delivery.value, "sent", NumberPart(attempt)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("cause", envelope.cause.value)
                 .number("index", envelope.command_index)
                 .boolean("effect", e.effect)
                 .number("evidence", e.evidence.value);
           });
}

void on(const Envelope& envelope, const events::SendDecided& e, const Context&, RowBatch& rows) {
  rows.put(envelope.tenant,
           {"delivery", e.delivery.value, "gate", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("cause", envelope.cause.value)
                 .number("index", envelope.command_index)
                 .boolean("allowed", e.allowed)
                 .text("reason_code", e.reason_code)
                 .text("purpose", e.purpose)
                 .number("evidence", e.evidence.value)
                 .text("allowance", e.allowance);
           });
}

void on(const Envelope& envelope, const events::DeadlineReached& e, const Context&,
        RowBatch& rows) {
  if (e.state == events::DeadlineState::settled)
    return rows.remove(envelope.tenant, {"deadline", e.delivery.value, e.rule});
  rows.put(envelope.tenant, {"deadline", e.delivery.value, e.rule}, [&](RowJson& json) {
    json.origin(envelope)
        .text("delivery", e.delivery.value)
        .text("contact", e.contact.value)
        .text("target", e.target.value)
        .text("rule", e.rule)
        .time("due", e.due)
        .text("state", name_of_enum(e.state));
  });
}

void on(const Envelope& envelope, const events::ViolationFound& e, const Context&, RowBatch& rows) {
  rows.put(envelope.tenant, {"violation", position_part(e.message), hash_part(e.address_hash)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .hash("address_hash", e.address_hash)
                 .text("connector", e.connector.value)
                 .text("channel", name_of_enum(e.channel))
                 .text("delivery", e.delivery.value)
                 .number("message", e.message.value)
                 .number("opt_out", e.opt_out.value);
           });
}

void on(const Envelope& envelope, const events::ConnectorPaused& e, const Context&,
        RowBatch& rows) {
  if (!e.hold_opt_outs)
    return rows.remove(envelope.tenant, {"pause", e.connector.value});
  rows.put(envelope.tenant, {"pause", e.connector.value},
           [&](RowJson& json) { json.origin(envelope); });
}

void on(const Envelope& envelope, const events::ConnectorResumed& e, const Context&,
        RowBatch& rows) {
  rows.remove(envelope.tenant, {"pause", e.connector.value});
}

void on(const Envelope& envelope, const events::SendingStopped& e, const Context&, RowBatch& rows) {
  if (!e.hold_opt_outs)
    return rows.remove(envelope.tenant, {"stop", "all"});
  rows.put(envelope.tenant, {"stop", "all"}, [&](RowJson& json) { json.origin(envelope); });
}

void on(const Envelope& envelope, const events::SendingResumed&, const Context&, RowBatch& rows) {
  rows.remove(envelope.tenant, {"stop", "all"});
}

void conclusion_rows(const Envelope& envelope, const DeliveryFact& fact, RowBatch& rows) {
  rows.put(envelope.tenant, {"delivery", fact.delivery, "state"}, [&](RowJson& json) {
    json.origin(envelope)
        .text("state", fact.state)
        .text("reason_code", fact.reason_code)
        .number("attempt", fact.attempt)
        .number("http_status", fact.http_status)
        .boolean("read_back", fact.read_back);
  });
  if (fact.state == "accepted" || fact.state == "superseded" || fact.state == "suppressed"
      || found_nobody_to_tell(fact.state, fact.reason_code))
    for (const auto* list : {"open", "imported"})
      rows.remove(envelope.tenant, {list, fact.delivery});
}

bool opt_outs_want(std::string_view type) {
  constexpr std::array others{events::ConsentChanged::name,  events::ConsentRequested::name,
                              events::OptOutImported::name,  events::IdentityCardWritten::name,
                              events::ConsentApplied::name,  events::ActionIntended::name,
                              events::MessageObserved::name, events::DeliveryDispatched::name,
                              events::SendDecided::name,     events::DeadlineReached::name,
                              events::ViolationFound::name,  events::WebhookInterpreted::name,
                              events::ConnectorPaused::name, events::ConnectorResumed::name,
                              events::CallObserved::name,    events::CallAllowed::name,
                              events::SendingStopped::name,  events::SendingResumed::name};
  for (const auto name : others)
    if (type == name)
      return true;
  return concludes_delivery(type) || hearing_wants(type);
}

void opt_outs_rows(const events::Recorded& recorded, const Context& context, RowBatch& rows) {
  hearing_rows(recorded, rows);
  if (std::holds_alternative<events::DeliveryAccepted>(recorded.event))
    return; // that a record took its values says nothing here
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, context, rows); })
          on(recorded.envelope, event, context, rows);
        else if (const auto fact = delivery_fact(recorded.event))
          conclusion_rows(recorded.envelope, *fact, rows);
      },
      recorded.event);
}

} // namespace

bool found_nobody_to_tell(std::string_view state, Reason reason_code) {
  return state == "rejected"
         && (reason_code == Reason::no_record_there || reason_code == Reason::not_found);
}

bool left_the_mark_to_people(std::string_view state, Reason reason_code) {
  return state == "accepted" && domain::consent_words::leaves_the_mark(reason_code);
}

bool is_others_send(const events::MessageObserved& e) {
  const auto& message = e.message;
  return !message.inbound && !message.to_be_sent && e.outcome != events::Outcome::echo_of
         && message.status != events::MessageStatus::failed
         && message.status != events::MessageStatus::queued;
}

bool is_others_call(const events::CallObserved& e) {
  const auto& call = e.call;
  return !call.inbound && call.status != "failed" && !call.their_number.reveal().empty();
}

const Projection opt_outs{"opt_outs", 7, opt_outs_want, opt_outs_rows};

} // namespace tidemark::projections
