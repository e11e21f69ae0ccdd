#include "gateway/actions/bulk_journal.hpp"

#include "base/overloaded.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::gateway {

events::BulkStarted started_event(const BulkAction& action) {
  const auto& wish = action.wish;
  events::BulkStarted out;
  out.id = action.id;
  out.what = wish.what;
  out.filter = wish.filter;
  out.texts = wish.texts;
  out.max_age_seconds = wish.max_age_seconds;
  out.per_second = wish.per_second;
  out.up_to = wish.up_to;
  out.reason = wish.reason;
  out.by = action.by;
  out.request_id = wish.request_id;
  return out;
}

events::BulkEnded ended_event(const BulkAction& action) {
  return {action.id, action.state, action.counts, action.error};
}

Status record_in_bulk_journal(storage::LogStore& log, const TenantId& tenant, events::Event event) {
  storage::Append append;
  append.tenant = tenant;
  append.events.push_back({events::bulk_stream(), std::move(event), {}, {}});
  const auto outcome = storage::append_and_wait(log, std::move(append));
  if (std::holds_alternative<storage::Appended>(outcome))
    return Done{};
  return Error{"not_stored", "nothing was stored; ask again later"};
}

namespace {

BulkAction begun(const events::BulkStarted& e, Timestamp at) {
  BulkAction out;
  out.id = e.id;
  out.wish.what = e.what;
  out.wish.filter = e.filter;
  out.wish.reason = e.reason;
  out.wish.texts = e.texts;
  out.wish.max_age_seconds = e.max_age_seconds;
  out.wish.per_second = std::max<std::uint32_t>(e.per_second, 1);
  out.wish.up_to = e.up_to;
  out.wish.request_id = e.request_id;
  out.by = e.by;
  out.started_at = at;
  return out;
}

} // namespace

Result<std::vector<BulkAction>> read_bulk_journal(const storage::LogStore& log,
                                                  const TenantId& tenant) {
  std::vector<BulkAction> out;
  const auto with = [&](const std::string& id, const auto& use) {
    const auto found = std::ranges::find(out, id, &BulkAction::id);
    if (found != out.end())
      use(*found);
  };
  const auto take = [&](const events::Recorded& recorded) {
    const auto at = recorded.envelope.recorded_at;
    std::visit(overloaded{
                   [&](const events::BulkStarted& e) { out.push_back(begun(e, at)); },
                   [&](const events::BulkProgressed& e) {
                     with(e.id, [&](BulkAction& action) {
                       action.cursor = e.cursor;
                       action.counts = e.counts;
                     });
                   },
                   [&](const events::BulkEnded& e) {
                     with(e.id, [&](BulkAction& action) {
                       action.state = e.state;
                       action.counts = e.counts;
                       action.error = e.error;
                       action.ended_at = at;
                     });
                   },
                   [](const auto&) {},
               },
               recorded.event);
  };
  TRYV(storage::read_under_tag(log, tenant, storage::stream_tag(events::bulk_stream()), {}, take));
  return out;
}

} // namespace tidemark::gateway
