#include "events/codec.hpp"
#include "events/reasons.hpp"
#include "gateway/api/query.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

void give_reason(Json& to, const std::string& outcome, const std::string& reason_code) {
  const auto reason = explain_reason(reason_code);
  to["outcome"] = outcome;
  to["reason_code"] = reason_code;
  to["text"] = reason.text;
  to["next_step"] = reason.next_step.empty() ? Json() : Json(reason.next_step);
}

} // namespace

/// What was decided for one system, and what became of its delivery since.
Query::Outcome Query::repaired_json(const projections::TargetView& target) const {
  auto outcome = target.outcome;
  auto reason_code = target.reason_code;
  RemoteId remote_id;
  if (!target.delivery.value.empty()) {
    TRY(found, projections::delivery(scan_, caller_.tenant, target.delivery));
    if (const auto& delivery = found;
        delivery && delivery->state != "intended" && delivery->state != "dispatched") {
      outcome = projections::outcome_of_state(delivery->state);
      reason_code = delivery->reason_code;
      remote_id = delivery->remote_id;
    }
  }
  Json out{{"connector", target.target.value}};
  give_reason(out, outcome, reason_code);
  out["delivery"] = target.delivery.value.empty() ? Json() : Json(target.delivery.value);
  out["remote_id"] = remote_id.value.empty() ? Json() : Json(shown_id(remote_id));
  return out;
}

/// `GET /api/v1/mappings/repair/{position}`
Query::Outcome Query::mapping_repair() const {
  TRY(at, position(request_.target.segments[4]));
  TRY(stored, ports_.log.at(at));
  if (!stored || !is_ours(stored->envelope.tenant.value))
    return unknown("request for a repair");
  TRY(event, events::decode(stored->envelope.type, stored->payload));
  const auto* asked = std::get_if<events::MappingRepairRequested>(&event);
  if (!asked)
    return unknown("request for a repair");
  TRY(decided, projections::webhook(scan_, caller_.tenant, at));
  Json out{{"position", at.value},
           {"contact", asked->contact.value},
           {"requested_at", to_rfc3339(stored->envelope.recorded_at)},
           {"by", asked->by},
           {"reason", asked->reason},
           {"state", "pending"},
           {"systems", Json::array()}};
  if (!decided)
    return out;
  for (const auto& part : decided->skipped) {
    out["state"] = "decided";
    give_reason(out, part.outcome, part.reason_code);
  }
  for (const auto& command : decided->commands) {
    if (command.outcome == "pending")
      continue;
    out["state"] = "decided";
    out["contact"] = command.contact.value;
    give_reason(out, command.outcome, command.reason_code);
    for (const auto& target : command.targets) {
      TRY(system, repaired_json(target));
      out["systems"].push_back(std::move(system));
    }
  }
  return out;
}

} // namespace tidemark::gateway
