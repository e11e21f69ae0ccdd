#include "projections/contacts.hpp"

#include "projections/keys.hpp"

namespace tidemark::projections {
namespace {

void on(const events::Envelope& envelope, const events::IdentityCardWritten& card, const Context&,
        RowBatch& rows) {
  const auto& tenant = envelope.tenant;
  const auto& id = card.contact.value;
  const auto pointer = [&](RowJson& json) { json.text("contact", id); };
  rows.put(tenant, {"contact", id, "card"}, [&](RowJson& json) {
    json.origin(envelope)
        .objects(
            "records", card.records,
            [](RowJson& record, const events::IdentityRecord& r) {
              record.text("connector", r.connector.value).text("remote_id_hash", r.remote_id_hash);
            })
        .texts("phones", card.phones)
        .texts("emails", card.emails)
        .texts("words", card.words);
  });
  for (const auto& hash : card.phones)
    rows.put(tenant, {"phone", hash}, pointer);
  for (const auto& hash : card.emails)
    rows.put(tenant, {"email", hash}, pointer);
  for (const auto& hash : card.words)
    rows.put(tenant, {"word", hash, id}, pointer);
  for (const auto& record : card.records)
    rows.put(tenant, {"remote", record.connector.value, record.remote_id_hash}, pointer);
}

void on(const events::Envelope& envelope, const events::ContactObserved& e, const Context& context,
        RowBatch& rows) {
  // An observation that came late says nothing about how the record looks now.
  if (e.outcome == events::Outcome::superseded)
    return;
  const auto hash = context.remote_id_hash(envelope.tenant, e.connector, e.remote_id);
  rows.put(
      envelope.tenant,
      {"contact", contact_of(envelope), "observed", e.connector.value, hash, FieldMask(e.fields)},
      [&](RowJson& json) {
        json.origin(envelope)
            .text("connector", e.connector.value)
            .text("remote_id", e.remote_id.value)
            .text("source_version", e.source_version)
            .boolean("removed", e.removed)
            .boolean("opt_out_seen", e.opt_out_seen)
            .fields("fields", e.fields);
      });
  if (e.tags)
    rows.put(envelope.tenant, {"contact", contact_of(envelope), "tags", e.connector.value, hash},
             [&](RowJson& json) { json.origin(envelope).texts("tags", *e.tags); });
}

void on(const events::Envelope& envelope, const events::ContactChanged& e, const Context&,
        RowBatch& rows) {
  rows.put(envelope.tenant, {"contact", contact_of(envelope), "changed", FieldMask(e.fields)},
           [&](RowJson& json) {
             json.origin(envelope).text("source", e.source.value).fields("fields", e.fields);
           });
}

void on(const events::Envelope& envelope, const events::DeliveryAccepted& e, const Context& context,
        RowBatch& rows) {
  if (e.remote_id.value.empty())
    return; // no record to attach the values to
  const auto hash = context.remote_id_hash(envelope.tenant, e.target, e.remote_id);
  rows.put(envelope.tenant,
           {"contact", e.contact.value, "written", e.target.value, hash, FieldMask(e.fields)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .text("connector", e.target.value)
                 .text("remote_id", e.remote_id.value)
                 .fields("fields", e.fields);
           });
}

bool wants(std::string_view type) {
  return type == events::IdentityCardWritten::name || type == events::ContactObserved::name
         || type == events::ContactChanged::name || type == events::DeliveryAccepted::name;
}

void rows_of(const events::Recorded& recorded, const Context& context, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, context, rows); })
          on(recorded.envelope, event, context, rows);
      },
      recorded.event);
}

} // namespace

const Projection contacts{"contacts", 2, wants, rows_of};

} // namespace tidemark::projections
