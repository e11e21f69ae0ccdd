#include "gateway/actions/bulk_actions.hpp"

#include "gateway/actions/bulk_journal.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/table_scan.hpp"
#include "projections/table/projection.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>

namespace tidemark::gateway {
namespace {

/// After so many a crash leaves no more to be looked at again.
constexpr std::uint64_t noted_every = 100;
constexpr std::chrono::milliseconds between_looks{50};

ApiRequest request_for(const BulkAction& action, const BulkItem& item) {
  const auto& wish = action.wish;
  ApiRequest out;
  out.method = "POST";
  out.target.segments = item.path;
  out.request_id = action.id;
  Json body{{"reason", wish.reason}};
  if (wish.what == "retry" || wish.what == "purge")
    body["dry_run"] = wish.dry_run;
  if (wish.what == "retry" && wish.max_age_seconds > 0)
    body["max_age_seconds"] = wish.max_age_seconds;
  if (wish.what == "purge")
    body["confirm"] = true;
  out.body = body.dump();
  return out;
}

/// A look at the wish alone tells what would be.
bool is_only_counted(const BulkWish& wish) {
  return wish.dry_run && (wish.what == "write_off" || wish.what == "reprocess");
}

} // namespace

BulkActions::BulkActions(const BulkPorts& ports, Perform perform)
    : ports_(ports), scan_(scan_of(ports.tables)), perform_(std::move(perform)) {}

BulkActions::~BulkActions() {
  closing_ = true;
  std::map<TenantId, Runs> ending;
  {
    const std::lock_guard lock(guard_);
    for (auto& [tenant, runs] : runs_)
      for (auto& run : runs) {
        run->thread.request_stop();
        if (run->action.wish.list && !run->action.wish.dry_run && run->unnoted > 0)
          (void)note_import(*run); // without, the counts of the next start lack some
      }
    ending.swap(runs_);
  }
  ending.clear(); // waits for them, without the lock that they need
}

void BulkActions::begin(Run& run, bool resumed) {
  run.thread = std::jthread([this, &run, resumed](const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "bulk-action");
    if (resumed) // what it has done already has to be seen as done
      wait_for_tables(ports_.log.durable(), stop);
    this->run(run, stop);
  });
}

Status BulkActions::resume(const TenantId& tenant) {
  TRY(known, read_bulk_journal(ports_.log, tenant, kept));
  const std::lock_guard lock(guard_);
  auto& runs = runs_[tenant];
  for (auto& action : known) { // the oldest first
    auto run = std::make_unique<Run>();
    run->action = std::move(action);
    run->caller = {.role = Role::operator_, .tenant = tenant, .name = run->action.by};
    auto& taken = *runs.emplace_front(std::move(run));
    if (!taken.action.ended_at && !taken.action.wish.list)
      begin(taken, true);
  }
  while (runs.size() > kept && runs.back()->action.ended_at)
    runs.pop_back();
  return Done{};
}

Result<BulkAction> BulkActions::start(BulkWish wish, const Caller& caller) {
  Runs forgotten; // let go of outside the lock
  const std::lock_guard lock(guard_);
  auto& runs = runs_[caller.tenant];
  if (const auto* open = open_import(runs, wish))
    return open->action;
  for (const auto& run : runs)
    if (!wish.list && !run->action.ended_at && !run->action.wish.list)
      return Error{"action_runs",
                   "the action " + run->action.id + " has not ended; wait for it, or stop it"};
  auto run = std::make_unique<Run>();
  auto& action = run->action;
  action.wish = std::move(wish);
  action.wish.up_to = ports_.log.durable();
  action.by = caller.name;
  action.started_at = ports_.clock.now();
  // Of two starts of the service none has the same: ids go into the log.
  const auto micros = static_cast<std::uint64_t>(action.started_at.time_since_epoch().count());
  action.id = "a" + std::to_string(micros) + "-" + std::to_string(++started_);
  if (!action.wish.dry_run) {
    TRYV(note(caller.tenant, started_event(action)));
  }
  run->caller = caller;
  if (caller.role == Role::api) // what its token lists is the action, not what it consists of
    run->caller.role = Role::operator_;
  auto copy = action;
  auto& taken = *runs.emplace_front(std::move(run));
  if (!copy.wish.list)
    begin(taken, false);
  for (; runs.size() > kept && runs.back()->action.ended_at; runs.pop_back())
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
  if (run && run->action.wish.list && !run->action.ended_at)
    end_import(*run, "stopped");
  else if (run)
    run->thread.request_stop();
  return run != nullptr;
}

