#include "events/backfill.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/operations/routes.hpp"

namespace tidemark::gateway {
namespace {

/// Errors: bad_body, bad_usage.
Result<events::BackfillRequested> read_run(const ApiContext& api) {
  TRY(body, api.body());
  const auto kind = body["kind"].text().value_or("backfill");
  if (kind != "backfill" && kind != "reconcile")
    return Error{"bad_body", "kind is backfill or reconcile"};
  const ConnectorName connector(body.text("connector"));
  if (!api.source(connector)) {
    std::string known;
    for (const auto& source : api.options.sources)
      if (source.tenant == api.tenant())
        known += (known.empty() ? "" : ", ") + source.settings.name.value;
    return Error{"bad_usage", "the tenant has no connector of this name; it has: " + known};
  }
  return events::BackfillRequested{connector,
                                   kind == "reconcile" ? events::BackfillKind::reconcile
                                                       : events::BackfillKind::backfill,
                                   body["dry_run"].boolean().value_or(false), api.caller.name, ""};
}

/// The request that has no end yet, or 0.
Result<Position> running_of(const storage::LogStore& log, const TenantId& tenant,
                            const StreamName& stream) {
  TRY(newest, log.newest_tagged(tenant, storage::stream_tag(stream)));
  if (newest == Position{})
    return newest;
  TRY(stored, log.at(newest));
  const bool ended = stored && stored->envelope.type == events::BackfillFinished::name;
  return ended ? Position{} : newest;
}

/// Asks for a run over a system's list. Gives its position, or that of the one that is under way:
/// each system has one at a time.
Result<Json> request_backfill(const ApiContext& api) {
  TRY(run, read_run(api));
  auto& log = api.ports.log;
  const auto stream = events::backfill_stream(run.connector);
  while (true) {
    TRY(running, running_of(log, api.tenant(), stream));
    if (running != Position{})
      return Json{{"position", running.value}};
    TRY(version, log.version_of(api.tenant(), stream));
    storage::Append append;
    append.tenant = api.tenant();
    append.expected.push_back({stream, version});
    append.events.push_back({stream, run, {}, {}});
    const auto outcome = storage::append_and_wait(log, std::move(append));
    if (const auto* stored = std::get_if<storage::Appended>(&outcome))
      return Json{{"position", stored->first.value}};
    if (!std::holds_alternative<storage::Conflict>(outcome)) // else one was just asked for
      return Error{"busy", "the service cannot take the request now: try again"};
  }
}

constexpr Schema run_schema{"run", {{integer("position")}}};
constexpr Route backfill_rows[] = {{"request_backfill", "POST", "/api/v1/backfills", Right::local,
                                    request_backfill, &run_schema, "", "connector kind dry_run", "",
                                    202}};

} // namespace

constinit const Routes backfill_routes = backfill_rows;

} // namespace tidemark::gateway
