#include "app/service/backfill_handler.hpp"

#include "events/codec.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::app {
namespace {

Error wrong(std::string text) {
  return {"bad_usage", std::move(text)};
}

std::string names_of(const config::TenantConfig& tenant) {
  std::string out;
  for (const auto& connector : tenant.connectors)
    out += (out.empty() ? "" : ", ") + connector.settings.name.value;
  return out;
}

class Desk {
public:
  Desk(storage::LogStore& log, const config::Config& config) : log_(log), config_(config) {}

  Result<Position> operator()(const storage::control::BackfillQuestion& what) const {
    const auto* tenant = config_.tenant(TenantId(what.tenant));
    if (!tenant)
      return wrong("the service has no tenant of this name: check --tenant");
    const ConnectorName connector(what.connector);
    if (std::none_of(tenant->connectors.begin(), tenant->connectors.end(),
                     [&](const auto& one) { return one.settings.name == connector; }))
      return wrong("the tenant has no connector of this name; it has: " + names_of(*tenant));
    while (true) {
      const auto running = running_of(tenant->id, connector);
      if (!running)
        return running.error();
      if (running->value != 0)
        return *running;
      const auto stream = events::backfill_stream(connector);
      const auto version = log_.version_of(tenant->id, stream);
      if (!version)
        return version.error();
      storage::Append append;
      append.tenant = tenant->id;
      append.expected.push_back({stream, *version});
      append.events.push_back(
          {stream,
           events::BackfillRequested{connector,
                                     what.reconcile ? events::BackfillKind::reconcile
                                                    : events::BackfillKind::backfill,
                                     what.dry_run, what.by, ""},
           {},
           {}});
      const auto outcome = storage::append_and_wait(log_, std::move(append));
      if (const auto* appended = std::get_if<storage::Appended>(&outcome))
        return appended->first;
      if (!std::holds_alternative<storage::Conflict>(outcome)) // else one was just asked for
        return Error{"busy", "the service cannot take the request now: try again"};
    }
  }

private:
  /// The request that has no end yet, or 0.
  Result<Position> running_of(const TenantId& tenant, const ConnectorName& connector) const {
    const auto newest =
        log_.newest_tagged(tenant, storage::stream_tag(events::backfill_stream(connector)));
    if (!newest || newest->value == 0)
      return newest;
    const auto stored = log_.at(*newest);
    if (!stored)
      return stored.error();
    const bool ended = *stored && (*stored)->envelope.type == events::BackfillFinished::name;
    return ended ? Position{} : *newest;
  }

  storage::LogStore& log_;
  const config::Config& config_;
};

} // namespace

storage::BackfillDesk make_backfill_desk(storage::LogStore& log, const config::Config& config) {
  return Desk(log, config);
}

} // namespace tidemark::app
