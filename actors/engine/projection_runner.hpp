#pragma once
#include "actors/ports/protocols.hpp"
#include "actors/ports/tenant_context.hpp"
#include "projections/table/projection.hpp"

namespace tidemark::actors {

struct ProjectionPorts {
  storage::LogStore* log = nullptr;
  storage::TableStore* tables = nullptr;
  const KeyedHasher* hasher = nullptr;
  FailureReport report;
};

/// Follows the log for all projections at once: each event is decoded once. Rows and checkpoint of
/// a table change in one step. A projection whose version was raised starts anew.
class ProjectionState {
public:
  static inline const char* name = "projections";

  void start(ProjectionActor::pointer self, ProjectionPorts ports);
  void advanced();
  void tick();
  /// Rows in the place of those that stand there; what came behind their position is folded again.
  StagedRowsTaken take_staged(const std::string& folder);
  FollowerReport report() const { return {"projections", read_to_, unknown_, 0, 0}; }

private:
  struct Target {
    const projections::Projection* projection = nullptr;
    Position checkpoint;
    projections::RowBatch rows;
  };
  Status open(const projections::Projection& projection);
  Status take(std::string_view record);
  void take_slice();
  Status store();
  Result<std::uint64_t> replace_rows(const std::string& folder);
  void fail(const Error& error);

  ProjectionActor::pointer self_ = nullptr;
  ProjectionPorts ports_;
  std::vector<Target> targets_;
  Position read_to_;
  bool rested_ = true;        ///< no slice was stored for a while
  unsigned ticks_ = 0;        ///< since the last slice
  std::uint64_t unknown_ = 0; ///< events of types this program does not know
};

ProjectionActor::behavior_type
projection_actor(ProjectionActor::stateful_pointer<ProjectionState> self, ProjectionPorts ports);

} // namespace tidemark::actors
