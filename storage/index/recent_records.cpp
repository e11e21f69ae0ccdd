#include "storage/index/recent_records.hpp"

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::size_t kept_bytes = 8U << 20;
constexpr std::size_t blocks_at_once = 32;

} // namespace

void RecentRecords::add(const Group& group) {
  auto block = std::make_shared<const Block>(
      Block{group.records.front().position, group.bytes, group.records});
  std::vector<BlockRef> gone; // freed outside the lock
  const std::lock_guard lock(guard_);
  bytes_ += block->bytes.size();
  blocks_.push_back(std::move(block));
  while (bytes_ > kept_bytes && blocks_.size() > 1) {
    bytes_ -= blocks_.front()->bytes.size();
    gone.push_back(std::move(blocks_.front()));
    blocks_.pop_front();
  }
}

std::vector<RecentRecords::BlockRef> RecentRecords::blocks_from(Position position,
                                                                std::size_t count) const {
  const std::lock_guard lock(guard_);
  if (blocks_.empty() || position < blocks_.front()->first)
    return {};
  auto at = std::upper_bound(blocks_.begin(), blocks_.end(), position,
                             [](Position p, const BlockRef& block) { return p < block->first; });
  --at;
  if (position > (*at)->records.back().position)
    return {};
  const auto left = static_cast<std::size_t>(blocks_.end() - at);
  return {at, at + static_cast<std::ptrdiff_t>(std::min(left, count))};
}

std::optional<Position> RecentRecords::read(Position after, Position last, std::size_t limit,
                                            const RecordVisitor& visit) const {
  auto reached = after;
  bool any = false;
  while (reached < last && limit > 0) {
    const auto blocks = blocks_from(Position{reached.value + 1}, blocks_at_once);
    if (blocks.empty())
      return any ? std::optional(reached) : std::nullopt;
    any = true;
    for (const auto& block : blocks)
      for (const auto& record : block->records) {
        if (record.position <= reached)
          continue;
        if (record.position > last || limit == 0)
          return reached;
        --limit;
        reached = record.position;
        if (!visit(std::string_view(block->bytes).substr(record.offset, record.size)))
          return reached;
      }
  }
  return any ? std::optional(reached) : std::nullopt;
}

std::optional<std::string> RecentRecords::record(Position position) const {
  const auto blocks = blocks_from(position, 1);
  if (blocks.empty())
    return std::nullopt;
  const auto& block = *blocks.front();
  const auto& record = block.records[position.value - block.first.value];
  return block.bytes.substr(record.offset, record.size);
}

} // namespace tidemark::storage
