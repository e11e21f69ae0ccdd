#include "gateway/actions/bulk_actions.hpp"
#include "gateway/actions/bulk_journal.hpp"

#include <algorithm>

// Imports: nothing runs here, rows come with requests of their own (gateway/imports/).

namespace tidemark::gateway {
namespace {

/// After so many rows a crash leaves no more uncounted.
constexpr std::uint64_t rows_noted_every = 5'000;

} // namespace

/// One that the same list was begun with and that has not ended goes on.
BulkActions::Run* BulkActions::open_import(Runs& runs, const BulkWish& wish) {
  const auto found = std::ranges::find_if(runs, [&](const auto& run) {
    const auto& known = run->action;
    return !known.ended_at && known.wish.list == wish.list && known.wish.dry_run == wish.dry_run;
  });
  return wish.list && found != runs.end() ? found->get() : nullptr;
}

Status BulkActions::check_import(const TenantId& tenant, std::string_view id,
                                 const events::BulkImport& list, bool dry_run) const {
  const std::lock_guard lock(guard_);
  const auto* run = find_run(tenant, id);
  if (!run || !run->action.wish.list)
    return Error{"not_found", "there is no import of that id"};
  if (run->action.ended_at)
    return Error{"action_ended", "the action " + std::string(id) + " is " + run->action.state
                                     + ", so no rows are taken under it; begin another"};
  if (*run->action.wish.list != list || run->action.wish.dry_run != dry_run)
    return Error{"bad_action", "the action is about another list, channel or source, or the one is "
                               "a dry run and the other is not"};
  return Done{};
}

Status BulkActions::count_rows(const TenantId& tenant, std::string_view id,
                               const events::BulkCounts& rows, bool last) {
  const std::lock_guard lock(guard_);
  auto* run = find_run(tenant, id);
  if (!run || run->action.ended_at) // stopped while they were taken: what ended counts no more
    return Done{};
  auto& counts = run->action.counts;
  counts.matched += rows.matched;
  counts.requested += rows.requested;
  for (const auto& [code, number] : rows.skipped)
    if (number > 0)
      counts.skipped[code] += number;
  run->unnoted += rows.matched;
  if (last)
    end_import(*run, "done");
  else if (!run->action.wish.dry_run && run->unnoted >= rows_noted_every) {
    TRYV(note_import(*run));
  }
  return Done{};
}

void BulkActions::end_import(Run& run, std::string_view state) {
  auto& action = run.action;
  action.state = state;
  if (!action.wish.dry_run)
    if (const auto noted = note(run.caller.tenant, ended_event(action)); !noted)
      action.error = "that it ended could not be recorded, so the next start shows it as running: "
                     + noted.error().text;
  action.ended_at = ports_.clock.now();
}

Status BulkActions::note_import(Run& run) {
  run.unnoted = 0;
  return note(run.caller.tenant, events::BulkProgressed{run.action.id, {}, run.action.counts});
}

} // namespace tidemark::gateway
