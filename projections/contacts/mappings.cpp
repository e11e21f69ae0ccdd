#include "projections/contacts/mappings.hpp"

#include "projections/table/keys.hpp"

namespace tidemark::projections {
namespace {

void write_mapping(const events::Envelope& envelope, const events::IdentityCardWritten& card,
                   const Context&, RowBatch& rows) {
  const auto& tenant = envelope.tenant;
  const auto position = position_part(envelope.position);
  const auto origin = [&](RowJson& json) { json.origin(envelope); };
  for (const auto& record : card.records) {
    const std::string_view connector = record.connector.value;
    const auto hash = hash_part(record.remote_id_hash);
    rows.put(tenant, {"record", connector, hash, "seen", card.contact.value, position}, origin);
    rows.put(tenant, {"contact", card.contact.value, connector, hash}, origin);
  }
}

void id_row(const events::Envelope& envelope, const ConnectorName& connector,
            const RemoteId& remote_id, std::string_view contact, bool removed,
            const Context& context, RowBatch& rows) {
  if (remote_id.value.empty())
    return;
  const auto hash = context.remote_id_hash(envelope.tenant, connector, remote_id);
  if (removed)
    return rows.remove(envelope.tenant, {"record", connector.value, hash, "id"});
  rows.put(envelope.tenant, {"record", connector.value, hash, "id"}, [&](RowJson& json) {
    json.origin(envelope)
        .text("contact", contact)
        .text("connector", connector.value)
        .text("remote_id", remote_id.value);
  });
}

void write_mapping(const events::Envelope& envelope, const events::ContactObserved& e,
                   const Context& context, RowBatch& rows) {
  if (e.outcome == events::Outcome::superseded)
    return; // older than what is known
  id_row(envelope, e.connector, e.remote_id, contact_of(envelope), e.removed, context, rows);
}

void write_mapping(const events::Envelope& envelope, const events::DeliveryAccepted& e,
                   const Context& context, RowBatch& rows) {
  id_row(envelope, e.target, e.remote_id, e.contact.value, false, context, rows);
}

bool mappings_want(std::string_view type) {
  return type == events::IdentityCardWritten::name || type == events::ContactObserved::name
         || type == events::DeliveryAccepted::name;
}

void mappings_rows(const events::Recorded& recorded, const Context& context, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { write_mapping(recorded.envelope, event, context, rows); })
          write_mapping(recorded.envelope, event, context, rows);
      },
      recorded.event);
}

} // namespace

const Projection mappings{"mappings", 1, mappings_want, mappings_rows};

} // namespace tidemark::projections
