#include "gateway/consent/consent_preview.hpp"

#include "domain/intake/consent_decisions.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "events/reasons.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::gateway {
namespace {

using Json = nlohmann::ordered_json;

Result<domain::ConsentState> state_of(const storage::LogStore& log, const TenantId& tenant,
                                      const Hash16& address) {
  TRY(positions, log.tagged(tenant, events::consent_tag(address), {}, SIZE_MAX));
  domain::ConsentState state;
  for (const auto position : positions) {
    TRY(stored, log.at(position));
    if (!stored || stored->envelope.type != events::ConsentChanged::name)
      continue; // an input that may say something
    TRY(event, events::decode(stored->envelope.type, stored->payload));
    const auto* change = std::get_if<events::ConsentChanged>(&event);
    if (change && change->address_hash == to_hex(address))
      domain::evolve(state, *change);
  }
  return state;
}

} // namespace

Result<std::string> preview_of(const GatewayPorts& ports, const TenantId& tenant,
                               const events::ConsentRequested& request) {
  const auto hash = request.kind == events::Field::email
                        ? events::email_hash(ports.hasher, tenant, request.address.reveal())
                        : events::phone_hash(ports.hasher, tenant, request.address.reveal());
  TRY(state, state_of(ports.log, tenant, hash));
  const auto sign = domain::sign_of(request);
  const domain::ConsentSubject subject{
      request.kind,         to_hex(hash), request.address, {},
      ConnectorName("api"), request.by,   request.review,  Position{ports.log.durable().value + 1},
      ports.clock.now()};
  Json out = Json::object();
  for (const auto channel : sign.channels)
    out[std::string(name_of_enum(channel))] = {{"change", "no_change"}};
  for (const auto& change : domain::decide_consent(state, sign, subject))
    for (const auto channel : change.channels) {
      auto& one = out[std::string(name_of_enum(channel))];
      one = {{"change", name_of_enum(change.change)}};
      if (change.reason_code.empty())
        continue;
      one["reason_code"] = change.reason_code;
      one["text"] = explain_reason(change.reason_code).text;
    }
  return out.dump();
}

} // namespace tidemark::gateway
