#include "replay-tools/table_fold.hpp"

#include "replay-tools/parallel.hpp"

#include <algorithm>
#include <atomic>

namespace tidemark::tools {
namespace {

/// More runs than this cost open files and comparisons: longer logs get larger blocks.
constexpr std::uint64_t runs_max = 200;
constexpr std::size_t hash_piece_bytes = 16 * 1024;

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
      for (auto block = next++; block < blocks && !failed_; block = next++)
        if (auto status = fold_block(fold, block); !status) {
          failed_ = true;
          return status;
        }
      unknown_ += fold.unknown_count();
      return Done{};
    });
  }
  std::uint64_t unknown_count() const { return unknown_; }

private:
  Status fold_block(projections::Fold& fold, std::uint64_t block) {
    const Position after{block * block_};
    const auto count = std::min(block_, to_.value - after.value);
    std::vector<projections::RowBatch*> rows;
    for (auto& runs : result_.runs_)
      rows.push_back(&runs[block].rows());
    Status status = Done{};
    const auto last = log_.read(after, count, [&](std::string_view record) {
      status = fold.feed(record, rows);
      return status.ok();
    });
    if (!last)
      return last.error();
    if (!status)
      return status;
    if (last->value != after.value + count)
      return Error{"data_damaged", "the log ends before the position that was asked for"};
    for (auto& runs : result_.runs_)
      if (auto kept = keep(runs[block]); !kept)
        return kept;
    return Done{};
  }

  Status keep(RowRun& run) {
    run.sort();
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
  if (const auto status = workers.run(); !status)
    return status.error();
  result.unknown_ = workers.unknown_count();
  return result;
}

TableFold::Rows TableFold::rows(std::size_t index) {
  return Rows(runs_[index]);
}

TableFold::Rows::Rows(std::vector<RowRun>& runs) {
  cursors_.reserve(runs.size());
  for (auto& run : runs)
    cursors_.emplace_back(run);
  for (std::size_t i = 0; i < cursors_.size(); ++i)
    if (const auto status = advance(i); !status)
      failure_ = status.error(); // told by the first `next`
}

/// Order of the heap: its top has the least key, of equal keys the newest block.
bool TableFold::Rows::comes_later(std::size_t a, std::size_t b) const {
  const auto order = cursors_[a].key().compare(cursors_[b].key());
  return order != 0 ? order > 0 : a < b;
}

Status TableFold::Rows::advance(std::size_t index) {
  const auto more = cursors_[index].next();
  if (!more)
    return more.error();
  if (!*more)
    return Done{};
  heap_.push_back(index);
  std::push_heap(heap_.begin(), heap_.end(),
                 [this](std::size_t a, std::size_t b) { return comes_later(a, b); });
  return Done{};
}

Digest TableFold::Rows::digest() {
  hash_.update(to_hash_);
  to_hash_.clear();
  return hash_.finish();
}

Result<bool> TableFold::Rows::next(std::string& key, std::string& value) {
  const auto later = [this](std::size_t a, std::size_t b) { return comes_later(a, b); };
  if (!failure_.code.empty())
    return failure_;
  while (!heap_.empty()) {
    const auto newest = heap_.front();
    key.assign(cursors_[newest].key());
    const bool removed = cursors_[newest].removed();
    if (!removed)
      value.assign(cursors_[newest].value());
    while (!heap_.empty() && cursors_[heap_.front()].key() == key) {
      const auto index = heap_.front();
      std::pop_heap(heap_.begin(), heap_.end(), later);
      heap_.pop_back();
      if (const auto status = advance(index); !status)
        return status.error();
    }
    if (removed)
      continue;
    ++count_;
    append_u32(to_hash_, static_cast<std::uint32_t>(key.size()));
    to_hash_ += key;
    append_u32(to_hash_, static_cast<std::uint32_t>(value.size()));
    to_hash_ += value;
    if (to_hash_.size() >= hash_piece_bytes) {
      hash_.update(to_hash_);
      to_hash_.clear();
    }
    return true;
  }
  return false;
}

} // namespace tidemark::tools
