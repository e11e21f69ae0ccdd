#include "gateway/outages/planned_end.hpp"

namespace tidemark::gateway {

Result<std::optional<events::PlannedEnd>> planned_end_in(const ApiContext& api, const Body& body) {
  const Error bad{"bad_until", "until is when it is planned to end: a time to come, RFC 3339 with "
                               "time zone"};
  if (!body["until"].stated())
    return std::optional<events::PlannedEnd>();
  const auto at = from_rfc3339(body.text("until"));
  if (!at || *at <= api.now())
    return bad;
  return std::optional(events::PlannedEnd{*at});
}

} // namespace tidemark::gateway
