#include "projections/contacts.hpp"

#include "base/overloaded.hpp"
#include "projections/keys.hpp"
#include "projections/row_json.hpp"

namespace tidemark::projections {
namespace {

using Rows = std::vector<Row>;

void append_text(std::string& out, const std::string& text) {
  json::append_string(out, text);
}

std::string card_json(const events::Envelope& envelope, const events::IdentityCardWritten& card) {
  const auto record = [](std::string& out, const events::IdentityRecord& r) {
    out += RowJson()
               .text("connector", r.connector.value)
               .text("remote_id_hash", r.remote_id_hash)
               .take();
  };
  return RowJson()
      .origin(envelope)
      .list("records", card.records, record)
      .list("phones", card.phones, append_text)
      .list("emails", card.emails, append_text)
      .list("words", card.words, append_text)
      .take();
}

void on(const events::Envelope& envelope, const events::IdentityCardWritten& card, const Context&,
        Rows& rows) {
  const auto& tenant = envelope.tenant;
  const auto& id = card.contact.value;
  const auto pointer = RowJson().text("contact", id).take();
  rows.push_back({row_key(tenant, {"contact", id, "card"}), card_json(envelope, card)});
  for (const auto& hash : card.phones)
    rows.push_back({row_key(tenant, {"phone", hash}), pointer});
  for (const auto& hash : card.emails)
    rows.push_back({row_key(tenant, {"email", hash}), pointer});
  for (const auto& hash : card.words)
    rows.push_back({row_key(tenant, {"word", hash, id}), pointer});
  for (const auto& record : card.records)
    rows.push_back(
        {row_key(tenant, {"remote", record.connector.value, record.remote_id_hash}), pointer});
}

void on(const events::Envelope& envelope, const events::ContactObserved& e, const Context& context,
        Rows& rows) {
  // An observation that came late says nothing about how the record looks now.
  if (e.outcome == events::Outcome::superseded)
    return;
  const auto hash = remote_id_hash(context.hasher, envelope.tenant, e.connector, e.remote_id);
  rows.push_back({row_key(envelope.tenant, {"contact", contact_of(envelope), "observed",
                                            e.connector.value, hash, field_mask(e.fields)}),
                  RowJson()
                      .origin(envelope)
                      .text("connector", e.connector.value)
                      .text("remote_id", e.remote_id.value)
                      .text("source_version", e.source_version)
                      .boolean("removed", e.removed)
                      .boolean("opt_out_seen", e.opt_out_seen)
                      .fields("fields", e.fields)
                      .take()});
}

void on(const events::Envelope& envelope, const events::ContactChanged& e, const Context&,
        Rows& rows) {
  rows.push_back(
      {row_key(envelope.tenant, {"contact", contact_of(envelope), "changed", field_mask(e.fields)}),
       RowJson()
           .origin(envelope)
           .text("source", e.source.value)
           .fields("fields", e.fields)
           .take()});
}

void on(const events::Envelope& envelope, const events::ContactConflictDecided& e, const Context&,
        Rows& rows) {
  const auto side = [](std::string& out, const std::pair<const ConnectorName, PiiText>& value) {
    out +=
        RowJson().text("connector", value.first.value).text("value", value.second.reveal()).take();
  };
  rows.push_back(
      {row_key(envelope.tenant, {"conflict", contact_of(envelope), events::name_of(e.field)}),
       RowJson()
           .origin(envelope)
           .text("contact", contact_of(envelope))
           .text("field", events::name_of(e.field))
           .list("values", e.values, side)
           .text("winner", e.winner.value)
           .text("rule", e.rule)
           .take()});
}

void on(const events::Envelope& envelope, const events::DeliveryAccepted& e, const Context& context,
        Rows& rows) {
  if (e.remote_id.value.empty())
    return; // no record to attach the values to
  const auto hash = remote_id_hash(context.hasher, envelope.tenant, e.target, e.remote_id);
  rows.push_back({row_key(envelope.tenant, {"contact", e.contact.value, "written", e.target.value,
                                            hash, field_mask(e.fields)}),
                  RowJson()
                      .origin(envelope)
                      .text("connector", e.target.value)
                      .text("remote_id", e.remote_id.value)
                      .fields("fields", e.fields)
                      .take()});
}

bool wants(std::string_view type) {
  return type == events::IdentityCardWritten::name || type == events::ContactObserved::name
         || type == events::ContactChanged::name || type == events::ContactConflictDecided::name
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

const Projection contacts{"contacts", 1, wants, rows_of};

} // namespace tidemark::projections
