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

} // namespace tidemark::connectors::gohighlevel
