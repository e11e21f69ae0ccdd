#include "base/contains.hpp"
#include "base/text/phone.hpp"
#include "sandbox/world/gohighlevel/gohighlevel.hpp"
#include "sandbox/world/http/url.hpp"
#include "sandbox/world/times.hpp"

#include <algorithm>
#include <array>

namespace tidemark::sandbox {
namespace {

constexpr auto writable =
    words("locationId", "firstName", "lastName", "name", "email", "phone", "gender", "address1",
          "city", "state", "postalCode", "country", "website", "timezone", "companyName", "source",
          "dateOfBirth", "assignedTo", "tags", "customFields", "dnd", "dndSettings",
          "inboundDndSettings", "createNewIfDuplicateAllowed");
constexpr auto dnd_channels = words("Call", "Email", "SMS", "WhatsApp", "GMB", "FB", "RCS");

bool is_dnd_status(const Json& value) {
  static constexpr std::array<std::string_view, 3> known{"active", "inactive", "permanent"};
  return value.is_object() && contains(known, text_of(value, "status"));
}

void check_inbound_dnd(const Json& settings, Json& faults) {
  if (!settings.is_object())
    faults.push_back("inboundDndSettings must be an object");
  else if (settings.size() != 1 || !settings.contains("all"))
    faults.push_back("inboundDndSettings must hold all and nothing else");
  else if (!is_dnd_status(settings["all"]))
    faults.push_back("inboundDndSettings.all.status must be one of the following values: active, "
                     "inactive, permanent");
}

void check_tags(const Json& tags, Json& faults) {
  if (!tags.is_array())
    faults.push_back("tags must be an array");
  else if (!std::ranges::all_of(tags, [](const Json& t) { return t.is_string(); }))
    faults.push_back("each value in tags must be a string");
}

/// Lower case, each once.
Json stored_tags(const Json& written) {
  Json tags = Json::array();
  for (const auto& tag : written) {
    if (!tag.is_string())
      continue;
    const Json name = lower_case(tag.get<std::string>());
    if (!contains(tags, name))
      tags.push_back(name);
  }
  return tags;
}

void check_dnd(const Json& settings, Json& faults) {
  if (!settings.is_object()) {
    faults.push_back("dndSettings must be an object");
    return;
  }
  for (const auto& [channel, value] : settings.items()) {
    if (!contains(dnd_channels, channel))
      faults.push_back("dndSettings.property " + channel + " should not exist");
    else if (!is_dnd_status(value))
      faults.push_back(
          "dndSettings." + channel
          + ".status must be one of the following values: active, inactive, permanent");
  }
}

/// Custom fields are written as {id, field_value} and read as {id, value}.
Json stored_custom_fields(const Json& before, const Json& written) {
  Json fields = before.is_array() ? before : Json::array();
  for (const auto& field : written) {
    if (!field.is_object())
      continue;
    const auto id = text_of(field, field.contains("id") ? "id" : "key");
    const Json value =
        field.contains("field_value") ? field["field_value"] : field.value("value", Json());
    const auto same = [&](const Json& f) { return text_of(f, "id") == id; };
    const auto at = std::ranges::find_if(fields, same);
    if (at == fields.end())
      fields.push_back({{"id", id}, {"value", value}});
    else
      (*at)["value"] = value;
  }
  return fields;
}

/// The API cannot lift a permanent block; it answers 200 and leaves it.
void keep_permanent(const Json& before, Json& after) {
  for (const auto& [channel, setting] : before["dndSettings"].items())
    if (text_of(setting, "status") == "permanent")
      after["dndSettings"][channel] = setting;
}

std::string joined_name(const Json& contact) {
  const auto first = text_of(contact, "firstName");
  const auto last = text_of(contact, "lastName");
  return first + (first.empty() || last.empty() ? "" : " ") + last;
}

} // namespace

Json gohighlevel_fields(const Json& canonical) {
  static const std::map<std::string, std::string> names{
      {"first_name", "firstName"},      {"last_name", "lastName"},
      {"company", "companyName"},       {"address_line1", "address1"},
      {"postal_code", "postalCode"},    {"dnd_settings", "dndSettings"},
      {"custom_fields", "customFields"}};
  Json out = Json::object();
  for (const auto& [name, value] : canonical.items()) {
    const auto found = names.find(name);
    out[found == names.end() ? name : found->second] = value;
  }
  return out;
}

void apply_gohighlevel_fields(Json& contact, const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (name == "locationId" || name == "createNewIfDuplicateAllowed")
      continue;
    if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty())) {
      contact.erase(name);
    } else if (name == "phone") {
      contact[name] = to_e164(value.get<std::string>(), "US").value_or(value.get<std::string>());
    } else if (name == "dndSettings") {
      for (const auto& [channel, setting] : value.items())
        contact[name][channel] = setting;
    } else if (name == "tags") {
      contact[name] = stored_tags(value);
    } else if (name == "customFields") {
      contact[name] = stored_custom_fields(contact.value(name, Json::array()), value);
    } else {
      contact[name] = value;
    }
  }
  if (body.contains("name") && !body.contains("firstName") && !body.contains("lastName")) {
    const auto full = text_of(body, "name");
    const auto blank = full.find(' ');
    contact["firstName"] = full.substr(0, blank);
    contact.erase("lastName");
    if (blank != std::string::npos)
      contact["lastName"] = full.substr(blank + 1);
  }
  contact["name"] = joined_name(contact);
}

