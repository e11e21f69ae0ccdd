#include "domain/sync/mapping_repair.hpp"
#include "events/codec.hpp"
#include "events/format/next_step.hpp"
#include "events/format/reason.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/contact_now.hpp"
#include "gateway/api/store.hpp"
#include "gateway/contacts/routes.hpp"

#include <array>

// That the contact who has an address be mapped wherever it is not (requirement C14).

namespace tidemark::gateway {
namespace {

using domain::MappingStatus;

// ---- asking

constexpr Schema system_status{"mapping_status",
                               {{text("connector"), text("status"), text("text"),
                                 nullable(text("remote_id")), nullable(text("delivery"))}}};
constexpr Schema requested_schema{
    "mapping_repair_requested",
    {{text("status"), integer("position"), text("contact"), list("systems", system_status)}}};

std::string_view sentence_of(MappingStatus::Kind kind) {
  constexpr std::array<std::string_view, 5> sentences{
      "no record of the contact is known there", "its record there is known",
      "a delivery that looks for its record, or makes it, is on its way",
      "a record was made there, whose id the system has not told",
      "its record there was deleted over there"};
  return sentences[static_cast<std::size_t>(kind)];
}

/// Nobody when the body does not name the address. Errors: bad_phone, bad_email.
Result<std::optional<ContactId>> holder_of(const ApiContext& api, const Body& body,
                                           events::Field kind) {
  const auto name = events::name_of(kind);
  if (!body[name].stated())
    return std::optional<ContactId>{};
  const Address address{kind, key_of(kind, body.text(name), api.region())};
  if (address.value.empty() && kind == events::Field::phone)
    return Error{"bad_phone", "phone is no number in any usual form; write it with its country "
                              "code, such as +12025550142"};
  if (address.value.empty())
    return Error{"bad_email", "email is no e-mail address"};
  const auto* rules = api.rules();
  return holder_now(api.ports.log, api.tenant(), api.hash_of(address),
                    rules ? *rules : domain::SyncRules{});
}

Result<ContactId> holder_of(const ApiContext& api, const Body& body) {
  if (!body["phone"].stated() && !body["email"].stated())
    return Error{"no_address", "name the contact by phone or email, or by both"};
  TRY(phone, holder_of(api, body, events::Field::phone));
  TRY(email, holder_of(api, body, events::Field::email));
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

/// Records only, and says how each system stands now; the contact decides.
Result<Json> repair_mapping(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(id, holder_of(api, body));
  TRY(contact, contact_now(api.ports.log, api.tenant(), id));
  events::MappingRepairRequested request;
  request.contact = id;
  Json systems = Json::array();
  for (const auto& source : api.options.sources) {
    if (!api.is_ours(source.tenant.value) || !source.connector->capabilities.contact_api)
      continue;
    const auto status = domain::status_at(contact, source.settings.name);
    if (status.kind != MappingStatus::Kind::mapped)
      request.connectors.push_back(source.settings.name);
    systems.push_back({{"connector", source.settings.name.value},
                       {"status", domain::name_of(status.kind)},
                       {"text", sentence_of(status.kind)},
                       {"remote_id", or_null(status.remote_id.value)},
                       {"delivery", or_null(status.delivery.value)}});
  }
  TRY(out, record(api, events::admin_stream(), asked(api, std::move(reason), std::move(request))));
  out["contact"] = id.value;
  out["systems"] = std::move(systems);
  return std::move(out);
}

// ---- what came of it

constexpr Schema repaired_schema{
    "mapping_repaired",
    {{text("connector"), text("outcome"), text("reason_code"), text("text"),
      nullable(text("next_step")), nullable(text("delivery")), nullable(text("remote_id"))}}};
constexpr Schema repair_schema{
    "mapping_repair",
    {{integer("position"), text("contact"), time("requested_at"), text("by"), text("reason"),
      text("state"), list("systems", repaired_schema), optional(text("outcome")),
      optional(text("reason_code")), optional(text("text")),
      optional(nullable(text("next_step")))}}};

void give_reason(Json& to, const std::string& outcome, Reason reason_code,
                 const StepSubject& subject) {
  to["outcome"] = outcome;
  to["reason_code"] = reason_code;
  to["text"] = explain_reason(reason_code).text;
  to["next_step"] = or_null(next_step_for(reason_code, subject));
}

/// What was decided for one system, and what became of its delivery since.
Result<Json> repaired_json(const ApiContext& api, const projections::TargetView& target) {
  auto outcome = target.outcome;
  auto reason_code = target.reason_code;
  RemoteId remote_id;
  if (!target.delivery.value.empty()) {
    TRY(delivery, projections::delivery(api.scan, api.tenant(), target.delivery));
    if (delivery && delivery->state != "intended" && delivery->state != "dispatched") {
      outcome = projections::outcome_of_state(delivery->state, delivery->reason_code);
      reason_code = delivery->reason_code;
      remote_id = delivery->remote_id;
    }
  }
  Json out{{"connector", target.target.value}};
  give_reason(out, outcome, reason_code, {{}, target.delivery.value, target.target.value});
  out["delivery"] = or_null(target.delivery.value);
  out["remote_id"] = or_null(api.shown_id(remote_id));
  return out;
}

Result<Json> show_repair(const ApiContext& api) {
  TRY(at, read_position(api.segment("position")));
  TRY(stored, api.ports.log.at(at));
  if (!stored || !api.is_ours(stored->envelope.tenant.value))
    return unknown("request for a repair");
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  const auto* request = std::get_if<events::MappingRepairRequested>(&event);
  if (!request)
    return unknown("request for a repair");
  TRY(decided, projections::webhook(api.scan, api.tenant(), at));
  Json out{{"position", at.value},
           {"contact", request->contact.value},
           {"requested_at", to_rfc3339(stored->envelope.recorded_at)},
           {"by", request->by},
           {"reason", request->reason},
           {"state", "pending"},
           {"systems", Json::array()}};
  if (!decided)
    return out;
  for (const auto& part : decided->skipped) {
    out["state"] = "decided";
    give_reason(out, part.outcome, part.reason_code, {at});
  }
  for (const auto& command : decided->commands) {
    if (command.outcome == "pending")
      continue;
    out["state"] = "decided";
    out["contact"] = command.contact.value;
    give_reason(out, command.outcome, command.reason_code, {at});
    for (const auto& target : command.targets) {
      TRY(system, repaired_json(api, target));
      out["systems"].push_back(std::move(system));
    }
  }
  return out;
}

constexpr Route repair_rows[] = {
    {"repair_mapping", "POST", "/api/v1/mappings/repair", Right::operate, repair_mapping,
     &requested_schema, "", "phone email reason", unreadable_so_nothing_stored, 202},
    {"mapping_repair", "GET", "/api/v1/mappings/repair/{position}", Right::read, show_repair,
     &repair_schema},
};

} // namespace

constinit const Routes repair_routes = repair_rows;

} // namespace tidemark::gateway
