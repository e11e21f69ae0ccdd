#include "projections/contacts/contacts.hpp"

#include "projections/table/keys.hpp"

#include <map>

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
              record.text("connector", r.connector.value).hash("remote_id_hash", r.remote_id_hash);
            })
        .hashes("phones", card.phones)
        .hashes("emails", card.emails)
        .hashes("contested", card.contested)
        .hashes("words", card.words)
        .text("merged_into", card.merged_into.value)
        .texts("parts", card.parts,
               [](const ContactId& part) -> std::string_view { return part.value; });
  });
  if (!card.merged_into.value.empty()) { // its keys lead to another contact
    for (const auto& hash : card.words)
      rows.remove(tenant, {"word", hash_part(hash), id});
    for (const auto& hash : card.phones)
      rows.remove(tenant, {"phone", hash_part(hash), id});
    for (const auto& hash : card.emails)
      rows.remove(tenant, {"email", hash_part(hash), id});
    for (const auto& hash : card.contested)
      rows.remove(tenant, {"contested", hash_part(hash), id});
    return;
  }
  for (const auto& hash : card.phones)
    rows.put(tenant, {"phone", hash_part(hash), id}, pointer);
  for (const auto& hash : card.emails)
    rows.put(tenant, {"email", hash_part(hash), id}, pointer);
  for (const auto& hash : card.contested)
    rows.put(tenant, {"contested", hash_part(hash), id}, pointer);
  for (const auto& hash : card.words)
    rows.put(tenant, {"word", hash_part(hash), id}, pointer);
  for (const auto& record : card.records)
    rows.put(tenant, {"remote", record.connector.value, hash_part(record.remote_id_hash)}, pointer);
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
  if (e.remote_id.value.empty() || e.found())
    return; // no record to attach the values to, or nothing was written
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

/// From here on nothing that is known of the contact's own values or of these records counts; what
/// it keeps is told again by the event that follows it.
void on(const events::Envelope& envelope, const events::RecordsReleased& e, const Context& context,
        RowBatch& rows) {
  const auto contact = contact_of(envelope);
  if (e.whole)
    rows.put(envelope.tenant, {"contact", contact, "emptied"},
             [&](RowJson& json) { json.origin(envelope); });
  for (const auto& record : e.records)
    rows.put(envelope.tenant,
             {"contact", contact, "gave", record.connector.value,
              context.remote_id_hash(envelope.tenant, record.connector, record.remote_id)},
             [&](RowJson& json) { json.origin(envelope); });
}

void changed_rows(const events::Envelope& envelope, const events::FieldSet& merged,
                  const events::FieldMap<ConnectorName>& sources, RowBatch& rows) {
  std::map<ConnectorName, events::FieldSet> by_source;
  for (const auto& [field, value] : merged) {
    const auto* source = sources.find(field);
    by_source[source ? *source : ConnectorName{}].set(field, value.reveal());
  }
  for (const auto& [source, fields] : by_source)
    rows.put(envelope.tenant, {"contact", contact_of(envelope), "changed", FieldMask(fields)},
             [&, &from = source, &values = fields](RowJson& json) {
               json.origin(envelope).text("source", from.value).fields("fields", values);
             });
}

void on(const events::Envelope& envelope, const events::ValuesRestored& e, const Context&,
        RowBatch& rows) {
  changed_rows(envelope, e.merged, e.sources, rows);
}

void tag_rows(const events::Envelope& envelope, const events::Memberships& memberships, bool gone,
              const Context& context, RowBatch& rows) {
  for (const auto& stated : memberships.places.stated) {
    const auto hash = context.remote_id_hash(envelope.tenant, stated.connector, stated.remote_id);
    rows.put(envelope.tenant,
             {"contact", contact_of(envelope), "tags", stated.connector.value, hash},
             [&](RowJson& json) {
               json.origin(envelope).texts("tags", gone ? std::vector<std::string>{} : stated.tags);
             });
  }
}

void on(const events::Envelope& envelope, const events::MembershipsReleased& e,
        const Context& context, RowBatch& rows) {
  tag_rows(envelope, e.memberships, true, context, rows);
}

void on(const events::Envelope& envelope, const events::MembershipsAdopted& e,
        const Context& context, RowBatch& rows) {
  tag_rows(envelope, e.memberships, false, context, rows);
}

void on(const events::Envelope& envelope, const events::RecordsAdopted& e, const Context& context,
        RowBatch& rows) {
  const auto contact = contact_of(envelope);
  changed_rows(envelope, e.merged, e.sources, rows);
  for (const auto& record : e.records)
    rows.put(envelope.tenant,
             {"contact", contact, "observed", record.connector.value,
              context.remote_id_hash(envelope.tenant, record.connector, record.remote_id),
              FieldMask(record.held)},
             [&](RowJson& json) {
               json.origin(envelope)
                   .text("connector", record.connector.value)
                   .text("remote_id", record.remote_id.value)
                   .text("source_version", record.source_version)
                   .boolean("removed", record.removed)
                   .boolean("opt_out_seen", false)
                   .fields("fields", record.held);
             });
}

bool contacts_want(std::string_view type) {
  return type == events::IdentityCardWritten::name || type == events::ContactObserved::name
         || type == events::ContactChanged::name || type == events::DeliveryAccepted::name
         || type == events::RecordsReleased::name || type == events::RecordsAdopted::name
         || type == events::MembershipsReleased::name || type == events::MembershipsAdopted::name
         || type == events::ValuesRestored::name;
}

void contacts_rows(const events::Recorded& recorded, const Context& context, RowBatch& rows) {
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { on(recorded.envelope, event, context, rows); })
          on(recorded.envelope, event, context, rows);
      },
      recorded.event);
}

} // namespace

const Projection contacts{"contacts", 5, contacts_want, contacts_rows};

} // namespace tidemark::projections
