#include "actors/engine/projection_runner.hpp"

#include "storage/tables/rocks_tables.hpp"
#include "storage/tables/staged_rows.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace tidemark::actors {
namespace {

constexpr std::size_t events_per_slice = 8'192; // then the mailbox is looked at
/// Under load, a slice is stored no more often than this: several events about one contact change
/// the same rows, and rows in one large sorted batch cost less than in many small ones.
constexpr unsigned ticks_between_slices = 4;

/// Of each key the last row, in the order of keys, which is how a table takes them best.
std::vector<storage::Mutation> last_of_each(const projections::RowBatch& batch) {
  std::vector<std::uint32_t> order(batch.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto by_key = batch[a].key.compare(batch[b].key);
    return by_key != 0 ? by_key < 0 : a < b;
  });
  std::vector<storage::Mutation> out;
  out.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto row = batch[order[i]];
    if (i + 1 < order.size() && batch[order[i + 1]].key == row.key)
      continue;
    out.push_back(
        {std::string(row.key), row.value ? std::optional<std::string>(*row.value) : std::nullopt});
  }
  return out;
}

} // namespace

void ProjectionState::start(ProjectionActor::pointer self, ProjectionPorts ports) {
  self_ = self;
  ports_ = std::move(ports);
  for (const auto& projection : projections::all())
    if (const auto opened = open(projection); !opened)
      return fail(opened.error());
  read_to_ = ports_.log->durable();
  for (const auto& target : targets_)
    read_to_ = std::min(read_to_, target.checkpoint);
  self_->send(self_, LogAdvanced{});
}

/// A table of another version, or one that is ahead of the log, is emptied and filled anew.
Status ProjectionState::open(const projections::Projection& projection) {
  const auto version = std::to_string(projection.version);
  TRY(stored, ports_.tables->get(projections::versions_table, projection.name));
  TRY(checkpoint, ports_.tables->checkpoint(projection.name));
  if (stored != version || checkpoint > ports_.log->durable()) {
    TRYV(ports_.tables->clear(projection.name));
    checkpoint = Position{};
    TRYV(ports_.tables->apply(projections::versions_table,
                              {{std::string(projection.name), version}}, {}));
  }
  targets_.push_back({&projection, checkpoint, {}});
  return Done{};
}

void ProjectionState::fail(const Error& error) {
  ports_.report("projections", error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

/// At once after a quiet time; else when the pause is over or a whole slice is there.
void ProjectionState::advanced() {
  if (rested_ || ports_.log->durable().value >= read_to_.value + events_per_slice)
    take_slice();
}

void ProjectionState::tick() {
  if (++ticks_ < ticks_between_slices)
    return;
  rested_ = true;
  take_slice();
}

void ProjectionState::take_slice() {
  Status status{Done{}};
  const auto before = read_to_;
  const auto read = ports_.log->read(read_to_, events_per_slice, [&](std::string_view record) {
    status = take(record);
    return status.ok();
  });
  if (!read || !status)
    return fail(!read ? read.error() : status.error());
  if (read_to_ == before)
    return;
  rested_ = false;
  ticks_ = 0;
  if (const auto stored = store(); !stored)
    return fail(stored.error());
  if (read_to_ < ports_.log->durable())
    self_->send(self_, LogAdvanced{});
}

Status ProjectionState::take(std::string_view record) {
  TRY(header, events::read_header(record));
  read_to_ = header.position;
  std::optional<events::Recorded> recorded;
  for (auto& target : targets_) {
    if (target.checkpoint >= header.position || !target.projection->wants(header.type))
      continue;
    if (!recorded) {
      TRY(view, events::read_record(record));
      TRY(event, events::decode(header.type, view.payload));
      recorded.emplace(events::Recorded{std::move(view.envelope), std::move(event)});
    }
    target.projection->rows_of(*recorded, {*ports_.hasher}, target.rows);
  }
  return Done{};
}

Status ProjectionState::store() {
  for (auto& target : targets_) {
    if (target.checkpoint >= read_to_)
      continue;
    auto rows = last_of_each(target.rows);
    target.rows.clear();
    TRYV(ports_.tables->apply(target.projection->name, std::move(rows), read_to_));
    target.checkpoint = read_to_;
  }
  return Done{};
}

StagedRowsTaken ProjectionState::take_staged(const std::string& folder) {
  const auto rows = replace_rows(folder);
  if (rows)
    return {{}, *rows};
  if (rows.error().code == "storage_failed")
    fail(rows.error());
  return {rows.error(), 0};
}

/// In any number of steps: what an event does to a row does not depend on what the row was, so a
/// table that has some of the new rows is as good a start from their position as the old one.
Result<std::uint64_t> ProjectionState::replace_rows(const std::string& folder) {
  TRY(staged, storage::RocksTables::open(folder, storage::Access::read));
  std::uint64_t count = 0;
  for (auto& target : targets_) {
    const auto name = target.projection->name;
    TRY(at, staged->checkpoint(name));
    if (at == Position{} || at > target.checkpoint)
      continue; // nothing differs, or the table is filled anew meanwhile
    std::vector<storage::Mutation> rows;
    Status status{Done{}};
    const auto store_some = [&] {
      count += rows.size();
      status = ports_.tables->apply(name, std::exchange(rows, {}), at);
      return status.ok();
    };
    TRYV(staged->scan(name, {}, {}, [&](std::string_view key, std::string_view value) {
      rows.push_back(storage::from_staged(key, value));
      return rows.size() < events_per_slice || store_some();
    }));
    TRYV(status);
    if (!store_some())
      return status.error();
    target.checkpoint = at;
    read_to_ = std::min(read_to_, at);
  }
  self_->send(self_, LogAdvanced{});
  rested_ = true;
  return count;
}

ProjectionActor::behavior_type
projection_actor(ProjectionActor::stateful_pointer<ProjectionState> self, ProjectionPorts ports) {
  self->state.start(self, std::move(ports));
  return {
      [self](const LogAdvanced&) { self->state.advanced(); },
      [self](const Tick&) { self->state.tick(); },
      [self](const TakeStagedRows& request) { return self->state.take_staged(request.folder); },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
