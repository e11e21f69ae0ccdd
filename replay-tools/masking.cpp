#include "replay-tools/masking.hpp"

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

/// Every text below, whatever it is.
void mask_all(Json& value) {
  if (value.is_string())
    value = masked_text(value.get_ref<const std::string&>());
  else if (value.is_structured())
    for (auto& item : value)
      mask_all(item);
}

bool is_personal(std::string_view name) {
  return name == "remote_id" || name == "value" || name == "values" || name == "headers";
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
    if ((name == "fields" || name == "context") && value.is_object())
      mask_fields(value);
    else if (is_personal(name))
      mask_all(value);
    else
      mask_payload(value);
  }
}

} // namespace tidemark::tools
