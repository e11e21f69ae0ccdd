#include "gateway/actions/bulk_actions.hpp"

#include "gateway/api/json.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

constexpr std::string_view text_operation = "send_message";
constexpr std::size_t page_rows = 100;

/// The single request that does it to one delivery.
ApiRequest request_for(const BulkAction& action, const projections::DeliveryView& delivery) {
  const auto& wish = action.wish;
  const bool retry = wish.what == "retry";
  ApiRequest out;
  out.method = "POST";
  out.target.segments = {"api", "v1", "deliveries", delivery.id.value,
                         retry ? "retry" : "write-off"};
  out.request_id = action.id;
  Json body{{"reason", wish.reason}};
  if (retry) {
    body["dry_run"] = wish.dry_run;
    if (wish.max_age_seconds > 0)
      body["max_age_seconds"] = wish.max_age_seconds;
  }
  out.body = body.dump();
  return out;
}

} // namespace

bool FailedChoice::has(const projections::DeliveryView& one) const {
  return one.retried_by.value.empty() && one.written_off.value == 0
         && (contact.value.empty() || one.contact == contact)
         && (reason_code.empty() || reason_code == name_of(one.reason_code))
         && (!since || one.since >= *since) && (!until || one.since < *until);
}

BulkActions::BulkActions(const WallClock& clock, projections::Scan scan, Perform perform)
    : clock_(clock), scan_(std::move(scan)), perform_(std::move(perform)) {}

BulkActions::~BulkActions() {
  std::map<TenantId, Runs> ending;
  {
    const std::lock_guard lock(guard_);
    for (auto& [tenant, runs] : runs_)
      for (auto& run : runs)
        run->thread.request_stop();
    ending.swap(runs_);
  }
  ending.clear(); // waits for them, without the lock that they need
}

Result<BulkAction> BulkActions::start(BulkWish wish, const Caller& caller) {
  Runs forgotten; // let go of outside the lock
  const std::lock_guard lock(guard_);
  auto& runs = runs_[caller.tenant];
  for (const auto& run : runs)
    if (!run->action.ended_at)
      return Error{"action_runs",
                   "the action " + run->action.id + " has not ended; wait for it, or stop it"};
  auto run = std::make_unique<Run>();
  auto& action = run->action;
  action.wish = std::move(wish);
  action.by = caller.name;
  action.started_at = clock_.now();
  // Of two starts of the service none has the same: ids go into the log.
  const auto micros = static_cast<std::uint64_t>(action.started_at.time_since_epoch().count());
  action.id = "a" + std::to_string(micros) + "-" + std::to_string(++started_);
  run->caller = caller;
  auto copy = action;
  auto& begun = *runs.emplace_front(std::move(run));
  begun.thread =
      std::jthread([this, &begun](const std::stop_token& stop) { this->run(begun, stop); });
  for (; runs.size() > kept; runs.pop_back())
    forgotten.push_back(std::move(runs.back()));
  return copy;
}

BulkActions::Run* BulkActions::find_run(const TenantId& tenant, std::string_view id) const {
  const auto of_tenant = runs_.find(tenant);
  if (of_tenant == runs_.end())
    return nullptr;
  const auto found = std::ranges::find_if(of_tenant->second,
                                          [&](const auto& run) { return run->action.id == id; });
  return found == of_tenant->second.end() ? nullptr : found->get();
}

std::optional<BulkAction> BulkActions::find(const TenantId& tenant, std::string_view id) const {
  const std::lock_guard lock(guard_);
  const auto* run = find_run(tenant, id);
  return run ? std::optional(run->action) : std::nullopt;
}

std::vector<BulkAction> BulkActions::of(const TenantId& tenant) const {
  const std::lock_guard lock(guard_);
  std::vector<BulkAction> out;
  if (const auto found = runs_.find(tenant); found != runs_.end())
    for (const auto& run : found->second)
      out.push_back(run->action);
  return out;
}

bool BulkActions::stop(const TenantId& tenant, std::string_view id) {
  const std::lock_guard lock(guard_);
  auto* run = find_run(tenant, id);
  if (run)
    run->thread.request_stop();
  return run != nullptr;
}

void BulkActions::run(Run& run, const std::stop_token& stop) {
  const auto all = each(run, stop);
  const std::lock_guard lock(guard_);
  run.action.ended_at = clock_.now();
  run.action.state = !all ? "failed" : *all ? "done" : "stopped"; // a stop may come too late
  if (!all)
    run.action.error = all.error().text;
}

Result<bool> BulkActions::each(Run& run, const std::stop_token& stop) {
  const auto& filter = run.action.wish.filter;
  for (const std::string state : {"rejected", "dead"}) {
    if (!filter.state.empty() && filter.state != state)
      continue;
    std::string after;
    do {
      TRY(page, projections::deliveries_page(scan_, run.caller.tenant, {state, filter.target.value},
                                             after, page_rows));
      for (const auto& delivery : page.items) {
        if (stop.stop_requested())
          return false;
        if (!filter.has(delivery))
          continue;
        const auto before = run.action.requested; // this thread alone changes it
        TRYV(one(run, delivery));
        if (run.action.requested > before)
          pause(run, stop);
      }
      after = page.next;
    } while (!after.empty());
  }
  return true;
}

Status BulkActions::one(Run& run, const projections::DeliveryView& delivery) {
  const auto& wish = run.action.wish; // does not change while it runs
  const auto skip = [&](const std::string& code) {
    const std::lock_guard lock(guard_);
    ++run.action.matched;
    ++run.action.skipped[code];
    return Done{};
  };
  if (wish.what == "retry" && delivery.operation == text_operation && !wish.texts)
    return skip("is_a_text");
  if (wish.what == "write_off" && wish.dry_run) {
    const std::lock_guard lock(guard_);
    ++run.action.matched;
    ++run.action.requested;
    return Done{};
  }
  const auto answer = perform_(request_for(run.action, delivery), run.caller);
  const auto said = Json::parse(answer.body, nullptr, false);
  if (answer.status == 409 && said.is_object())
    return skip(said["error"].value("code", "refused"));
  if (answer.status / 100 != 2 || !said.is_object())
    return Error{"action_failed", "at the delivery " + delivery.id.value + ": "
                                      + (said.is_object() && said.contains("error")
                                             ? said["error"].value("message", "no reason given")
                                             : "the answer was " + std::to_string(answer.status))};
  if (wish.dry_run && !said.value("would_send", false))
    return skip(said.value("reason_code", "refused"));
  const std::lock_guard lock(guard_);
  ++run.action.matched;
  ++run.action.requested;
  return Done{};
}

/// A dry run asks nothing of anybody else.
void BulkActions::pause(const Run& run, const std::stop_token& stop) const {
  if (run.action.wish.dry_run)
    return;
  std::mutex sleep;
  std::condition_variable_any wake;
  std::unique_lock lock(sleep);
  wake.wait_for(lock, stop, std::chrono::duration<double>(1.0 / run.action.wish.per_second),
                [] { return false; });
}

} // namespace tidemark::gateway
