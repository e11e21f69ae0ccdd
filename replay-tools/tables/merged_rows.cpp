#include "replay-tools/tables/merged_rows.hpp"

#include <utility>

namespace tidemark::tools {
namespace {

constexpr std::size_t hash_piece_bytes = 16 * 1024;

} // namespace

MergedRows::MergedRows(std::vector<RowRun>& runs) {
  cursors_.reserve(runs.size());
  for (auto& run : runs)
    cursors_.emplace_back(run);
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    const auto more = cursors_[i].next();
    if (!more)
      failure_ = more.error(); // told by the first `next`
    else if (*more)
      heap_.push_back({KeyHead(cursors_[i].key()), i});
  }
  for (std::size_t i = heap_.size(); i-- > 0;)
    sink(i);
}

/// Order of the heap: its top has the least key, of equal keys the newest block.
bool MergedRows::comes_before(const Next& a, const Next& b) const {
  if (a.head != b.head)
    return a.head < b.head;
  const auto order = cursors_[a.cursor].key().compare(cursors_[b.cursor].key());
  return order != 0 ? order < 0 : a.cursor > b.cursor;
}

/// Moves the entry down to where it belongs.
void MergedRows::sink(std::size_t at) {
  const auto moved = heap_[at];
  for (;;) {
    auto child = 2 * at + 1;
    if (child >= heap_.size())
      break;
    if (child + 1 < heap_.size() && comes_before(heap_[child + 1], heap_[child]))
      ++child;
    if (!comes_before(heap_[child], moved))
      break;
    heap_[at] = heap_[child];
    at = child;
  }
  heap_[at] = moved;
}

/// Puts the next row of the top's run in its place.
Status MergedRows::advance_top() {
  auto& top = heap_.front();
  TRY(more, cursors_[top.cursor].next());
  if (more) {
    top.head = KeyHead(cursors_[top.cursor].key());
  } else {
    top = heap_.back();
    heap_.pop_back();
  }
  if (!heap_.empty())
    sink(0);
  return Done{};
}

Digest MergedRows::digest() {
  hash_.update(to_hash_);
  to_hash_.clear();
  return hash_.finish();
}

Result<bool> MergedRows::next(std::string& key, std::string& value) {
  if (!failure_.code.empty())
    return failure_;
  while (!heap_.empty()) {
    const auto& newest = cursors_[heap_.front().cursor];
    key.assign(newest.key());
    const bool removed = newest.removed();
    if (!removed)
      value.assign(newest.value());
    do {
      TRYV(advance_top());
    } while (!heap_.empty() && cursors_[heap_.front().cursor].key() == key);
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
