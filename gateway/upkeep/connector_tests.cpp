#include "base/text/json_writer.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/upkeep/routes.hpp"

#include <algorithm>

// Whether systems answer, asked by the service itself: it has the secrets. It goes on beside the
// requests of the API, which are not to wait for a system.
namespace tidemark::gateway {
namespace {

constexpr Schema test_step_schema{
    "test_step",
    {{text("step"), text("verdict"), nullable(text("reason_code")), text("text"),
      nullable(text("next_step")), integer("milliseconds")}}};
constexpr Schema connector_test_schema{
    "connector_test", {{text("connector"), boolean("failed"), list("steps", test_step_schema)}}};
constexpr Schema connector_tests_schema{
    "connector_tests",
    {{text("state"), nullable(time("started_at")), nullable(time("ended_at")),
      list("items", connector_test_schema)}}};

Json test_step_json(const TestStep& step) {
  return {{"step", step.step},
          {"verdict", step.verdict},
          {"reason_code", or_null(std::string_view(step.reason_code))},
          {"text", json::to_valid_utf8(step.text)},
          {"next_step", or_null(std::string_view(step.next_step))},
          {"milliseconds", step.milliseconds}};
}

Json connector_test_json(const ConnectorTest& one) {
  const bool failed = std::ranges::find(one.steps, "failed", &TestStep::verdict) != one.steps.end();
  return {{"connector", one.connector.value},
          {"failed", failed},
          {"steps", array_json(one.steps, test_step_json)}};
}

Json tests_json(const std::optional<ConnectorTests>& tests) {
  if (!tests)
    return {{"state", "none"},
            {"started_at", nullptr},
            {"ended_at", nullptr},
            {"items", Json::array()}};
  return {{"state", tests->ended_at ? "ended" : "running"},
          {"started_at", to_rfc3339(tests->started_at)},
          {"ended_at", or_null(tests->ended_at)},
          {"items", array_json(tests->items, connector_test_json)}};
}

Result<Json> show_connector_tests(const ApiContext& api) {
  if (!api.ports.connector_tests)
    return Error{"not_found", "this service asks no systems"};
  return tests_json(api.ports.connector_tests->last(api.tenant()));
}

Result<Json> test_connectors(const ApiContext& api) {
  if (!api.ports.connector_tests)
    return Error{"not_found", "this service asks no systems"};
  TRY(body, api.body());
  TRYV(api.ports.connector_tests->start(api.tenant(), ConnectorName(body.text("connector"))));
  return show_connector_tests(api);
}

constexpr Route connector_test_rows[] = {
    {"connector_tests", "GET", "/api/v1/connector-tests", Right::operate, show_connector_tests,
     &connector_tests_schema},
    {"test_connectors", "POST", "/api/v1/connector-tests", Right::operate, test_connectors,
     &connector_tests_schema, "", "connector", "", 202},
};

} // namespace

constinit const Routes connector_test_routes = connector_test_rows;

} // namespace tidemark::gateway