Json Gohighlevel::faults_of(const Json& body, Writing writing) const {
  Json faults = Json::array();
  for (const auto& [name, value] : body.items()) {
    const bool refused_on_put =
        name == "locationId" || name == "gender" || name == "createNewIfDuplicateAllowed";
    if (!contains(writable, name) || (writing == Writing::update && refused_on_put))
      faults.push_back("property " + name + " should not exist");
    else if (name == "dndSettings")
      check_dnd(value, faults);
    else if (name == "inboundDndSettings")
      check_inbound_dnd(value, faults);
    else if (name == "tags")
      check_tags(value, faults);
    else if (name == "customFields" && !value.is_array())
      faults.push_back(name + " must be an array");
    else if (name == "dnd" && !value.is_boolean())
      faults.push_back("dnd must be a boolean value");
    else if (name == "phone" && !value.is_null()
             && (!value.is_string() || (value != "" && !to_e164(value.get<std::string>(), "US"))))
      faults.push_back("phone must be a valid phone number");
    else if ((name == "email" || name == "firstName" || name == "lastName" || name == "name")
             && !value.is_string() && !value.is_null())
      faults.push_back(name + " must be a string");
  }
  if (writing != Writing::update && !body.contains("locationId"))
    faults.push_back("locationId can't be undefined");
  return faults;
}

std::optional<HttpReply> Gohighlevel::refuse_body(const Json& body, Writing writing) {
  auto faults = faults_of(body, writing);
  if (!faults.empty())
    return office_.unprocessable(std::move(faults));
  if (writing != Writing::update
      && text_of(body, "locationId") != office_.world.settings.ghl_location)
    return failure(403);
  return std::nullopt;
}

std::string Gohighlevel::other_with(const Json& body, const char* field,
                                    const std::string& id) const {
  const auto value = text_of(body, field);
  const auto ids = field == std::string_view("phone")
                       ? office_.book.with_phone(to_e164(value, "US").value_or(value))
                       : office_.book.with_email(value);
  const auto found = std::ranges::find_if(ids, [&](const auto& other) { return other != id; });
  return found == ids.end() ? "" : *found;
}

std::optional<HttpReply> Gohighlevel::duplicate(const Json& body, const std::string& own_id) {
  if (office_.world.settings.ghl_allow_duplicates)
    return std::nullopt;
  for (const char* field : {"email", "phone"}) {
    const auto other = other_with(body, field, own_id);
    if (other.empty())
      continue;
    return office_.with_trace(400,
                              {{"statusCode", 400},
                               {"message", "This location does not allow duplicated contacts."},
                               {"meta",
                                {{"contactId", other},
                                 {"contactName", text_of(*office_.book.find(other), "name")},
                                 {"matchingField", field}}}});
  }
  return std::nullopt;
}

const Json& Gohighlevel::store_new(const Json& body, By by) {
  const auto time = millis_text(office_.world.now());
  Json contact{{"id", office_.ids.twenty("CON")},
               {"locationId", office_.world.settings.ghl_location},
               {"dnd", false},
               {"dndSettings", Json::object()},
               {"tags", Json::array()},
               {"customFields", Json::array()},
               {"dateAdded", time},
               {"dateUpdated", time}};
  for (const char* channel : {"SMS", "Email", "Call"})
    contact["dndSettings"][channel] = {{"status", "inactive"}, {"message", ""}, {"code", ""}};
  apply_gohighlevel_fields(contact, body);
  const auto id = text_of(contact, "id");
  const auto& stored = office_.book.put(id, std::move(contact));
  emit("ContactCreate", stored, by);
  return stored;
}

bool Gohighlevel::store_change(const std::string& id, const Json& body, By by) {
  const Json before = *office_.book.find(id);
  Json after = before;
  apply_gohighlevel_fields(after, body);
  if (by == By::api)
    keep_permanent(before, after);
  const auto differs = [&](const char* member) {
    return before.value(member, Json()) != after.value(member, Json());
  };
  const bool dnd = differs("dnd") || differs("dndSettings");
  const bool tags = differs("tags");
  Json rest_before = before;
  Json rest_after = after;
  for (const char* member : {"dnd", "dndSettings", "inboundDndSettings", "tags"}) {
    rest_before.erase(member);
    rest_after.erase(member);
  }
  // Compared as sorted objects: the order in which members were set is no change.
  const bool rest = nlohmann::json(rest_before) != nlohmann::json(rest_after);
  if (!dnd && !tags && !rest && !differs("inboundDndSettings"))
    return false;
  after["dateUpdated"] = millis_text(office_.world.now());
  const auto& stored = office_.book.put(id, std::move(after));
  if (rest)
    emit("ContactUpdate", stored, by);
  if (tags)
    emit("ContactTagUpdate", stored, by);
  if (dnd)
    emit("ContactDndUpdate", stored, by);
  return true;
}

Json Gohighlevel::shape(const Json& contact) const {
  Json out = contact;
  out["type"] = "lead";
  out["name"] = lower_case(text_of(contact, "name"));
  out["fullNameLowerCase"] = out["name"];
  out["lastActivity"] = contact["dateUpdated"];
  for (const auto& [field, lowered] :
       {std::pair{"email", "emailLowerCase"}, std::pair{"firstName", "firstNameLowerCase"},
        std::pair{"lastName", "lastNameLowerCase"}})
    if (contact.contains(field))
      out[lowered] = lower_case(text_of(contact, field));
  return out;
}

} // namespace tidemark::sandbox
