#include "app/demo/systems.hpp"

#include "base/contains.hpp"

#include <fmt/format.h>

namespace tidemark::demo {
namespace {

using Names = std::map<std::string, std::string>;

/// How each system calls the canonical fields.
const Names& names_in(System system) {
  static const Names gohighlevel{{"first_name", "firstName"},
                                 {"last_name", "lastName"},
                                 {"phone", "phone"},
                                 {"email", "email"},
                                 {"company", "companyName"}};
  static const Names aloware{{"first_name", "first_name"},
                             {"last_name", "last_name"},
                             {"phone", "phone_number"},
                             {"email", "email"},
                             {"company", "company_name"}};
  static const Names generic{{"first_name", "first_name"},
                             {"last_name", "last_name"},
                             {"phone", "phone"},
                             {"email", "email"},
                             {"company", "company"}};
  if (system == System::aloware)
    return aloware;
  // Verity holds the forwarded body of GoHighLevel.
  return system == System::generic ? generic : gohighlevel;
}

Json body_of(System system, const Fields& fields) {
  Json body = Json::object();
  for (const auto& [field, value] : fields) {
    if (field == "dnd") // a switch that only GoHighLevel is told of here
      body[field] = value == "true";
    else
      body[names_in(system).at(field)] = value;
  }
  return body;
}

Record record_of(System system, const Json& contact) {
  Record record{text_at(contact, "id"), {}};
  for (const auto& [field, name] : names_in(system))
    if (auto value = text_at(contact, name); !value.empty())
      record.fields.emplace(field, std::move(value));
  return record;
}

Headers bearer(std::string_view token) {
  return {{"Authorization", "Bearer " + std::string(token)}};
}
Headers gohighlevel_headers() {
  auto headers = bearer(sandbox::gohighlevel_token);
  headers.emplace_back("Version", "2021-07-28");
  return headers;
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
  switch (system) {
  case System::gohighlevel:
    return is_new ? "POST /contacts/" : "PUT /contacts/{id}";
  case System::aloware:
    return "POST /api/v1/webhook/forms";
  case System::generic:
    return is_new ? "POST /contacts" : "PUT /contacts/{id}";
  case System::verity:
    return "a text message from a phone";
  }
  return "";
}

Status Systems::add(System system, const Fields& fields) {
  auto body = system == System::verity ? Json() : body_of(system, fields);
  switch (system) {
  case System::gohighlevel:
    body["locationId"] = sandbox::gohighlevel_location;
    return done(web_.need("POST", url(system, "/contacts/"), gohighlevel_headers(), body));
  case System::aloware:
    body["api_token"] = sandbox::aloware_token;
    return done(web_.need("POST", url(system, "/api/v1/webhook/forms"), {}, body));
  case System::generic:
    return done(web_.need("POST", url(system, "/contacts"), bearer(sandbox::generic_token), body));
  case System::verity:
    body = {{"from", fields.at("phone")}, {"body", "Hello, are you open today?"}};
    return done(web_.need("POST", where_.control + "/people/verity/messages", {}, body));
  }
  return Error{"no_such_system", "there is no such system"};
}

Status Systems::edit(System system, const Record& record, const Fields& changes) {
  auto body = body_of(system, changes);
  switch (system) {
  case System::gohighlevel:
    return done(
        web_.need("PUT", url(system, "/contacts/" + record.id), gohighlevel_headers(), body));
  case System::aloware:
    body["api_token"] = sandbox::aloware_token;
    body["phone_number"] = record.fields.at("phone"); // its only key
    body["force_update"] = true;
    return done(web_.need("POST", url(system, "/api/v1/webhook/forms"), {}, body));
  case System::generic:
    return done(web_.need("PUT", url(system, "/contacts/" + record.id),
                          bearer(sandbox::generic_token), body));
  case System::verity:
    break;
  }
  return Error{"no_contact_api", "Verity has no way to edit a contact"};
}

Result<std::optional<Record>> Systems::find(System system, const std::string& phone) {
  std::string address;
  Headers headers;
  const auto number = escaped(phone);
  switch (system) {
  case System::gohighlevel:
    address = url(system, fmt::format("/contacts/search/duplicate?locationId={}&number={}",
                                      sandbox::gohighlevel_location, number));
    headers = gohighlevel_headers();
    break;
  case System::aloware:
    address = url(system, fmt::format("/api/v1/webhook/contact/phone-number?api_token={}"
                                      "&phone_number={}",
                                      sandbox::aloware_token, number));
    break;
  case System::generic:
    address = url(system, "/contacts?phone=" + number);
    headers = bearer(sandbox::generic_token);
    break;
  case System::verity:
    address = where_.control + "/state/verity/contacts";
    break;
  }
  TRY(answer, web_.ask("GET", address, headers));
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
  for (const auto& entry : entries)
    if (number_at(entry, "status") == 503)
      return true;
  return false;
}

Status Systems::send_webhooks_to(const std::string& engine) {
  return done(web_.need("POST", where_.control + "/settings", {}, Json{{"engine", engine}}));
}

} // namespace tidemark::demo
