#include "actors/projection_runner.hpp"

#include <algorithm>
#include <unordered_set>

namespace tidemark::actors {
namespace {

constexpr std::size_t events_per_slice = 4'096; // then the mailbox is looked at
constexpr std::string_view versions_table = "projection_versions";

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
  auto stored = ports_.tables->get(versions_table, projection.name);
  if (!stored)
    return stored.error();
  auto checkpoint = ports_.tables->checkpoint(projection.name);
  if (!checkpoint)
    return checkpoint.error();
  if (*stored != version || *checkpoint > ports_.log->durable()) {
    if (auto cleared = ports_.tables->clear(projection.name); !cleared)
      return cleared;
    *checkpoint = Position{};
    if (auto noted =
            ports_.tables->apply(versions_table, {{std::string(projection.name), version}}, {});
        !noted)
      return noted;
  }
  targets_.push_back({&projection, *checkpoint, {}});
  return Done{};
}

void ProjectionState::fail(const Error& error) {
  ports_.report("projections", error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void ProjectionState::advanced() {
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
  if (const auto stored = store(); !stored)
    return fail(stored.error());
  if (read_to_ < ports_.log->durable())
    self_->send(self_, LogAdvanced{});
}

Status ProjectionState::take(std::string_view record) {
  const auto header = events::read_header(record);
  if (!header)
    return header.error();
  read_to_ = header->position;
  std::optional<events::Recorded> recorded;
  for (auto& target : targets_) {
    if (target.checkpoint >= header->position || !target.projection->wants(header->type))
      continue;
    if (!recorded) {
      auto view = events::read_record(record);
      if (!view)
        return view.error();
      auto event = events::decode(header->type, view->payload);
      if (!event)
        return event.error();
      recorded.emplace(events::Recorded{std::move(view->envelope), *std::move(event)});
    }
    target.projection->rows_of(*recorded, {*ports_.hasher}, target.rows);
  }
  return Done{};
}

Status ProjectionState::store() {
  for (auto& target : targets_) {
    if (target.checkpoint >= read_to_)
      continue;
    std::vector<storage::Mutation> rows;
    rows.reserve(target.rows.size());
    std::unordered_set<std::string_view> seen; // the last one of a key is the one that holds
    for (auto i = target.rows.size(); i-- > 0;) {
      const auto row = target.rows[i];
      if (seen.insert(row.key).second)
        rows.push_back({std::string(row.key),
                        row.value ? std::optional<std::string>(*row.value) : std::nullopt});
    }
    target.rows.clear();
    if (auto stored = ports_.tables->apply(target.projection->name, std::move(rows), read_to_);
        !stored)
      return stored;
    target.checkpoint = read_to_;
  }
  return Done{};
}

ProjectionActor::behavior_type
projection_actor(ProjectionActor::stateful_pointer<ProjectionState> self, ProjectionPorts ports) {
  self->state.start(self, std::move(ports));
  return {
      [self](const LogAdvanced&) { self->state.advanced(); },
      [](const Tick&) { /* nothing depends on time */ },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
