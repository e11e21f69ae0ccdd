#include "projections/delivery/deliveries.hpp"

#include "base/crypto.hpp"
#include "events/format/stream_name.hpp"
#include "projections/delivery/delivery_states.hpp"
#include "projections/table/keys.hpp"

namespace tidemark::projections {
namespace {

std::string_view field_name(const events::FieldSet::Entry& entry) {
  return events::name_of(entry.first);
}

void intent_rows(const events::Envelope& envelope, const events::DeliveryIntended& e,
                 RowBatch& rows) {
  const auto& id = e.delivery.value;
  rows.put(envelope.tenant, {"delivery", id, "intent"}, [&](RowJson& json) {
    json.origin(envelope)
        .number("webhook", envelope.correlation.value)
        .text("contact", e.contact.value)
        .text("target", e.target.value)
        .text("operation", events::name_of_enum(e.operation))
        .text("remote_id", e.remote_id.value)
        .number("forward", e.forward.value)
        .texts("fields", e.fields, field_name);
  });
  rows.put(envelope.tenant, {"open", id}, [](RowJson&) { /* that it is there says all */ });
}

std::string words_of_thing(const events::ActionIntended& e) {
  std::string out(events::name_of_enum(e.action));
  const auto add = [&](std::string_view part) { out.append("\n").append(part); };
  if (e.call) {
    add(e.call->source.value);
    add(e.call->call_id);
    add(e.addition ? e.call->disposition : "");
    if (e.addition)
      for (const auto* part : {&e.call->recording, &e.call->voicemail, &e.call->transcript})
        add(part->reveal());
  }
  if (e.message) {
    add(e.message->source.value);
    add(e.message->message_id);
    if (e.action == events::Action::set_status)
      add(events::name_of_enum(e.message->status));
    add(e.message->stated_at);
    add(e.message->text.reveal());
  }
  if (!e.channels.empty()) // of that record
    add(e.remote_id.value);
  for (const auto channel : e.channels)
    add(events::name_of_enum(channel));
  for (const auto& tag : e.tags)
    add(tag);
  if (e.placement) {
    for (const auto& list : e.placement->lists)
      add(list);
    add(e.placement->user);
    add(e.placement->sequence);
  }
  return out;
}

/// The same for all actions that would bring about the same thing.
std::string thing_of(const events::ActionIntended& e) {
  constexpr std::size_t enough = 20; // hex digits: these are things of one contact at one system
  return sha256_hex(words_of_thing(e)).substr(0, enough);
}

/// An action is a delivery as well; its operation is the action's word.
void intent_rows(const events::Envelope& envelope, const events::ActionIntended& e,
                 RowBatch& rows) {
  const auto& id = e.delivery.value;
  const auto thing = thing_of(e);
  rows.put(envelope.tenant, {"delivery", id, "intent"}, [&](RowJson& json) {
    json.origin(envelope)
        .number("webhook", envelope.correlation.value)
        .text("contact", e.contact.value)
        .text("target", e.target.value)
        .text("operation", events::name_of_enum(e.action))
        .text("remote_id", e.remote_id.value)
        .text("thing", thing);
  });
  rows.put(envelope.tenant, {"thing", e.target.value, e.contact.value, thing, id},
           [](RowJson&) { /* that it is there says all */ });
  rows.put(envelope.tenant, {"open", id}, [](RowJson&) { /* that it is there says all */ });
}

void sent_row(const events::Envelope& envelope, const events::DeliveryDispatched& e,
              RowBatch& rows) {
  rows.put(envelope.tenant, {"delivery", e.delivery.value, "sent"}, [&](RowJson& json) {
    json.origin(envelope)
        .number("attempt", e.attempt)
        .number("step", e.step)
        .text("step_name", e.step_name);
  });
}

/// Under its day, so that a reader finds the newest of them without those of years. Rows are never
/// taken away: what removes many from an index makes looking through it slow.
void failed_row(const events::Envelope& envelope, const DeliveryFact& fact, RowBatch& rows) {
  const auto& stream = envelope.stream.value;
  rows.put(envelope.tenant,
           {"failed", day_part(envelope.recorded_at), position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .text("delivery", fact.delivery)
                 .text("target", events::target_in(stream))
                 .text("contact", events::contact_behind(stream))
                 .text("reason_code", fact.reason_code);
           });
}

/// Of other systems the table `contacts` knows what was written.
void reached_row(const events::Envelope& envelope, RowBatch& rows) {
  const auto& stream = envelope.stream.value;
  rows.put(envelope.tenant, {"reached", events::target_in(stream), events::contact_behind(stream)},
           [&](RowJson& json) { json.origin(envelope); });
}

void state_rows(const events::Envelope& envelope, const DeliveryFact& fact, RowBatch& rows) {
  rows.put(envelope.tenant, {"delivery", fact.delivery, "state"}, [&](RowJson& json) {
    json.origin(envelope).text("state", fact.state).text("reason_code", fact.reason_code);
    json.number("attempt", fact.attempt).number("http_status", fact.http_status);
    if (fact.not_before)
      json.time("not_before", *fact.not_before);
    if (!fact.remote_id.empty())
      json.text("remote_id", fact.remote_id);
    if (!fact.by.empty())
      json.text("by", fact.by);
    if (fact.refused)
      json.text("refused_field", fact.refused->field).text("refused_words", fact.refused->words);
  });
  if (fact.state == "accepted" || fact.state == "superseded" || fact.state == "suppressed")
    rows.remove(envelope.tenant, {"open", fact.delivery});
  if (fact.state == "accepted" && !fact.action && fact.remote_id.empty())
    reached_row(envelope, rows);
  if (fact.state == "rejected" || fact.state == "dead")
    failed_row(envelope, fact, rows);
}

/// What became of the newest request to try it again; and, in a row that no refusal takes the place
/// of, by which delivery it was.
void retry_rows(const events::Envelope& envelope, const events::DeliveryRetryDecided& e,
                RowBatch& rows) {
  const auto& id = e.delivery.value;
  rows.put(envelope.tenant, {"delivery", id, "retry"}, [&](RowJson& json) {
    json.origin(envelope)
        .number("request", envelope.correlation.value)
        .text("outcome", events::name_of_enum(e.outcome))
        .text("reason_code", e.reason_code);
  });
  if (e.outcome == events::Outcome::applied)
    rows.put(envelope.tenant, {"delivery", id, "retried"},
             [&](RowJson& json) { json.origin(envelope).text("by", e.retried_by.value); });
}

void written_off_row(const events::Envelope& envelope, const events::DeliveryWrittenOff& e,
                     RowBatch& rows) {
  rows.put(envelope.tenant, {"delivery", e.delivery.value, "written_off"}, [&](RowJson& json) {
    json.origin(envelope).text("who", e.by).text("reason", e.reason);
  });
}

bool deliveries_want(std::string_view type) {
  return type == events::DeliveryIntended::name || type == events::ActionIntended::name
         || type == events::DeliveryDispatched::name || type == events::DeliveryRetryDecided::name
         || type == events::DeliveryWrittenOff::name || concludes_delivery(type);
}

void deliveries_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  if (const auto* intended = std::get_if<events::DeliveryIntended>(&recorded.event))
    intent_rows(recorded.envelope, *intended, rows);
  else if (const auto* action = std::get_if<events::ActionIntended>(&recorded.event))
    intent_rows(recorded.envelope, *action, rows);
  else if (const auto* dispatched = std::get_if<events::DeliveryDispatched>(&recorded.event))
    sent_row(recorded.envelope, *dispatched, rows);
  else if (const auto* retry = std::get_if<events::DeliveryRetryDecided>(&recorded.event))
    retry_rows(recorded.envelope, *retry, rows);
  else if (const auto* off = std::get_if<events::DeliveryWrittenOff>(&recorded.event))
    written_off_row(recorded.envelope, *off, rows);
  else if (const auto fact = delivery_fact(recorded.event))
    state_rows(recorded.envelope, *fact, rows);
}

} // namespace

const Projection deliveries{"deliveries", 5, deliveries_want, deliveries_rows};

} // namespace tidemark::projections
