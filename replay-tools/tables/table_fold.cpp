#include "replay-tools/tables/table_fold.hpp"

#include "replay-tools/replay/parallel.hpp"

#include <algorithm>
#include <atomic>

namespace tidemark::tools {
namespace {

/// More runs than this cost open files and comparisons: longer logs get larger blocks.
constexpr std::uint64_t runs_max = 200;

} // namespace

/// The threads of one fold and what they share.
class BlockWorkers {
public:
  BlockWorkers(const storage::LogStore& log, Position to, const KeyedHasher& hasher,
               const TableFoldOptions& options, TableFold& result)
      : log_(log), to_(to), hasher_(hasher), options_(options), result_(result),
        block_(std::max(options.block_events, to.value / runs_max + 1)) {
    const auto blocks = (to.value + block_ - 1) / block_;
    result_.runs_.resize(result_.projections_.size());
    for (auto& runs : result_.runs_)
      runs.resize(blocks);
  }

  Status run() {
    const auto blocks = (to_.value + block_ - 1) / block_;
    const auto threads = std::max<std::size_t>(1, options_.threads);
    // Each thread has a fold of its own; the blocks are taken one by one by whoever is free.
    std::atomic<std::uint64_t> next{0};
    return in_parallel(threads, threads, [&](std::size_t) -> Status {
      projections::Fold fold(result_.projections_, hasher_);
      std::vector<projections::RowBatch> rows(result_.projections_.size()); // used again and again
      for (auto block = next++; block < blocks && !failed_; block = next++)
        if (auto status = fold_block(fold, rows, block); !status) {
          failed_ = true;
          return status;
        }
      unknown_ += fold.unknown_count();
      return Done{};
    });
  }
  std::uint64_t unknown_count() const { return unknown_; }

private:
  Status fold_block(projections::Fold& fold, std::vector<projections::RowBatch>& batches,
                    std::uint64_t block) {
    const Position after{block * block_};
    const auto count = std::min(block_, to_.value - after.value);
    std::vector<projections::RowBatch*> rows;
    for (auto& batch : batches) {
      batch.clear();
      rows.push_back(&batch);
    }
    Status status = Done{};
    const auto last = log_.read(after, count, [&](std::string_view record) {
      status = feed(fold, record, rows);
      return status.ok();
    });
    if (!last)
      return last.error();
    if (!status)
      return status;
    if (last->value != after.value + count)
      return Error{"data_damaged", "the log ends before the position that was asked for"};
    for (std::size_t i = 0; i < batches.size(); ++i) {
      auto& run = result_.runs_[i][block];
      run = RowRun::sorted(batches[i]);
      if (auto kept = keep(run); !kept)
        return kept;
    }
    return Done{};
  }

  /// An event makes rows of its own tenant alone.
  Status feed(projections::Fold& fold, std::string_view record,
              std::span<projections::RowBatch* const> rows) const {
    if (!options_.tenant.value.empty()) {
      TRY(header, events::read_header(record));
      if (header.tenant != options_.tenant.value)
        return Done{};
    }
    return fold.feed(record, rows);
  }

  /// In memory while there is room, else in a file.
  Status keep(RowRun& run) {
    const auto bytes = run.bytes();
    if (in_memory_.fetch_add(bytes) + bytes <= options_.memory_bytes_max || run.empty())
      return Done{};
    in_memory_.fetch_sub(bytes);
    return run.spill(options_.temporary_dir);
  }

  const storage::LogStore& log_;
  const Position to_;
  const KeyedHasher& hasher_;
  const TableFoldOptions& options_;
  TableFold& result_;
  const std::uint64_t block_;
  std::atomic<std::uint64_t> unknown_{0};
  std::atomic<std::size_t> in_memory_{0};
  std::atomic<bool> failed_{false};
};

Result<TableFold> TableFold::run(const storage::LogStore& log, Position to,
                                 std::vector<const projections::Projection*> projections,
                                 const KeyedHasher& hasher, const TableFoldOptions& options) {
  TableFold result;
  result.projections_ = std::move(projections);
  BlockWorkers workers(log, to, hasher, options, result);
  TRYV(workers.run());
  result.unknown_ = workers.unknown_count();
  return result;
}

} // namespace tidemark::tools
