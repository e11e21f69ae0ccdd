#include "replay-tools/log/masking.hpp"

#include "base/contains.hpp"
#include "base/secret.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

void mask_fields(Json& fields) {
  for (auto& [name, value] : fields.items())
    if (value.is_string())
      value = masked_field(name, value.get_ref<const std::string&>());
}

/// Values by field.
bool is_field_set(std::string_view name) {
  return name == "fields" || name == "context" || name == "held" || name == "merged"
         || name == "theirs";
}

/// Every text below, whatever it is.
void mask_all(Json& value) {
  if (value.is_string())
    value = masked_text(value.get_ref<const std::string&>());
  else if (value.is_structured())
    for (auto& item : value)
      mask_all(item);
}

bool is_personal(std::string_view name) {
  constexpr auto names = words("remote_id", "value", "values", "headers", "address", "their_number",
                               "their_address", "recording", "voicemail", "transcript", "summary",
                               "cursor", "next_cursor", "reason"); // why somebody asked for
                                                                   // something, in free words
  return contains(names, name);
}

/// What a person wrote or was written; outside of messages these names are harmless.
bool is_written(std::string_view name) {
  return name == "text" || name == "subject" || name == "attachments";
}

} // namespace

std::string masked_field(std::string_view field, std::string_view value) {
  if (value.empty())
    return "";
  if (field == "phone")
    return masked_phone(value);
  if (field == "email")
    return masked_email(value);
  return masked_text(value);
}

void mask_payload(Json& payload) {
  if (!payload.is_structured())
    return;
  if (payload.is_array()) {
    for (auto& item : payload)
      mask_payload(item);
    return;
  }
  for (auto& [name, value] : payload.items()) {
    if (is_field_set(name) && value.is_object())
      mask_fields(value);
    else if (is_personal(name))
      mask_all(value);
    else if (name == "email" && value.is_string())
      value = masked_email(value.get_ref<const std::string&>());
    else if (name == "message" && value.is_object())
      for (auto& [part, said] : value.items())
        is_personal(part) || is_written(part) ? mask_all(said) : mask_payload(said);
    else
      mask_payload(value);
  }
}

} // namespace tidemark::tools
