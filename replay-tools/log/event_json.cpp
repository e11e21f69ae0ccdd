#include "replay-tools/log/event_json.hpp"

#include "base/contains.hpp"
#include "base/text/json_writer.hpp"
#include "events/access.hpp"
#include "replay-tools/log/masking.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Json position_or_null(Position position) {
  return position == Position{} ? Json(nullptr) : Json(position.value);
}

std::string_view encoding_name(events::Encoding encoding) {
  return encoding == events::Encoding::sealed ? "sealed" : "plain";
}

Result<Json> payload_json(const events::StoredEvent& event, bool reveal) {
  if (event.envelope.payload_encoding == events::Encoding::sealed)
    return Json(nullptr); // unreadable without the person's key
  auto payload = Json::parse(event.payload, nullptr, false);
  if (payload.is_discarded())
    return Error{"payload_not_json", fmt::format("the payload at position {} is not JSON",
                                                 event.envelope.position.value)};
  for (const auto name : events::never_shown)
    if (payload.is_object() && payload.contains(name))
      payload[std::string(name)] = "***";
  if (!reveal)
    mask_payload(payload);
  return payload;
}

/// `tidemark/<connector or part>`: who it comes from, by the stream's name.
std::string source_of(const events::Envelope& envelope) {
  const std::string_view stream = envelope.stream.value;
  const auto slash = stream.find('/');
  const auto kind = stream.substr(0, slash);
  static constexpr auto of_connectors =
      words("webhook", "delivery", "listing", "backfill", "connector", "flow", "token", "note");
  if (slash != std::string_view::npos && contains(of_connectors, kind)) {
    const auto rest = stream.substr(slash + 1);
    return "tidemark/" + std::string(rest.substr(0, rest.find('/')));
  }
  return "tidemark/" + std::string(kind);
}

} // namespace

Result<Json> event_json(const events::StoredEvent& event, const EventFormOptions& options) {
  const auto& e = event.envelope;
  TRY(payload, payload_json(event, options.reveal));
  Json out{{"position", e.position.value},
           {"at", to_rfc3339(e.recorded_at)},
           {"type", e.type},
           {"tenant", e.tenant.value},
           {"stream", e.stream.value},
           {"stream_version", e.version.value},
           {"cause", position_or_null(e.cause)},
           {"command_index", e.command_index},
           {"decider", events::name_of(e.decider)},
           {"correlation", e.correlation.value},
           {"rules", e.rules},
           {"epoch", e.epoch.value},
           {"hash", to_hex(e.hash)},
           {"encoding", encoding_name(e.payload_encoding)},
           {"data", std::move(payload)},
           {"attachment_bytes", event.attachment.size()}};
  if (options.with_bodies && !event.attachment.empty()) {
    out["attachment_base64"] = to_base64(event.attachment);
    out["attachment_text"] = body_text(event.attachment);
  }
  return out;
}

std::string body_text(const std::string& body) {
  if (const auto document = Json::parse(body, nullptr, false); !document.is_discarded())
    return document.dump(2, ' ', false, Json::error_handler_t::replace);
  const bool is_text = json::to_valid_utf8(body) == body && std::ranges::none_of(body, [](char c) {
                         return c >= 0 && c < ' ' && !std::isspace(c);
                       });
  return is_text ? body : "";
}

Result<Json> cloud_event(const events::StoredEvent& event, const Digest& previous_hash,
                         const EventFormOptions& options) {
  const auto& e = event.envelope;
  TRY(payload, payload_json(event, options.reveal));
  const auto at = to_rfc3339(e.recorded_at);
  Json out{{"specversion", "1.0"},
           {"id", fmt::format("{}/{}", e.tenant.value, e.position.value)},
           {"source", source_of(e)},
           {"type", e.type},
           {"subject", e.stream.value},
           {"time", at},
           {"datacontenttype", "application/json"},
           {"position", e.position.value},
           {"tenant", e.tenant.value},
           {"stream", e.stream.value},
           {"streamversion", e.version.value},
           {"cause", position_or_null(e.cause)},
           {"correlation", std::to_string(e.correlation.value)},
           {"recordedat", at},
           {"hash", to_hex(e.hash)},
           {"previoushash", to_hex(previous_hash)},
           {"encoding", encoding_name(e.payload_encoding)},
           {"data", std::move(payload)}};
  if (options.with_bodies && !event.attachment.empty())
    out["attachment_base64"] = to_base64(event.attachment);
  return out;
}

Json raw_event(const events::StoredEvent& event, std::string_view record) {
  return {{"position", event.envelope.position.value},
          {"hash", to_hex(event.envelope.hash)},
          {"record_base64", to_base64(record)}};
}

std::string event_line(const events::Envelope& e) {
  auto line = fmt::format("{:>8}  {}  {:<28}  {}", e.position.value, to_rfc3339(e.recorded_at),
                          e.type, e.stream.value);
  if (e.cause != Position{})
    line += fmt::format("  (because of {})", e.cause.value);
  return line;
}

} // namespace tidemark::tools
