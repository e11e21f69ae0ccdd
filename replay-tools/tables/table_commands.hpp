#pragma once
#include "projections/table/projection.hpp"
#include "replay-tools/command_line.hpp"
#include "replay-tools/data_folder.hpp"

#include <string>
#include <vector>

/// `tidemark digest`, `rebuild` and `verify`: what can be derived from the log, and whether it
/// holds.
namespace tidemark::tools {

/// One SHA-256 per projection at a position (0: the log's end). Taken from the tables when they
/// stand exactly there, else folded from zero; both give the same.
int digest(DataFolder& folder, const CommonOptions& common, std::uint64_t at);

/// Those of the names; all, when there is none. Error: bad_usage.
Result<std::vector<const projections::Projection*>>
projections_named(const std::vector<std::string>& names);

/// Folds the named tables (all, when none is named) from zero, compares them with the live ones and
/// puts them in their place; with `--tenant` the rows of that tenant. Needs the folder for itself
/// (upkeep/live_rebuild.cpp goes beside a service); exit 1 when a table differed at the same
/// position (it is replaced all the same).
int rebuild(const CommonOptions& common, const std::vector<std::string>& names);

/// Positions, chain, stored bodies, anchor. `tables`: also compares each table with a fold.
int verify(const CommonOptions& common, bool tables);

} // namespace tidemark::tools
