#include "actors/intake/parking_clock.hpp"

#include "events/format/tags.hpp"
#include "events/timers/parking_time.hpp"
#include "projections/identity/parked_view.hpp"

namespace tidemark::actors {
namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::size_t at_once_max = 100; // the rest comes with the next looks

} // namespace

std::vector<storage::Append> ParkingClock::due(Timestamp now) {
  const auto timeout = context_.rules.parking_timeout;
  if (timeout == timeout.zero() || now < looked_ + look_every)
    return {};
  looked_ = now;
  const projections::Scan scan = [&](std::string_view table, std::string_view prefix,
                                     std::string_view after, const projections::RowVisitor& row) {
    return context_.tables.scan(table, prefix, after, row);
  };
  const auto page = projections::parked_page(scan, context_.tenant, false, {}, at_once_max);
  if (!page)
    return {};
  std::set<Position> waiting;
  std::vector<storage::Append> out;
  for (const auto& parked : page->items) {
    if (parked.since + timeout > now)
      break; // the oldest come first
    if (!waiting.insert(parked.input).second || asked_.contains(parked.input))
      continue;
    storage::Append append;
    append.tenant = context_.tenant;
    append.events.push_back(
        {events::engine_stream(), events::timer_of({parked.input, parked.key}), {}, {}});
    append.dedupe.push_back({events::parked_input_tag(parked.input).hash, std::nullopt, {}});
    out.push_back(std::move(append));
  }
  asked_ = std::move(waiting);
  return out;
}

} // namespace tidemark::actors
