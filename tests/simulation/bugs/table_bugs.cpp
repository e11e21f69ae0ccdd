#include "events/format/tags.hpp"
#include "tests/simulation/bugs/pass_on.hpp"

#include <array>

/// Faults of what is remembered between two lives: checkpoints and snapshots.
namespace tidemark::sim {
namespace {

constexpr std::string_view snapshots = "contact_snapshots";
constexpr std::size_t position_at = 1; // see actors/lookup/contact_history.cpp
constexpr std::size_t numbers_end = 13;

/// The parts of a row's key (projections::row_key).
std::vector<std::string> parts_of(std::string_view key) {
  std::vector<std::string> out;
  while (key.size() >= 2) {
    const std::size_t length = read_u16(key);
    out.emplace_back(key.substr(2, length));
    key.remove_prefix(std::min(key.size(), 2 + length));
  }
  return out;
}

/// Inputs that an earlier life did not come to decide are forgotten.
class InputsForgottenAtStart final : public TablesPassedOn {
public:
  using TablesPassedOn::TablesPassedOn;
  Result<Position> checkpoint(std::string_view table) const override {
    return table.starts_with("interpreter:") ? context().log.durable()
                                             : TablesPassedOn::checkpoint(table);
  }
};

/// A delivery's checkpoint goes past intents that are open.
class CheckpointPastOpen final : public TablesPassedOn {
public:
  using TablesPassedOn::TablesPassedOn;
  Status apply(std::string_view table, std::vector<storage::Mutation> rows,
               Position checkpoint) override {
    return TablesPassedOn::apply(table, std::move(rows),
                                 table.starts_with("delivery:") ? context().log.durable()
                                                                : checkpoint);
  }
};

/// A snapshot counts as everything there is about the contact.
class SnapshotIsAll final : public TablesPassedOn {
public:
  using TablesPassedOn::TablesPassedOn;
  Result<std::optional<std::string>> get(std::string_view table,
                                         std::string_view key) const override {
    auto row = TablesPassedOn::get(table, key);
    if (table != snapshots || !row || !*row)
      return row;
    const auto parts = parts_of(key);
    const auto version = context().log.version_of(TenantId(parts.at(0)),
                                                  events::contact_stream(ContactId(parts.at(1))));
    if (!version)
      return row;
    std::string numbers;
    append_u64(numbers, context().log.durable().value);
    append_u32(numbers, version->value); // else it would only collide with what it has not read
    (*row)->replace(position_at, numbers_end - position_at, numbers);
    return row;
  }
};

} // namespace

std::span<const InjectedBug> table_bugs() {
  static const std::array<InjectedBug, 3> bugs{{
      {.name = "inputs_forgotten_at_start", .engine_tables = before_tables<InputsForgottenAtStart>},
      {.name = "checkpoint_past_open", .engine_tables = before_tables<CheckpointPastOpen>},
      {.name = "snapshot_is_all", .engine_tables = before_tables<SnapshotIsAll>},
  }};
  return bugs;
}

} // namespace tidemark::sim
