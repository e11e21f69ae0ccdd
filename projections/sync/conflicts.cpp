#include "projections/sync/conflicts.hpp"

#include "projections/table/keys.hpp"

namespace tidemark::projections {
namespace {

bool conflicts_want(std::string_view type) {
  return type == events::ContactConflictDecided::name;
}

void conflicts_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  const auto* e = std::get_if<events::ContactConflictDecided>(&recorded.event);
  if (!e)
    return;
  const auto& envelope = recorded.envelope;
  const auto side = [](RowJson& json, const std::pair<const ConnectorName, PiiText>& value) {
    json.text("connector", value.first.value).text("value", value.second.reveal());
  };
  rows.put(envelope.tenant, {"conflict", contact_of(envelope), events::name_of(e->field)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("webhook", envelope.correlation.value)
                 .number("index", envelope.command_index)
                 .text("contact", contact_of(envelope))
                 .text("field", events::name_of(e->field))
                 .objects("values", e->values, side)
                 .text("winner", e->winner.value)
                 .text("value", e->value.reveal())
                 .text("rule", e->rule);
           });
}

} // namespace

const Projection conflicts{"conflicts", 1, conflicts_want, conflicts_rows};

} // namespace tidemark::projections
