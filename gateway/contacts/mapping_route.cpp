#include "gateway/contacts/mapping_route.hpp"

#include "domain/rules/normalise.hpp"
#include "domain/sync/mapping_repair.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/address.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/request_body.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

std::string_view text_of(domain::MappingStatus::Kind kind) {
  constexpr std::array<std::string_view, 5> texts{
      "no record of the contact is known there", "its record there is known",
      "a delivery that looks for its record, or makes it, is on its way",
      "a record was made there, whose id the system has not told",
      "its record there was deleted over there"};
  return texts[static_cast<std::size_t>(kind)];
}

std::uint16_t mapping_refusal_status(const Error& error) {
  if (error.code == "contact_not_found")
    return 404;
  if (error.code == "addresses_of_two")
    return 409;
  if (error.code == "not_stored")
    return 503;
  return error.code.starts_with("bad_") || error.code == "no_address" ? 400 : 500;
}

Json status_json(const ConnectorName& connector, const domain::MappingStatus& status) {
  const auto or_null = [](const std::string& id) { return id.empty() ? Json() : Json(id); };
  return {{"connector", connector.value},
          {"status", domain::name_of(status.kind)},
          {"text", text_of(status.kind)},
          {"remote_id", or_null(status.remote_id.value)},
          {"delivery", or_null(status.delivery.value)}};
}

/// Errors: bad_phone, bad_email.
Result<Hash16> key_of(std::string_view kind, std::string_view text, const KeyedHasher& hasher,
                      const TenantId& tenant, std::string_view region) {
  if (kind == "phone") {
    const auto key = phone_key(text, region);
    if (key.empty())
      return Error{"bad_phone", "phone is no number in any usual form; write it with its country "
                                "code, such as +12025550142"};
    return events::phone_hash(hasher, tenant, key);
  }
  const auto key = domain::identity_key(events::Field::email,
                                        domain::normalised(events::Field::email, text, ""));
  if (key.empty())
    return Error{"bad_email", "email is no e-mail address"};
  return events::email_hash(hasher, tenant, key);
}

} // namespace

Answer MappingRoute::refuse(const Error& error) const {
  const auto status = mapping_refusal_status(error);
  if (status == 500)
    return problem_answer({500, "not_stored",
                           "the data could not be read, so nothing was stored; see the service's "
                           "log, then send it again"},
                          request_.request_id, ports_.clock.now());
  auto answer =
      problem_answer({status, error.code, error.text}, request_.request_id, ports_.clock.now());
  if (status == 503)
    answer.headers.emplace_back("Retry-After", "5");
  return answer;
}

Answer MappingRoute::answer() const {
  auto request = asked();
  return request ? record(*std::move(request)) : refuse(request.error());
}

Result<events::MappingRepairRequested> MappingRoute::asked() const {
  const auto body = json::parse(request_.body);
  if (!body || body->root().kind() != json::Kind::object)
    return Error{"bad_body", "the body must be one JSON object: "
                                 + (body ? "it is something else" : body.error().text)};
  const auto root = body->root();
  TRYV(only_members(root, {"phone", "email", "reason"}));
  TRY(reason, reason_of(root));
  TRY(contact, contact_of(root));
  return events::MappingRepairRequested{
      std::move(contact), {}, std::move(reason), caller_.name, request_.request_id};
}

Result<std::optional<ContactId>> MappingRoute::holder_of(std::string_view kind,
                                                         json::Value address) const {
  if (!address.stated())
    return std::optional<ContactId>{};
  TRY(hash, key_of(kind, address.text().value_or(""), ports_.hasher, caller_.tenant,
                   options_.default_region(caller_.tenant)));
  const auto rules = options_.rules.find(caller_.tenant);
  return holder_now(ports_.log, caller_.tenant, hash,
                    rules == options_.rules.end() ? domain::SyncRules{} : rules->second);
}

Result<ContactId> MappingRoute::contact_of(json::Value body) const {
  if (!body["phone"].stated() && !body["email"].stated())
    return Error{"no_address", "name the contact by phone or email, or by both"};
  TRY(by_phone, holder_of("phone", body["phone"]));
  TRY(by_email, holder_of("email", body["email"]));
  const auto& phone = by_phone;
  const auto& email = by_email;
  if (!phone && !email)
    return Error{"contact_not_found",
                 "no contact has this address. A webhook about the person makes it known: edit the "
                 "contact in one of the systems, or run tidemark backfill for one that lists"};
  if (phone && email && *phone != *email)
    return Error{"addresses_of_two", "the phone belongs to contact " + phone->value
                                         + ", the e-mail to contact " + email->value
                                         + ": name one of them, or merge the contacts first"};
  return phone ? *phone : *email;
}

Answer MappingRoute::record(events::MappingRepairRequested request) const {
  const auto contact = contact_now(ports_.log, caller_.tenant, request.contact);
  if (!contact)
    return refuse(contact.error());
  Json systems = Json::array();
  for (const auto& source : options_.sources) {
    if (source.tenant != caller_.tenant || !source.connector->capabilities.contact_api)
      continue;
    const auto status = domain::status_at(*contact, source.settings.name);
    if (status.kind != domain::MappingStatus::Kind::mapped)
      request.connectors.push_back(source.settings.name);
    systems.push_back(status_json(source.settings.name, status));
  }
  const auto id = request.contact;
  storage::Append append;
  append.tenant = caller_.tenant;
  append.events.push_back({events::admin_stream(), std::move(request), {}, {}});
  const auto outcome = storage::append_and_wait(ports_.log, std::move(append));
  const auto* stored = std::get_if<storage::Appended>(&outcome);
  if (!stored)
    return refuse({"not_stored", "nothing was stored; send it again later"});
  Answer answer;
  answer.status = 202;
  answer.body = Json{{"status", "accepted"},
                     {"position", stored->first.value},
                     {"contact", id.value},
                     {"systems", std::move(systems)}}
                    .dump(-1, ' ', false, Json::error_handler_t::replace);
  return answer;
}

} // namespace tidemark::gateway
