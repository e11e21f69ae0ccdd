#include "gateway/actions/bulk_journal.hpp"

#include "base/overloaded.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <set>

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
  out.list = wish.list;
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
  out.wish.list = e.list;
  out.by = e.by;
  out.started_at = at;
  return out;
}

void fold(std::vector<BulkAction>& out, const events::Recorded& recorded) {
  const auto at = recorded.envelope.recorded_at;
  const auto with = [&](const std::string& id, const auto& use) {
    const auto found = std::ranges::find(out, id, &BulkAction::id);
    if (found != out.end())
      use(*found);
  };
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
}

/// Has enough been read, going back?
class Reach {
public:
  explicit Reach(std::size_t wanted) : wanted_(wanted) {}
  void take(const events::Event& event) {
    std::visit(overloaded{
                   [&](const events::BulkStarted& e) {
                     missing_.erase(e.id);
                     ++begun_;
                   },
                   [&](const events::BulkProgressed& e) { missing_.insert(e.id); },
                   [&](const events::BulkEnded& e) { missing_.insert(e.id); },
                   [](const auto&) {},
               },
               event);
  }
  bool is_enough() const { return begun_ >= wanted_ && missing_.empty(); }

private:
  std::size_t wanted_, begun_ = 0;
  std::set<std::string> missing_; ///< whose beginning was not read yet
};

} // namespace

Result<std::vector<BulkAction>> read_bulk_journal(const storage::LogStore& log,
                                                  const TenantId& tenant, std::size_t kept) {
  TRY(positions,
      log.tagged(tenant, storage::stream_tag(events::bulk_stream()), {}, SIZE_MAX)); // no event
  std::vector<events::Recorded> newest_first;
  Reach reach(kept);
  for (auto at = positions.rbegin(); at != positions.rend() && !reach.is_enough(); ++at) {
    TRY(recorded, storage::recorded_event(log, *at));
    reach.take(recorded.event);
    newest_first.push_back(std::move(recorded));
  }
  std::vector<BulkAction> out;
  for (auto one = newest_first.rbegin(); one != newest_first.rend(); ++one)
    fold(out, *one);
  return out;
}

Result<std::set<std::string>> asked_already(const storage::LogStore& log, const TenantId& tenant,
                                            const BulkAction& action) {
  std::set<std::string> out;
  const auto add = [&](const auto* asked, const auto& thing) {
    if (asked && asked->request_id == action.id)
      out.insert(thing(*asked));
  };
  const auto delivery = [](const auto& asked) { return asked.delivery.value; };
  const auto webhook = [](const auto& asked) { return std::to_string(asked.webhook.value); };
  TRYV(storage::read_under_tag(log, tenant, storage::stream_tag(events::admin_stream()),
                               action.wish.up_to, [&](const events::Recorded& recorded) {
                                 const auto& event = recorded.event;
                                 add(std::get_if<events::DeliveryRetryRequested>(&event), delivery);
                                 add(std::get_if<events::DeliveryWrittenOff>(&event), delivery);
                                 add(std::get_if<events::WebhookReprocessRequested>(&event),
                                     webhook);
                               }));
  return out;
}

} // namespace tidemark::gateway
