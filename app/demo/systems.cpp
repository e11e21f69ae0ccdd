#include "app/demo/systems.hpp"

#include "base/contains.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::demo {
namespace {

/// A canonical field and how each system calls it.
struct Names {
  const char *field, *gohighlevel, *aloware, *generic;

  // Verity holds the forwarded body of GoHighLevel.
  std::string in(System system) const {
    return system == System::aloware ? aloware : system == System::generic ? generic : gohighlevel;
  }
};
constexpr Names every_field[] = {{"first_name", "firstName", "first_name", "first_name"},
                                 {"last_name", "lastName", "last_name", "last_name"},
                                 {"phone", "phone", "phone_number", "phone"},
                                 {"email", "email", "email", "email"},
                                 {"company", "companyName", "company_name", "company"}};
constexpr std::string_view forms = "/api/v1/webhook/forms"; // of Aloware

Json body_of(System system, const Fields& fields) {
  Json body = Json::object();
  for (const auto& names : every_field)
    if (const auto found = fields.find(names.field); found != fields.end())
      body[names.in(system)] = found->second;
  if (fields.contains("dnd")) // a switch that only GoHighLevel is told of here
    body["dnd"] = fields.at("dnd") == "true";
  return body;
}

Record record_of(System system, const Json& contact) {
  Record record{text_at(contact, "id"), {}};
  for (const auto& names : every_field)
    if (auto value = text_at(contact, names.in(system)); !value.empty())
      record.fields.emplace(names.field, std::move(value));
  return record;
}

Headers headers_for(System system) {
  if (system == System::generic)
    return {{"Authorization", fmt::format("Bearer {}", sandbox::generic_token)}};
  if (system == System::gohighlevel)
    return {{"Authorization", fmt::format("Bearer {}", sandbox::gohighlevel_token)},
            {"Version", "2021-07-28"}};
  return {};
}

Status done(const Result<Json>& answer) {
  return answer ? Status(Done{}) : Status(answer.error());
}

bool is_success(const Json& entry) {
  const auto status = number_at(entry, "status");
  return status >= 200 && status < 300;
}

} // namespace

std::string_view key_of(System system) {
  constexpr auto keys = words("gohighlevel", "aloware", "generic", "verity");
  return keys.at(static_cast<std::size_t>(system));
}
std::string_view title_of(System system) {
  constexpr auto titles = words("GoHighLevel", "Aloware", "Generic CRM", "Verity");
  return titles.at(static_cast<std::size_t>(system));
}
std::string title_of(std::string_view connector) {
  for (const auto system : every_system)
    if (key_of(system) == connector)
      return std::string(title_of(system));
  return std::string(connector);
}

std::string Systems::url(System system, std::string_view path) const {
  return where_.systems.at(system) + std::string(path);
}

std::string Systems::way_in(System system, bool is_new) {
  if (system == System::verity)
    return "a text message from a phone";
  if (system == System::aloware)
    return fmt::format("POST {}", forms);
  return !is_new                         ? "PUT /contacts/{id}"
         : system == System::gohighlevel ? "POST /contacts/"
                                         : "POST /contacts";
}

Status Systems::write(System system, const Record* record, const Fields& fields) {
  const bool is_new = record == nullptr;
  auto body = body_of(system, fields);
  switch (system) {
  case System::gohighlevel:
    if (is_new)
      body["locationId"] = sandbox::gohighlevel_location;
    break;
  case System::generic:
    break;
  case System::aloware:
    body["api_token"] = sandbox::aloware_token;
    if (!is_new) {
      body["phone_number"] = record->fields.at("phone"); // its only key
      body["force_update"] = true;
    }
    return done(web_.need("POST", url(system, forms), {}, body));
  case System::verity:
    if (!is_new)
      return Error{"no_contact_api", "Verity has no way to edit a contact"};
    body = {{"from", fields.at("phone")}, {"body", "Hello, are you open today?"}};
    return done(web_.need("POST", where_.control + "/people/verity/messages", {}, body));
  }
  auto path = std::string("/contacts");
  if (!is_new || system == System::gohighlevel)
    path += "/" + (is_new ? "" : record->id);
  return done(web_.need(is_new ? "POST" : "PUT", url(system, path), headers_for(system), body));
}

Result<std::optional<Record>> Systems::find(System system, const std::string& phone) {
  std::string address;
  const auto number = escaped(phone);
  switch (system) {
  case System::gohighlevel:
    address = url(system, fmt::format("/contacts/search/duplicate?locationId={}&number={}",
                                      sandbox::gohighlevel_location, number));
    break;
  case System::aloware:
    address = url(system, fmt::format("/api/v1/webhook/contact/phone-number?api_token={}"
                                      "&phone_number={}",
                                      sandbox::aloware_token, number));
    break;
  case System::generic:
    address = url(system, "/contacts?phone=" + number);
    break;
  case System::verity:
    address = where_.control + "/state/verity/contacts";
    break;
  }
  TRY(answer, web_.ask("GET", address, headers_for(system)));
  if (answer.status == 404 && system == System::aloware)
    return std::optional<Record>();
  if (answer.status != 200)
    return Error{"refused",
                 fmt::format("the look-up in {} was answered {}", title_of(system), answer.status)};
  const auto& body = answer.body;
  if (system == System::aloware)
    return std::optional(record_of(system, body));
  if (system == System::gohighlevel)
    return at(body, "contact").is_object() ? std::optional(record_of(system, at(body, "contact")))
                                           : std::nullopt;
  for (const auto& contact : at(body, "contacts"))
    if (text_at(contact, "phone") == phone)
      return std::optional(record_of(system, contact));
  return std::optional<Record>();
}

Result<Json> Systems::journal(System system, std::uint64_t after) {
  const auto answer = web_.need(
      "GET", fmt::format("{}/state/{}/received?after={}", where_.control, key_of(system), after),
      {});
  return answer ? Result<Json>(at(*answer, "received")) : answer;
}

Result<std::uint64_t> Systems::received(System system) {
  TRY(counts, web_.need("GET", where_.control + "/counts", {}));
  return number_at(at(counts, key_of(system)), "received");
}

Result<std::optional<Timestamp>> Systems::took_effect(System system, std::uint64_t after,
                                                      const std::string& record) {
  TRY(entries, journal(system, after));
  std::optional<Timestamp> newest;
  for (const auto& entry : entries)
    if (is_success(entry) && text_at(entry, "contact") == record)
      newest = Timestamp(std::chrono::microseconds(number_at(entry, "at")));
  return newest;
}

Status Systems::refuse_next_write(System system) {
  return done(web_.need(
      "POST", where_.control + "/faults", {},
      Json{
          {"system", key_of(system)}, {"match", "POST /webhooks"}, {"status", 503}, {"times", 1}}));
}

Result<bool> Systems::has_refused(System system, std::uint64_t after) {
  TRY(entries, journal(system, after));
  return std::ranges::any_of(entries,
                             [](const Json& entry) { return number_at(entry, "status") == 503; });
}

Status Systems::send_webhooks_to(const std::string& engine) {
  return done(web_.need("POST", where_.control + "/settings", {}, Json{{"engine", engine}}));
}

} // namespace tidemark::demo