void BulkActions::wait_for_tables(Position position, const std::stop_token& stop) const {
  const auto is_behind = [&](const projections::Projection& projection) {
    const auto to = ports_.tables.checkpoint(projection.name);
    return to && *to < position; // one that cannot be read ends the action when it is asked
  };
  while (!stop.stop_requested() && std::ranges::any_of(projections::all(), is_behind))
    std::this_thread::sleep_for(between_looks);
}

void BulkActions::run(Run& run, const std::stop_token& stop) {
  const auto begun_after = run.action.cursor; // it moves on
  const auto& tenant = run.caller.tenant;
  const auto region = ports_.region_of(tenant);
  auto asked = asked_already(ports_.log, tenant, run.action);
  if (asked)
    run.asked = *std::move(asked);
  const auto all = !asked
                       ? Result<bool>(asked.error())
                       : each_bulk_item({scan_, ports_.log, tenant, ports_.hasher, region},
                                        run.action.wish, begun_after, stop,
                                        [&](const BulkItem& item) { return one(run, item, stop); });
  const bool goes_on = all && !*all && closing_; // with the next start
  if (goes_on) {
    if (!run.action.wish.dry_run)
      (void)note_progress(run); // without, the next start looks at some again
    return;
  }
  BulkAction ended;
  {
    const std::lock_guard lock(guard_);
    ended = run.action;
  }
  ended.state = !all ? "failed" : *all ? "done" : "stopped"; // a stop may come too late
  ended.error = all ? std::string() : all.error().text;
  if (!ended.wish.dry_run)
    if (const auto noted = note(run.caller.tenant, ended_event(ended)); !noted)
      ended.error = "that it ended could not be recorded, so the next start looks again: "
                    + noted.error().text;
  const std::lock_guard lock(guard_);
  run.action.state = ended.state;
  run.action.error = ended.error;
  run.action.ended_at = ports_.clock.now();
}

Status BulkActions::one(Run& run, const BulkItem& item, const std::stop_token& stop) {
  TRY(left_out, ask(run, item));
  {
    const std::lock_guard lock(guard_);
    auto& counts = run.action.counts;
    ++counts.matched;
    ++(left_out.empty() ? counts.requested : counts.skipped[left_out]);
    run.action.cursor = item.cursor;
  }
  if (!run.action.wish.dry_run && ++run.unnoted >= noted_every) {
    TRYV(note_progress(run));
  }
  if (left_out.empty())
    pause(run, stop);
  return Done{};
}

Result<std::string> BulkActions::ask(const Run& run, const BulkItem& item) const {
  const auto& wish = run.action.wish; // does not change while it runs
  if (!item.left_out.empty() || is_only_counted(wish))
    return item.left_out;
  if (run.asked.contains(item.path[item.path.size() - 2]))
    return std::string();
  const auto answer = perform_(request_for(run.action, item), run.caller);
  const auto said = Json::parse(answer.body, nullptr, false);
  constexpr std::uint16_t conflict = 409;
  if (answer.status == conflict && said.is_object())
    return said["error"].value("code", "refused");
  if (answer.status / 100 != 2 || !said.is_object())
    return Error{"action_failed", "at " + item.path[item.path.size() - 2] + ": "
                                      + (said.is_object() && said.contains("error")
                                             ? said["error"].value("message", "no reason given")
                                             : "the answer was " + std::to_string(answer.status))};
  if (wish.what == "retry" && wish.dry_run && !said.value("would_send", false))
    return said.value("reason_code", "refused");
  return std::string();
}

Status BulkActions::note_progress(Run& run) {
  events::BulkProgressed progress;
  {
    const std::lock_guard lock(guard_);
    progress = {run.action.id, run.action.cursor, run.action.counts};
  }
  run.unnoted = 0;
  return note(run.caller.tenant, std::move(progress));
}

Status BulkActions::note(const TenantId& tenant, events::Event event) {
  return record_in_bulk_journal(ports_.log, tenant, std::move(event));
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
