#include "projections/sync/custom_fields.hpp"

#include "projections/table/keys.hpp"
#include "projections/table/row_reader.hpp"

#include <algorithm>
#include <set>

namespace tidemark::projections {
namespace {

constexpr std::string_view faults_table = "custom_fields";
/// How settings begin that map one (connectors/shared/custom_fields.hpp).
constexpr std::string_view mapped_prefix = "custom_fields.";

bool custom_fields_want(std::string_view type) {
  return type == events::CustomFieldsChecked::name || type == events::ConfigApplied::name;
}

/// An answer that told nothing leaves what is known.
void checked_row(const events::Envelope& envelope, const events::CustomFieldsChecked& e,
                 RowBatch& rows) {
  if (e.failure != Reason::none)
    return;
  if (e.findings.empty())
    return rows.remove(envelope.tenant, {"fault", e.connector.value});
  std::vector<std::string> fields;
  for (const auto& finding : e.findings)
    if (std::find(fields.begin(), fields.end(), finding.field) == fields.end())
      fields.push_back(finding.field);
  rows.put(envelope.tenant, {"fault", e.connector.value}, [&](RowJson& json) {
    json.origin(envelope).text("connector", e.connector.value).texts("fields", fields);
  });
}

/// Others are not looked at again, so what was found there counts no more.
void config_row(const events::Envelope& envelope, const events::ConfigApplied& e, RowBatch& rows) {
  std::vector<std::string> connectors;
  for (const auto& each : e.connectors) {
    const auto at = each.settings.lower_bound(std::string(mapped_prefix));
    if (at != each.settings.end() && at->first.starts_with(mapped_prefix))
      connectors.push_back(each.connector.value);
  }
  rows.put(envelope.tenant, {"config"},
           [&](RowJson& json) { json.origin(envelope).texts("connectors", connectors); });
}

void custom_fields_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  if (const auto* checked = std::get_if<events::CustomFieldsChecked>(&recorded.event))
    checked_row(recorded.envelope, *checked, rows);
  if (const auto* config = std::get_if<events::ConfigApplied>(&recorded.event))
    config_row(recorded.envelope, *config, rows);
}

} // namespace

const Projection custom_fields{"custom_fields", 1, custom_fields_want, custom_fields_rows};

Result<std::vector<CustomFieldFaults>> custom_field_faults(const Scan& scan,
                                                           const TenantId& tenant) {
  std::vector<CustomFieldFaults> out;
  std::set<std::string, std::less<>> mapped;
  bool readable = true;
  const auto each = [&](std::string_view kind, auto take) {
    return scan(faults_table, row_key(tenant, {kind}), {},
                [&, take](std::string_view, std::string_view value) {
                  const auto row = json::parse(value);
                  readable = readable && row.ok();
                  if (readable)
                    take(row->root());
                  return readable;
                });
  };
  TRYV(each("config", [&](json::Value row) {
    for (const auto& connector : row["connectors"].items())
      mapped.emplace(connector.text().value_or(""));
  }));
  TRYV(each("fault", [&](json::Value row) {
    if (!mapped.contains(text_of(row, "connector")))
      return;
    auto& faults = out.emplace_back();
    faults.connector = ConnectorName(text_of(row, "connector"));
    faults.since = time_of(row, "at");
    for (const auto& field : row["fields"].items())
      faults.fields.emplace_back(field.text().value_or(""));
  }));
  if (!readable)
    return damaged_row(faults_table);
  return out;
}

} // namespace tidemark::projections
