#include "connectors/aloware/parts.hpp"
#include "connectors/shared/media_link.hpp"
#include "domain/rules/normalise.hpp"

// Calls and texts (README fact 9): both are "communications" of one id space.
namespace tidemark::connectors::aloware {
namespace {

using events::Field;
using events::MessageStatus;

constexpr std::size_t longest_text = 20'000; // bytes of a transcript that are kept

std::string text_in(const json::Value& object, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto value = object[key].scalar(); value && !trimmed(*value).empty())
      return std::string(trimmed(*value).substr(0, longest_text));
  return {};
}

/// `YYYY-MM-DD HH:MM:SS` without a zone is UTC.
std::string time_in(const json::Value& object, std::string_view key) {
  auto text = text_in(object, {key});
  if (text.size() == 19 && text[10] == ' ') {
    text[10] = 'T';
    text += 'Z';
  }
  return sortable_time(text);
}

std::uint32_t seconds_in(const json::Value& object, std::string_view key) {
  const auto value = object[key].integer().value_or(0);
  return value > 0 && value < 1'000'000 ? static_cast<std::uint32_t>(value) : 0;
}

std::string phone_in(const json::Value& communication, const Settings& settings) {
  auto phone = text_in(communication, {"lead_number"});
  if (phone.empty())
    phone = text_in(communication["contact"], {"phone_number"});
  return phone.empty() ? phone : domain::normalised(Field::phone, phone, region_of(settings));
}

/// There are more codes than README fact 9 knows: a call that is told of as over has to be shown.
std::string status_of(const json::Value& communication, std::string_view part) {
  constexpr std::int64_t closed = 9;
  const auto disposition = communication["disposition_status2"].integer().value_or(0);
  if (!text_in(communication, {"direct_voicemail_url"}).empty())
    return "voicemail";
  if (disposition == 3)
    return "missed";
  if (disposition == 4)
    return "completed";
  if (disposition == 5)
    return "failed";
  if (part == "disposed" || part == "call_disposed"
      || communication["current_status2"].integer() == closed)
    return "completed";
  // What comes late tells of more than the beginning, also where it says nothing of the end.
  return part == "initiated" ? "initiated" : "";
}

events::CallFacts call_in(const json::Value& root, const EventKind& kind,
                          const Settings& settings) {
  const auto communication = communication_in(root);
  const auto body = root["body"];
  events::CallFacts call;
  call.source = settings.name;
  call.call_id = communication_id_in(root);
  call.inbound = communication["direction"].scalar() == "1";
  call.status = status_of(communication, kind.part);
  call.their_number = PiiText(phone_in(communication, settings));
  call.our_number = text_in(communication, {"incoming_number"});
  call.agent = id_in(communication, "user_id");
  call.started_at = time_in(communication, "created_at");
  call.updated_at = time_in(communication, "updated_at");
  call.duration_seconds = seconds_in(communication, "duration");
  call.talk_seconds = seconds_in(communication, "talk_time");
  call.disposition = text_in(communication, {"call_disposition"});
  call.recording = PiiText(text_in(communication, {"direct_recording_url"}));
  call.voicemail = PiiText(text_in(communication, {"direct_voicemail_url"}));
  if (kind.part == "transcript")
    call.transcript = PiiText(text_in(body, {"transcription", "transcript", "text"}));
  if (auto outcome = text_in(body, {"outcome", "call_outcome", "summary_outcome"});
      !outcome.empty())
    call.outcome = events::CallOutcome{std::move(outcome)};
  if (auto score = text_in(communication, {"csat_score"}); !score.empty())
    call.rating = events::CallRating{std::move(score)};
  auto summary = text_in(body, {"summary"});
  call.summary =
      PiiText(summary.empty() ? text_in(communication, {"call_summary"}) : std::move(summary));
  return call;
}

/// The record's id and number: what finds the person.
template <class Command>
void name_person(Command& command, const json::Value& communication, const Settings& settings) {
  auto id = id_in(communication, "contact_id");
  if (id.empty())
    id = id_in(communication["contact"], "id");
  command.remote_id = RemoteId(std::move(id));
  if (auto phone = phone_in(communication, settings); !phone.empty())
    command.fields.set(Field::phone, std::move(phone));
}

/// Neither an id nor a number: nobody could ever be found.
template <class Command>
bool names_nobody(const Command& command) {
  return command.remote_id.value.empty() && command.fields.empty();
}

MessageStatus message_status(const json::Value& communication) {
  const auto disposition = communication["disposition_status2"].integer().value_or(0);
  if (disposition == 7 || disposition == 5)
    return MessageStatus::failed;
  return disposition == 4 ? MessageStatus::sent : MessageStatus::unknown;
}

domain::ObserveMessage message_in(const json::Value& root, const Settings& settings,
                                  std::vector<events::SkippedPart>& skipped) {
  const auto communication = communication_in(root);
  domain::ObserveMessage out;
  auto& message = out.message;
  message.source = settings.name;
  message.message_id = communication_id_in(root);
  message.inbound = communication["direction"].scalar() == "1";
  message.their_address = PiiText(phone_in(communication, settings));
  message.our_address = text_in(communication, {"incoming_number"});
  message.text = PiiText(text_in(communication, {"body"}));
  auto media = stated_media(communication["media"]);
  tell_left_out(media, skipped);
  message.attachments = std::move(media.usable);
  message.stated_at = time_in(communication, "created_at");
  message.status = message_status(communication);
  if (message.status == MessageStatus::failed)
    message.error_text = text_in(communication, {"disposition_status", "current_status"});
  message.agent = id_in(communication, "user_id");
  name_person(out, communication, settings);
  // No conversation id: a thread is the contact and the line (README fact 9).
  const auto line = id_in(communication, "campaign_id");
  if (!line.empty() && !out.remote_id.value.empty())
    message.conversation = out.remote_id.value + "/" + line;
  return out;
}

} // namespace

domain::Translation translate_call(const json::Value& root, const EventKind& kind,
                                   const Settings& settings) {
  domain::Translation out{kind.name};
  out.commands = record_with(root, settings, out.skipped);
  domain::ObserveCall command;
  command.call = call_in(root, kind, settings);
  command.part = std::string(kind.part);
  name_person(command, communication_in(root), settings);
  if (command.call.call_id.empty())
    out.skipped.push_back(
        quarantined_part(Reason::missing_call_id, "A call event without the call's id."));
  else if (names_nobody(command))
    out.skipped.push_back(quarantined_part(Reason::missing_record_id,
                                           "A call event that names neither contact nor number."));
  else
    out.commands.emplace_back(std::move(command));
  return out;
}

domain::Translation translate_message(const json::Value& root, const EventKind& kind,
                                      const Settings& settings) {
  domain::Translation out{kind.name};
  out.commands = record_with(root, settings, out.skipped);
  auto command = message_in(root, settings, out.skipped);
  if (names_nobody(command))
    out.skipped.push_back(quarantined_part(Reason::missing_record_id,
                                           "A text that names neither contact nor number."));
  else
    out.commands.emplace_back(std::move(command));
  return out;
}

} // namespace tidemark::connectors::aloware
