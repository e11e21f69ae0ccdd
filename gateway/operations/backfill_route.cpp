#include "gateway/operations/backfill_route.hpp"

#include "base/text/json_writer.hpp"
#include "events/backfill.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/request_body.hpp"

namespace tidemark::gateway {
namespace {

Error wrong(std::string text) {
  return {"bad_usage", std::move(text)};
}

/// Errors: bad_body, bad_usage.
Result<events::BackfillRequested> read_request(const GatewayOptions& options, const Caller& caller,
                                               const std::string& body) {
  TRY(parsed, read_object(body, {"connector", "kind", "dry_run"}));
  const auto kind = parsed["kind"].text().value_or("backfill");
  if (kind != "backfill" && kind != "reconcile")
    return Error{"bad_body", "kind is backfill or reconcile"};
  const ConnectorName connector{std::string(parsed["connector"].text().value_or(""))};
  std::string known;
  bool found = false;
  for (const auto& source : options.sources) {
    if (source.tenant != caller.tenant)
      continue;
    known += (known.empty() ? "" : ", ") + source.settings.name.value;
    found |= source.settings.name == connector;
  }
  if (!found)
    return wrong("the tenant has no connector of this name; it has: " + known);
  return events::BackfillRequested{connector,
                                   kind == "reconcile" ? events::BackfillKind::reconcile
                                                       : events::BackfillKind::backfill,
                                   parsed["dry_run"].boolean().value_or(false), caller.name, ""};
}

/// The request that has no end yet, or 0.
Result<Position> running_of(const storage::LogStore& log, const TenantId& tenant,
                            const StreamName& stream) {
  const auto newest = log.newest_tagged(tenant, storage::stream_tag(stream));
  if (!newest || newest->value == 0)
    return newest;
  TRY(stored, log.at(*newest));
  const bool ended = stored && stored->envelope.type == events::BackfillFinished::name;
  return ended ? Position{} : *newest;
}

/// The run's position. Errors: busy, and those of reading.
Result<Position> record(storage::LogStore& log, const TenantId& tenant,
                        const events::BackfillRequested& run) {
  const auto stream = events::backfill_stream(run.connector);
  while (true) {
    const auto running = running_of(log, tenant, stream);
    if (!running || running->value != 0)
      return running;
    TRY(version, log.version_of(tenant, stream));
    storage::Append append;
    append.tenant = tenant;
    append.expected.push_back({stream, version});
    append.events.push_back({stream, run, {}, {}});
    const auto outcome = storage::append_and_wait(log, std::move(append));
    if (const auto* appended = std::get_if<storage::Appended>(&outcome))
      return appended->first;
    if (!std::holds_alternative<storage::Conflict>(outcome)) // else one was just asked for
      return Error{"busy", "the service cannot take the request now: try again"};
  }
}

std::uint16_t status_of(const Error& error) {
  if (error.code == "busy")
    return 503;
  return error.code.starts_with("bad_") ? 400 : 500;
}

} // namespace

Answer request_backfill(const GatewayOptions& options, const GatewayPorts& ports,
                        const Caller& caller, const ApiRequest& request) {
  const auto run = read_request(options, caller, request.body);
  const auto position = run ? record(ports.log, caller.tenant, *run) : run.error();
  if (!position) {
    const auto& error = position.error();
    return problem_answer({status_of(error), error.code, error.text}, request.request_id,
                          ports.clock.now());
  }
  Answer answer;
  answer.status = 202;
  answer.body = "{\"position\":";
  json::append_number(answer.body, position->value);
  answer.body += "}";
  return answer;
}

} // namespace tidemark::gateway
