#pragma once
#include "sandbox/world/ids.hpp"
#include "sandbox/world/json.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// A call or text that Aloware tells of: one id, up to six deliveries.
struct Communication {
  std::uint64_t id = 0;
  std::string contact;
  bool inbound = false;
  bool is_text = false;
  std::string outcome; ///< completed, failed, missed, invalid
  std::string text;    ///< of an SMS
  std::string summary;
  long wait_time = 9; ///< seconds
  long talk_time = 107;
  Json call_disposition;
  Json user_id;
  long campaign_id = 3001;
  std::chrono::system_clock::rep begun = 0; ///< microseconds since 1970
};

/// Reads what a test orders: `{"direction","outcome","text","summary","wait_time","talk_time",
/// "call_disposition","user_id","campaign_id"}`, all optional. "" or why it cannot be.
std::string read_communication(const Json& body, bool is_text, Communication& out);

/// The deliveries that the vendor makes of it, in their usual order: initiated, disposition,
/// disposed, recording, transcription, summary.
std::vector<std::string> usual_deliveries(const Communication& communication);

/// Is it a delivery that this communication can have?
bool can_have(const Communication& communication, const std::string& delivery);

/// `{"event":…,"body":…}` of one delivery; `contact` as look-ups show it.
Json aloware_delivery(const Communication& communication, const std::string& delivery,
                      const Json& contact);

} // namespace tidemark::sandbox
