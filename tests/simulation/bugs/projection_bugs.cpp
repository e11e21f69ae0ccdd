#include "projections/table/projection.hpp"
#include "tests/simulation/bugs/pass_on.hpp"

#include <algorithm>
#include <array>

/// Faults of the tables: what the runner reads, and how its rows are kept.
namespace tidemark::sim {
namespace {

/// After a start, what the tables do not have yet is left out.
class ProjectionSkipsAhead final : public TablesPassedOn {
public:
  using TablesPassedOn::TablesPassedOn;
  Result<Position> checkpoint(std::string_view) const override { return context().log.durable(); }
};

/// Of several rows under one key the first is kept.
class FirstRowWins final : public TablesPassedOn {
public:
  using TablesPassedOn::TablesPassedOn;
  Status apply(std::string_view table, std::vector<storage::Mutation> rows,
               Position checkpoint) override {
    if (table != projections::versions_table)
      std::erase_if(rows, [&](const auto& row) {
        const auto first = get(table, row.key);
        return first && *first;
      });
    return TablesPassedOn::apply(table, std::move(rows), checkpoint);
  }
};

/// A failed read passes for the end of the log.
class ReadErrorIsEnd final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override {
    const auto read = LogPassedOn::read(std::max(after, end_), limit, visit);
    if (!read)
      end_ = durable();
    return read ? read : Result<Position>(end_);
  }

private:
  mutable Position end_;
};

} // namespace

std::span<const InjectedBug> projection_bugs() {
  static const std::array<InjectedBug, 3> bugs{{
      {.name = "projection_skips_ahead", .projections_tables = before_tables<ProjectionSkipsAhead>},
      {.name = "first_row_wins", .projections_tables = before_tables<FirstRowWins>},
      {.name = "read_error_is_end", .projections_log = before_log<ReadErrorIsEnd>},
  }};
  return bugs;
}

} // namespace tidemark::sim
