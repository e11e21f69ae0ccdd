#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"

namespace tidemark::connectors::gohighlevel {
namespace {

std::string text_of(const json::Value& value) {
  return std::string(trimmed(value.text().value_or("")));
}

/// The first of the members that is a time, sortable.
std::string appointment_time(const json::Value& object,
                             std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (auto time = sortable_time(object[key].text().value_or("")); !time.empty())
      return time;
  return {};
}

constexpr std::size_t name_bytes_max = 200;

/// The first of the members that is text, and no longer than any name.
std::string name_in(const json::Value& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto text = trimmed(object[key].text().value_or(""));
        !text.empty() && text.size() <= name_bytes_max)
      return std::string(text);
  return {};
}

std::string updated_at(const json::Value& root, const json::Value& data, Timestamp received_at) {
  for (const auto& time : {root["timestamp"], data["dateUpdated"], data["updatedAt"]})
    if (auto sortable = sortable_time(time.text().value_or("")); !sortable.empty())
      return sortable;
  return sortable_time(to_rfc3339(received_at));
}

} // namespace

domain::Translation translate_appointment(const json::Value& root, const EventKind& kind,
                                          const Settings& settings) {
  const auto nested = root["appointment"];
  const auto& data = nested.kind() == json::Kind::object ? nested : root;
  domain::ObserveAppointment command;
  auto& facts = command.appointment;
  facts.source = settings.name;
  facts.appointment_id = id_from(data, {"id", "appointmentId"});
  command.remote_id = RemoteId(id_from(data, {"contactId", "contact_id"}));
  if (command.remote_id.value.empty())
    command.remote_id = RemoteId(id_from(root, {"contactId", "contact_id"}));
  domain::Translation out{kind.name};
  if (facts.appointment_id.empty() || command.remote_id.value.empty()) {
    out.skipped.push_back(quarantined_part(
        Reason::missing_record_id,
        "An appointment without its id or the contact's; nothing can be attached to it."));
    return out;
  }
  facts.calendar = id_from(data, {"calendarId"});
  facts.status = text_of(data[data["appointmentStatus"].stated() ? "appointmentStatus" : "status"]);
  facts.title = PiiText(text_of(data["title"]));
  facts.starts_at = appointment_time(data, {"startTime"});
  facts.ends_at = appointment_time(data, {"endTime"});
  facts.updated_at = appointment_time(root, {"timestamp"});
  if (facts.updated_at.empty())
    facts.updated_at = appointment_time(data, {"dateUpdated", "dateAdded"});
  facts.agent = id_from(data, {"assignedUserId"});
  facts.deleted = alphanumeric_key(kind.name).find("delete") != std::string::npos;
  out.commands.emplace_back(std::move(command));
  return out;
}

domain::Translation translate_opportunity(const json::Value& root, const EventKind& kind,
                                          Timestamp received_at, const Settings& settings) {
  const auto nested = root["opportunity"];
  const auto& data = nested.kind() == json::Kind::object ? nested : root;
  domain::ObserveOpportunity command;
  auto& facts = command.opportunity;
  facts.source = settings.name;
  facts.opportunity_id = id_from(data, {"id", "opportunityId", "opportunity_id"});
  for (const auto& place : {data, root})
    if (command.remote_id.value.empty())
      command.remote_id = RemoteId(id_from(place, {"contactId", "contact_id"}));
  domain::Translation out{kind.name};
  if (facts.opportunity_id.empty() || command.remote_id.value.empty()) {
    out.skipped.push_back(quarantined_part(
        Reason::missing_record_id,
        "An opportunity without its id or the contact's; nothing can be attached to it."));
    return out;
  }
  facts.pipeline = id_from(data, {"pipelineId", "pipeline_id"});
  facts.pipeline_name = name_in(data, {"pipelineName", "pipeline_name"});
  facts.stage = id_from(data, {"pipelineStageId", "pipeline_stage_id", "stageId"});
  // The workflow builder's own misspelling is among them.
  facts.stage_name = name_in(
      data, {"pipelineStageName", "pipeline_stage", "pipleline_stage", "stageName", "stage"});
  facts.status = name_in(data, {"status", "opportunityStatus"});
  facts.agent = id_from(data, {"assignedTo", "assigned_to"});
  facts.updated_at = updated_at(root, data, received_at);
  facts.deleted = alphanumeric_key(kind.name).find("delete") != std::string::npos;
  out.commands.emplace_back(std::move(command));
  return out;
}

} // namespace tidemark::connectors::gohighlevel
