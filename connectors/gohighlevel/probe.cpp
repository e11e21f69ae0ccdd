#include "connectors/gohighlevel/actions.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/request.hpp"
#include "connectors/shared/inbound.hpp"

namespace tidemark::connectors::gohighlevel {

/// One contact of the location's list: the scope that every write needs too.
HttpRequest probe(const Settings& settings) {
  if (trimmed(settings.secret("token")).empty()) // it is only listened to
    return {};
  return request_to(
      settings, "POST", "/contacts/search",
      JsonObject().text("locationId", settings.get("location_id")).raw("pageLimit", "1").finish());
}

domain::DeliveryResult judge_probe(const HttpAnswer& answer) {
  const auto refused = judge_vendor(answer, Effect::none);
  return refused.value_or(
      domain::DeliveryResult{domain::DeliveryVerdict::accepted, Reason::accepted});
}

} // namespace tidemark::connectors::gohighlevel
