#include "events/format/reason.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/intake/routes.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema quarantined{
    "quarantined", {{integer("position"), text("connector"), text("reason_code"), text("text")}}};

Result<Json> list_quarantine(const ApiContext& api) {
  TRY(count, api.limit());
  TRY(after, api.after());
  TRY(page, projections::quarantine(api.scan, api.tenant(), after, count));
  return page_json(page, [](const projections::QuarantinedView& one) -> Json {
    return {{"position", one.position.value},
            {"connector", one.connector.value},
            {"reason_code", one.reason_code},
            {"text", one.text.empty() ? explain_reason(one.reason_code).text : one.text}};
  });
}

constexpr Route quarantine_rows[] = {{"quarantine", "GET", "/api/v1/quarantine", Role::viewer,
                                      list_quarantine, &list_of<quarantined>, "limit after"}};

} // namespace

constinit const Routes quarantine_routes = quarantine_rows;

} // namespace tidemark::gateway
