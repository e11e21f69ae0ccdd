#pragma once
#include "base/result.hpp"
#include "events/recorded.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace tidemark::tools {

struct EventFormOptions {
  bool reveal = false;      ///< personal data in full
  bool with_bodies = false; ///< attachments, as base64 and, where they can be read, as text
};

/// An event as `log list` and `log show` print it: envelope and payload. Errors: payload_not_json.
Result<nlohmann::ordered_json> event_json(const events::StoredEvent& event,
                                          const EventFormOptions& options);

/// What came with an event, for people: JSON with line breaks, any other text as it is; "" for
/// bytes that are no text.
std::string body_text(const std::string& body);

/// An event in the CloudEvents 1.0 JSON form with our extensions (docs/api.md). `previous_hash` is
/// that of the record before. Errors: payload_not_json.
Result<nlohmann::ordered_json> cloud_event(const events::StoredEvent& event,
                                           const Digest& previous_hash,
                                           const EventFormOptions& options);

/// The exact stored bytes, for import elsewhere.
nlohmann::ordered_json raw_event(const events::StoredEvent& event, std::string_view record);

/// One line for people: position, time, type, stream.
std::string event_line(const events::Envelope& envelope);

} // namespace tidemark::tools
