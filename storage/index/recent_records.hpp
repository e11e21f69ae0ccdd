#pragma once
#include "storage/log_store.hpp"
#include "storage/records/sequencer.hpp"

#include <deque>
#include <memory>
#include <mutex>

namespace tidemark::storage {

/// The newest records, kept in memory for the followers, which nearly always read what was just
/// written. Bounded in bytes; the oldest go first. Only durable records are shown.
class RecentRecords {
public:
  /// Writer's thread, once the group is durable and before it is published.
  void add(const Group& group);

  /// Visits records after `after` up to `last`, at most `limit`, as LogStore::read does. Nothing
  /// when the first of them is not kept any more.
  std::optional<Position> read(Position after, Position last, std::size_t limit,
                               const RecordVisitor& visit) const;
  std::optional<std::string> record(Position position) const;

private:
  struct Block {
    Position first;
    std::string bytes;
    std::vector<Group::Record> records;
  };
  using BlockRef = std::shared_ptr<const Block>;
  /// The block that holds the position, and those behind it, at most `count`.
  std::vector<BlockRef> blocks_from(Position position, std::size_t count) const;

  mutable std::mutex guard_;
  std::deque<BlockRef> blocks_;
  std::size_t bytes_ = 0;
};

} // namespace tidemark::storage
