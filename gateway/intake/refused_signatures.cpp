#include "gateway/intake/refused_signatures.hpp"

#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/intake/routes.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema refused_schema{
    "refused_signature",
    {{time("at"), text("connector"), text("channel"), text("reason_code"), text("received"),
      text("computed_start"), integer("body_bytes"), text("body_sha256"), text("client"),
      text("request_id")}}};
constexpr Schema page_schema{"refused_signatures", {{list("items", refused_schema)}}};

/// The last ones since the service was started, newest first (I11). For admins: what is computed
/// helps whoever wants to guess a secret.
Result<Json> list_refused(const ApiContext& api) {
  const auto all = api.refused_signatures.of(api.tenant());
  return Json{{"items", array_json(all, [](const RefusedSignature& one) -> Json {
                 return {{"at", to_rfc3339(one.at)},     {"connector", one.connector.value},
                         {"channel", one.channel},       {"reason_code", one.reason_code},
                         {"received", one.received},     {"computed_start", one.computed_start},
                         {"body_bytes", one.body_bytes}, {"body_sha256", one.body_sha256},
                         {"client", one.client},         {"request_id", one.request_id}};
               })}};
}

constexpr Route refused_rows[] = {{"refused_signatures", "GET", "/api/v1/webhooks/refused",
                                   Right::audit, list_refused, &page_schema}};

} // namespace

void RefusedSignatures::add(const TenantId& tenant, RefusedSignature refused) {
  const std::lock_guard lock(guard_);
  auto& newest = newest_[tenant];
  newest.push_front(std::move(refused));
  if (newest.size() > kept)
    newest.pop_back();
}

std::vector<RefusedSignature> RefusedSignatures::of(const TenantId& tenant) const {
  const std::lock_guard lock(guard_);
  const auto found = newest_.find(tenant);
  if (found == newest_.end())
    return {};
  return {found->second.begin(), found->second.end()};
}

constinit const Routes refused_signature_routes = refused_rows;

} // namespace tidemark::gateway
