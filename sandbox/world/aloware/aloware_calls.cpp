#include "sandbox/world/aloware/aloware_calls.hpp"

#include "sandbox/world/times.hpp"

#include <fmt/format.h>

namespace tidemark::sandbox {
namespace {

constexpr const char* our_number = "+13125550117";
constexpr long caller = 501;

std::string text_at(const Communication& c, long seconds) {
  const Timestamp begun{std::chrono::microseconds(c.begun)};
  return seconds_text(begun + std::chrono::seconds(seconds));
}

std::string name_of(const Communication& c) {
  return std::string(c.inbound ? "Inbound" : "Outbound") + (c.is_text ? "SMS" : "PhoneCall");
}

/// `Completed`, as the text members and event names have it.
std::string outcome_name(const Communication& c) {
  auto name = c.outcome;
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

int disposition_code(const Communication& c) {
  return c.outcome == "completed" ? 4 : c.outcome == "failed" ? 5 : c.outcome == "missed" ? 3 : 7;
}

std::string event_of(const Communication& c, const std::string& delivery) {
  if (delivery == "initiated")
    return name_of(c);
  if (delivery == "disposition")
    return name_of(c) + "-Disposition" + outcome_name(c);
  if (delivery == "disposed")
    return "Call-Disposed";
  if (delivery == "recording")
    return "Recording-Saved";
  return delivery == "summary" ? "transcription.call.summarized"
                               : "transcription.open_search.saved";
}

Json customer_leg(const Communication& c, bool begun_only) {
  if (begun_only || c.is_text || c.outcome == "missed")
    return nullptr;
  return c.outcome == "completed" ? "completed" : "no-answer";
}

/// Members that say how it stands: nothing at its beginning, the outcome afterwards.
void add_status(Json& body, const Communication& c, const std::string& delivery) {
  const bool begun_only = delivery == "initiated";
  const bool invalid = c.outcome == "invalid";
  body["current_status"] = begun_only ? Json() : Json(invalid ? "invalid" : "closed");
  body["current_status2"] = begun_only ? (c.inbound ? 2 : 1) : invalid ? 19 : 9;
  body["disposition_status"] = begun_only ? Json() : Json(outcome_name(c));
  body["disposition_status2"] = begun_only ? Json() : Json(disposition_code(c));
  const bool disposed = delivery == "disposed";
  body["call_disposition"] = disposed ? c.call_disposition : Json();
  body["call_disposition_id"] = disposed && !c.call_disposition.is_null() ? Json(811) : Json();
  body["customer_leg_status"] = customer_leg(c, begun_only);
}

/// Seconds after the beginning at which a delivery says it was updated.
long updated_after(const Communication& c, const std::string& delivery) {
  const long length = c.wait_time + c.talk_time;
  if (delivery == "initiated" || (c.is_text && c.inbound))
    return 0;
  if (c.is_text)
    return 3;
  return length + (delivery == "disposed" ? 15 : delivery == "recording" ? 24 : 9);
}

void add_times(Json& body, const Communication& c, const std::string& delivery) {
  const bool counted = delivery != "initiated" && !c.is_text;
  body["wait_time"] = counted ? c.wait_time : 0;
  body["talk_time"] = counted ? c.talk_time : 0;
  body["duration"] = counted ? c.wait_time + c.talk_time : 0;
  body["hold_time"] = 0;
  body["created_at"] = text_at(c, 0);
  body["updated_at"] = text_at(c, updated_after(c, delivery));
}

void add_media(Json& body, const Communication& c, const std::string& delivery) {
  const bool recorded = !c.is_text && c.outcome == "completed" && delivery != "initiated";
  body["has_recording"] = recorded;
  body["direct_recording_url"] = recorded
                                     ? Json(fmt::format("https://app.aloware.io/static/recording/"
                                                        "d0000000-0000-4000-8000-{:012}",
                                                        c.id))
                                     : Json();
  body["direct_voicemail_url"] = nullptr;
  body["has_transcription"] = delivery == "transcription";
}

Json communication_body(const Communication& c, const std::string& delivery, const Json& contact) {
  Json body{{"id", c.id},
            {"contact_id", contact["id"]},
            {"attempt", 1},
            {"direction", c.inbound ? 1 : 2},
            {"type", c.is_text ? 2 : 1}};
  const bool nobody = delivery == "initiated" || c.outcome == "missed" || (c.is_text && c.inbound);
  body["user_id"] = nobody ? Json() : c.user_id;
  body["owner_id"] = caller;
  body["ring_group_id"] = nullptr;
  body["campaign_id"] = c.campaign_id;
  body["incoming_number"] = our_number;
  body["lead_number"] = contact["phone_number"];
  body["destination_number"] = nullptr;
  body["creator_type"] = nullptr;
  add_status(body, c, delivery);
  add_times(body, c, delivery);
  add_media(body, c, delivery);
  for (const char* member : {"call_summary", "workflow_id", "broadcast_id", "sequence_id",
                             "transfer_type", "transfer_target", "csat_score", "engagement_data"})
    body[member] = nullptr;
  body["contact"] = contact;
  if (c.is_text) {
    body["body"] = c.text;
    body["media"] = Json::array();
  }
  return body;
}

} // namespace

std::string read_communication(const Json& body, bool is_text, Communication& out) {
  const auto direction = body.contains("direction") ? text_of(body, "direction") : "outbound";
  if (direction != "inbound" && direction != "outbound")
    return "direction must be inbound or outbound";
  out.is_text = is_text;
  out.inbound = direction == "inbound";
  out.outcome = body.contains("outcome") ? text_of(body, "outcome") : "completed";
  const bool known = out.outcome == "completed"
                     || (is_text       ? !out.inbound && out.outcome == "invalid"
                         : out.inbound ? out.outcome == "missed"
                                       : out.outcome == "failed");
  if (!known)
    return "outcome must be completed; failed for an outbound call, missed for an inbound one, "
           "invalid for an outbound text";
  const bool talked = out.outcome == "completed";
  out.text = text_of(body, "text");
  out.summary = body.contains("summary") ? text_of(body, "summary") : "They agreed on a time.";
  out.wait_time = number_of(body, "wait_time", talked ? 9 : 30);
  out.talk_time = number_of(body, "talk_time", talked ? 107 : 0);
  out.call_disposition = body.value("call_disposition", Json("Interested"));
  out.user_id = body.value("user_id", Json(caller));
  out.campaign_id = number_of(body, "campaign_id", 3001);
  return {};
}

std::vector<std::string> usual_deliveries(const Communication& c) {
  if (c.is_text)
    return {"disposition"};
  if (c.outcome == "failed")
    return {"initiated", "disposition"};
  if (c.inbound)
    return {"initiated", "disposition", "disposed"};
  return {"initiated", "disposition", "disposed", "recording", "transcription", "summary"};
}

bool can_have(const Communication& c, const std::string& delivery) {
  if (c.is_text)
    return delivery == "disposition";
  if (delivery == "initiated" || delivery == "disposition" || delivery == "disposed")
    return true;
  const bool spoken =
      delivery == "recording" || delivery == "transcription" || delivery == "summary";
  return spoken && c.outcome == "completed";
}

Json aloware_delivery(const Communication& c, const std::string& delivery, const Json& contact) {
  Json out{{"event", event_of(c, delivery)}};
  if (delivery == "summary")
    out["body"] = {{"communication",
                    {{"id", c.id}, {"contact_id", contact["id"]}, {"campaign_id", c.campaign_id}}},
                   {"summary", c.summary}};
  else if (delivery == "transcription")
    out["body"] = {{"communication", communication_body(c, delivery, contact)}};
  else
    out["body"] = communication_body(c, delivery, contact);
  return out;
}

} // namespace tidemark::sandbox
