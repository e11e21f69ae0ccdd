#include "projections/mappings.hpp"

#include "projections/keys.hpp"
#include "projections/row_json.hpp"

namespace tidemark::projections {
namespace {

using Rows = std::vector<Row>;

void on(const events::Envelope& envelope, const events::IdentityCardWritten& card, const Context&,
        Rows& rows) {
  const auto& tenant = envelope.tenant;
  const auto position = position_part(envelope.position);
  const auto origin = RowJson().origin(envelope).take();
  for (const auto& record : card.records) {
    const std::string_view connector = record.connector.value;
    rows.push_back({row_key(tenant, {"record", connector, record.remote_id_hash, "seen",
                                     card.contact.value, position}),
                    origin});
    rows.push_back(
        {row_key(tenant, {"contact", card.contact.value, connector, record.remote_id_hash}),
         origin});
  }
}

void id_row(const events::Envelope& envelope, const ConnectorName& connector,
            const RemoteId& remote_id, std::string_view contact, bool removed,
            const Context& context, Rows& rows) {
  if (remote_id.value.empty())
    return;
  const auto hash = remote_id_hash(context.hasher, envelope.tenant, connector, remote_id);
  auto& row = rows.emplace_back();
  row.key = row_key(envelope.tenant, {"record", connector.value, hash, "id"});
  if (!removed)
    row.value = RowJson()
                    .origin(envelope)
                    .text("contact", contact)
                    .text("connector", connector.value)
                    .text("remote_id", remote_id.value)
                    .take();
}

void on(const events::Envelope& envelope, const events::ContactObserved& e, const Context& context,
        Rows& rows) {
  if (e.outcome == events::Outcome::superseded)
    return; // older than what is known
  id_row(envelope, e.connector, e.remote_id, contact_of(envelope), e.removed, context, rows);
}

void on(const events::Envelope& envelope, const events::DeliveryAccepted& e, const Context& context,
        Rows& rows) {
  id_row(envelope, e.target, e.remote_id, e.contact.value, false, context, rows);
}

bool wants(std::string_view type) {
  return type == events::IdentityCardWritten::name || type == events::ContactObserved::name
         || type == events::DeliveryAccepted::name;
}

void rows_of(const events::Recorded& recorded, const Context& context, Rows& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, context, rows); })
          on(recorded.envelope, event, context, rows);
      },
      recorded.event);
}

} // namespace

const Projection mappings{"mappings", 1, wants, rows_of};

} // namespace tidemark::projections
