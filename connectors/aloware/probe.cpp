#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "connectors/shared/inbound.hpp"

namespace tidemark::connectors::aloware {

/// A look-up of a number that belongs to nobody (555-0100 is kept for examples).
HttpRequest probe(const Settings& settings) {
  if (trimmed(settings.secret("token")).empty()) // it is only listened to
    return {};
  return contact_lookup(settings, "+12025550100");
}

/// A wrong token may be answered with 200 and a page (README fact 1), so only JSON proves it.
domain::DeliveryResult judge_probe(const HttpAnswer& answer) {
  using domain::DeliveryVerdict;
  if (const auto judged = judge_common(answer, Effect::none))
    return *judged;
  if (!is_success(answer) && answer.status != 404)
    return judge_refusal(answer);
  const auto document = json::parse(answer.body);
  if (!is_json(answer) || !document || document.value().root().kind() != json::Kind::object)
    return judge_unreadable(Effect::none);
  return {DeliveryVerdict::accepted, Reason::accepted};
}

} // namespace tidemark::connectors::aloware
