#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "storage/recorded_event.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using events::FieldFault;

std::string words_of(const events::FieldFinding& finding) {
  switch (finding.fault) {
  case FieldFault::missing:
    return "there is no such field over there";
  case FieldFault::other_type:
    return "it has another type over there: " + finding.detail;
  case FieldFault::missing_options:
    return "it lacks options over there: " + finding.detail;
  }
  return "it does not fit";
}

/// What the system told last; nothing when it was never asked.
Result<std::optional<events::Recorded>>
last_check(const storage::LogStore& log, const TenantId& tenant, const ConnectorName& connector) {
  const auto tag = storage::stream_tag(events::custom_fields_stream(connector));
  TRY(newest, log.newest_tagged(tenant, tag));
  if (newest.value == 0)
    return std::optional<events::Recorded>();
  TRY(said, storage::recorded_event(log, newest));
  return std::optional(std::move(said));
}

std::size_t show(Format format, const events::Recorded& said,
                 const events::CustomFieldsChecked& checked) {
  const auto& connector = checked.connector.value;
  const auto asked = to_rfc3339(said.envelope.recorded_at);
  for (const auto& finding : checked.findings)
    print(format,
          {{"connector", connector},
           {"field", finding.field},
           {"key", finding.key},
           {"fault", name_of_enum(finding.fault)},
           {"detail", finding.detail},
           {"since", asked}},
          fmt::format("{}: {} ({}): {}", connector, finding.field, finding.key, words_of(finding)));
  if (checked.failure != Reason::none)
    print(format,
          {{"connector", connector},
           {"failure", name_of(checked.failure)},
           {"text", explain_reason(checked.failure).text},
           {"since", asked}},
          fmt::format("{}: it could not be asked: {}", connector,
                      explain_reason(checked.failure).text));
  return checked.findings.size() + (checked.failure == Reason::none ? 0 : 1);
}

} // namespace

Result<int> custom_fields_show(DataFolder& folder, const CommonOptions& common) {
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(applied, applied_config(folder.log(), tenant));
  std::size_t asked = 0, faults = 0;
  for (const auto& one : applied.connectors) {
    TRY(said, last_check(folder.log(), tenant, one.connector));
    const auto* checked = said ? std::get_if<events::CustomFieldsChecked>(&said->event) : nullptr;
    if (!checked)
      continue;
    ++asked;
    faults += show(common.format, *said, *checked);
  }
  print_summary(
      common.format, {{"connectors", asked}, {"faults", faults}},
      fmt::format("{} systems were asked for their custom fields; {} faults.", asked, faults));
  return faults == 0 ? exit_code::done : exit_code::does_not_hold;
}

} // namespace tidemark::tools
