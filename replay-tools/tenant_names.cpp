#include "replay-tools/tenant_names.hpp"

#include "events/codec.hpp"
#include "events/engine.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

/// How many events are looked at on each end of the log, and on either side of a start. A start
/// writes two for each tenant.
constexpr std::uint64_t looked_at = 1'000;

Status add_tenants(const storage::LogStore& log, Position after, std::size_t limit,
                   TenantNames& names) {
  const auto read = log.read(after, limit, [&](std::string_view record) {
    const auto header = events::read_header(record);
    // The engine's own events may stand under a name of their own.
    if (header && header->type != events::EngineStarted::name
        && header->type != events::RecoveryPerformed::name
        && header->tenant != events::installation_tenant().value)
      names.emplace(header->tenant);
    return true;
  });
  return read ? Status(Done{}) : Status(read.error());
}

Position before(Position position, std::uint64_t events = looked_at) {
  return Position{position.value - std::min(position.value, events)};
}

} // namespace

Result<TenantNames> tenants_in(const storage::LogStore& log) {
  TenantNames names;
  for (const auto from : {Position{}, before(log.durable())})
    if (const auto done = add_tenants(log, from, looked_at, names); !done)
      return done.error();
  // Every start records the configuration of each tenant, one after the other.
  const auto tag = storage::stream_tag(events::engine_stream());
  TenantNames followed;
  std::set<Position> starts; // that were looked around
  while (followed.size() < names.size()) {
    const auto next = *std::ranges::find_if(
        names, [&](const std::string& name) { return !followed.contains(name); });
    followed.insert(next);
    TRY(own, log.tagged(TenantId(next), tag, Position{}, SIZE_MAX));
    for (const auto start : own) {
      const auto near = starts.lower_bound(before(start, looked_at / 2));
      if (near != starts.end() && *near <= start)
        continue;
      starts.insert(start);
      TRYV(add_tenants(log, before(start), 2 * looked_at, names));
    }
  }
  return names;
}

Result<TenantNames> ended_tenants_in(const storage::LogStore& log) {
  TenantNames ended;
  TRYV(storage::read_under_tag(log, events::installation_tenant(), events::access_tag(), {},
                               [&](const events::Recorded& recorded) {
                                 const auto* end =
                                     std::get_if<events::TenantEnded>(&recorded.event);
                                 if (end)
                                   ended.insert(end->tenant.value);
                               }));
  return ended;
}

} // namespace tidemark::tools
