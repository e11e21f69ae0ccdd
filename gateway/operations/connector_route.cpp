#include "gateway/operations/connector_route.hpp"

#include "base/text/json_reader.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/request_body.hpp"
#include "gateway/api/store_request.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

std::uint16_t connector_refusal_status(const Error& error) {
  if (error.code == "not_paused")
    return 409;
  return error.code.starts_with("bad_") ? 400 : 500;
}

} // namespace

Answer ConnectorRoute::refuse(std::uint16_t status, std::string_view code,
                              std::string message) const {
  return problem_answer({status, code, std::move(message)}, request_.request_id,
                        ports_.clock.now());
}

Answer ConnectorRoute::answer() const {
  const ConnectorName connector(request_.target.segments[3]);
  const bool known =
      std::any_of(options_.sources.begin(), options_.sources.end(), [&](const auto& source) {
        return source.tenant == caller_.tenant && source.settings.name == connector;
      });
  if (!known)
    return refuse(404, "not_found",
                  "there is no such connector; GET /api/v1/connectors lists them");
  const auto body = json::parse(request_.body);
  if (!body || body->root().kind() != json::Kind::object)
    return refuse(400, "bad_body",
                  "the body must be one JSON object: "
                      + (body ? "it is something else" : body.error().text));
  auto event = asked(body->root(), connector);
  if (event)
    return record(connector, *std::move(event));
  const auto status = connector_refusal_status(event.error());
  return status == 500 ? refuse(500, "not_stored",
                                "the data could not be read, so nothing changed; see the "
                                "service's log, then send it again")
                       : refuse(status, event.error().code, event.error().text);
}

Result<events::Event> ConnectorRoute::asked(json::Value body,
                                            const ConnectorName& connector) const {
  const bool pauses = request_.route->id == RouteId::pause_connector;
  TRYV(pauses ? only_members(body, {"reason", "hold_opt_outs"}) : only_members(body, {"reason"}));
  TRY(reason, reason_of(body));
  if (pauses) {
    const auto hold = body["hold_opt_outs"];
    if (hold.stated() && !hold.boolean())
      return Error{"bad_hold_opt_outs", "hold_opt_outs is true or false; true keeps opt-outs from "
                                        "the system too, which has to be mended by hand"};
    return events::Event(events::ConnectorPaused{connector, hold.boolean().value_or(false),
                                                 std::move(reason), caller_.name,
                                                 request_.request_id});
  }
  TRY(paused, is_paused(connector));
  if (!paused)
    return Error{"not_paused", "this connector is not paused"};
  return events::Event(
      events::ConnectorResumed{connector, std::move(reason), caller_.name, request_.request_id});
}

Result<bool> ConnectorRoute::is_paused(const ConnectorName& connector) const {
  TRY(newest, ports_.log.newest_tagged(caller_.tenant,
                                       storage::stream_tag(events::connector_stream(connector))));
  if (newest.value == 0)
    return false;
  TRY(stored, ports_.log.at(newest));
  return stored && stored->envelope.type == events::ConnectorPaused::name;
}

Answer ConnectorRoute::record(const ConnectorName& connector, events::Event event) const {
  storage::Append append;
  append.tenant = caller_.tenant;
  append.events.push_back({events::connector_stream(connector), std::move(event), {}, {}});
  return store_request(ports_, std::move(append), request_.request_id,
                       "nothing was stored and nothing changed; send it again later");
}

} // namespace tidemark::gateway
