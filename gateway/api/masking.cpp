#include "gateway/api/masking.hpp"

#include "base/secret.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

// Members that hold names of our own, ids, hashes and codes. A member that is not here is masked,
// so a new event type shows too little rather than too much.
constexpr std::array<std::string_view, 55> harmless{
    "connector",     "channel",       "verdict",     "content_type",    "body_sha256",
    "outcome",       "reason_code",   "kind",        "contact",         "matched",
    "names",         "target",        "delivery",    "operation",       "state",
    "rule",          "winner",        "source",      "request_sha256",  "step_name",
    "transport",     "echo_of",       "into",        "by_delivery",     "timer",
    "subject",       "version",       "incarnation", "source_of_truth", "precedence",
    "field",         "field_writers", "type",        "settings",        "text",
    "what",          "contacts",      "absorbed",    "records_of",      "retry_after",
    "request_id",    "card",          "intent",      "decider",         "targets",
    "superseded_by", "change",        "channels",    "evidence",        "action",
    "part",          "purpose",       "rules",       "time_zone_from",  "words"};

bool is_harmless(std::string_view name) {
  return std::find(harmless.begin(), harmless.end(), name) != harmless.end();
}

/// What a person said or heard: in these even a `text` or `subject` is theirs.
bool is_conversation(std::string_view name) {
  return name == "message" || name == "call";
}

bool is_personal(std::string_view name) {
  return name == "fields" || name == "context" || name == "values" || name == "headers";
}

bool looks_like_phone(std::string_view text) {
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 7 && text.find_first_not_of("+0123456789 ()-.") == std::string_view::npos;
}

enum class Masking { known, conversation, all };

void mask(Json& value, std::string_view name, Masking masking) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    const bool spoken = masking == Masking::conversation && (name == "text" || name == "subject");
    if (masking == Masking::all)
      text = masked_field(name, text);
    else if (spoken || !is_harmless(name))
      text = masked_any(text);
  } else if (value.is_array()) {
    for (auto& item : value)
      mask(item, name, masking);
  } else if (value.is_object()) {
    if (is_personal(name))
      masking = Masking::all;
    else if (is_conversation(name) && masking == Masking::known)
      masking = Masking::conversation;
    for (auto& [key, item] : value.items())
      mask(item, key, masking);
  }
}

} // namespace

std::string masked_field(std::string_view field, std::string_view value) {
  if (field == "phone")
    return masked_phone(value);
  return masked_any(value);
}

std::string masked_any(std::string_view text) {
  if (text.find('@') != std::string_view::npos)
    return masked_email(text);
  return looks_like_phone(text) ? masked_phone(text) : masked_text(text);
}

void mask_payload(Json& payload) {
  mask(payload, "", Masking::known);
}

} // namespace tidemark::gateway
