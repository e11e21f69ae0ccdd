#include "projections/consent/hearing_rows.hpp"

#include "events/all.hpp"
#include "projections/table/keys.hpp"

#include <algorithm>
#include <array>

namespace tidemark::projections {
namespace {

using events::Envelope;

void on(const Envelope& envelope, const events::ConfigApplied& e, RowBatch& rows) {
  rows.put(envelope.tenant, {"config", "connectors"}, [&](RowJson& json) {
    json.origin(envelope).objects("connectors", e.connectors, [](RowJson& one, const auto& each) {
      one.text("name", each.connector.value)
          .text("type", each.type)
          .boolean("receives", each.receives);
    });
  });
}

void may_know(const Envelope& envelope, const ConnectorName& system, std::string_view contact,
              RowBatch& rows) {
  rows.put(envelope.tenant, {"contact", contact, "known", system.value},
           [&](RowJson& json) { json.text("connector", system.value); });
}

/// A body that went on shows a mark for texts where texts are closed: another stays here
/// (domain/sync/forwarding.cpp).
void on(const Envelope& envelope, const events::ContactObserved& e, RowBatch& rows) {
  const auto contact = contact_of(envelope);
  if (e.remote_id.value.empty()) // of a system that knows people by their address only
    may_know(envelope, e.connector, contact, rows);
  const bool goes_on = std::any_of(e.targets.begin(), e.targets.end(),
                                   [](const auto& one) { return !one.delivery.value.empty(); });
  if (!e.opt_out_seen || e.removed || !goes_on)
    return;
  rows.put(envelope.tenant, {"contact", contact, "shown", position_part(envelope.position)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .text("connector", e.connector.value)
                 .text("record", e.remote_id.value)
                 .objects("targets", e.targets, [](RowJson& one, const auto& target) {
                   one.text("target", target.target.value).text("delivery", target.delivery.value);
                 });
           });
}

void on(const Envelope& envelope, const events::DeliveryIntended& e, RowBatch& rows) {
  if (e.forward.value != 0)
    may_know(envelope, e.target, e.contact.value, rows);
}

void on(const Envelope& envelope, const events::MessageObserved& e, RowBatch& rows) {
  if (const auto contact = contact_of(envelope); !contact.empty())
    may_know(envelope, e.message.source, contact, rows);
}

/// Of a forwarded body, which has no values; that a record took its values says nothing here.
void on(const Envelope& envelope, const events::DeliveryAccepted& e, RowBatch& rows) {
  if (!e.fields.empty() || !e.remote_id.value.empty())
    return;
  rows.put(envelope.tenant, {"delivery", e.facts.delivery.value, "state"}, [&](RowJson& json) {
    json.origin(envelope)
        .text("state", "accepted")
        .text("reason_code", e.facts.reason_code)
        .number("attempt", e.facts.attempt);
  });
}

void on(const Envelope& envelope, const events::DeliveryRetryDecided& e, RowBatch& rows) {
  if (!e.retried_by.value.empty())
    rows.put(envelope.tenant, {"delivery", e.delivery.value, "retried"},
             [&](RowJson& json) { json.origin(envelope).text("by", e.retried_by.value); });
}

void hand_row(const Envelope& envelope, std::string_view contact, RowBatch& rows,
              const AddressHash* hash, bool closes) {
  rows.put(envelope.tenant, {"hand", position_part(envelope.position)}, [&](RowJson& json) {
    json.origin(envelope).text("contact", contact).boolean("closes", closes);
    if (hash)
      json.hash("address_hash", *hash);
  });
}

/// Also what opens: a system that shows a mark taken away has left it to people again.
void on(const Envelope& envelope, const events::ConsentApplied& e, RowBatch& rows) {
  hand_row(envelope, contact_of(envelope), rows, &e.address_hash,
           e.change == events::ConsentChange::revoked);
}

void on(const Envelope& envelope, const events::ActionIntended& e, RowBatch& rows) {
  if (e.action == events::Action::opt_out)
    hand_row(envelope, e.contact.value, rows, nullptr, true);
}

void on(const Envelope& envelope, const events::OptOutMarkedByHand& e, RowBatch& rows) {
  for (const auto& contact : e.contacts)
    rows.put(envelope.tenant,
             {"contact", contact.value, "by_hand", position_part(envelope.position)},
             [&](RowJson& json) {
               json.origin(envelope)
                   .text("connector", e.connector.value)
                   .number("up_to", e.up_to.value)
                   .text("reason", e.reason)
                   .text("by", e.by);
             });
}

void on(const Envelope& envelope, const events::HandsSettled& e, RowBatch& rows) {
  for (const auto position : e.opt_outs)
    rows.remove(envelope.tenant, {"hand", position_part(position)});
}

} // namespace

bool hearing_wants(std::string_view type) {
  constexpr std::array all{events::ConfigApplied::name,      events::ContactObserved::name,
                           events::DeliveryIntended::name,   events::MessageObserved::name,
                           events::DeliveryAccepted::name,   events::DeliveryRetryDecided::name,
                           events::ConsentApplied::name,     events::ActionIntended::name,
                           events::OptOutMarkedByHand::name, events::HandsSettled::name};
  return std::find(all.begin(), all.end(), type) != all.end();
}

void hearing_rows(const events::Recorded& recorded, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, rows); })
          on(recorded.envelope, event, rows);
      },
      recorded.event);
}

} // namespace tidemark::projections
