#include "storage/log/memory_log.hpp"

#include "events/codec.hpp"
#include "storage/stored_event.hpp"

#include <algorithm>

namespace tidemark::storage {

namespace {

Tip tip_of(std::span<const MemoryLog::Kept> kept, Epoch epoch) {
  Tip tip;
  if (!kept.empty())
    tip = kept.back().tip;
  tip.epoch = epoch;
  return tip;
}

} // namespace

MemoryLog::MemoryLog(const WallClock& clock, Mode mode, Epoch epoch)
    : MemoryLog(clock, mode, epoch, {}, {}) {}

MemoryLog::MemoryLog(const WallClock& clock, Mode mode, Epoch epoch, std::span<const Kept> kept,
                     Disk disk)
    : clock_(clock), mode_(mode), disk_(std::move(disk)), published_(tip_of(kept, epoch)),
      sequencer_(*this, published_) {
  for (const auto& one : kept)
    keep(one.group, one.tip);
  published_.epoch = epoch;
}

void MemoryLog::submit(Append append, CompletionSink& sink, std::uint64_t token) {
  auto prepared = prepare(std::move(append));
  if (!prepared) {
    Settled refused{token, NotTaken{prepared.error().code}};
    sink.settled({&refused, 1});
    return;
  }
  submit(*std::move(prepared), sink, token);
}

void MemoryLog::submit(PreparedAppend prepared, CompletionSink& sink, std::uint64_t token) {
  bool taken = false;
  {
    const std::lock_guard lock(guard_);
    taken = !failed_;
    if (taken)
      queue_.push_back({std::move(prepared), &sink, token});
  }
  if (!taken) {
    Settled refused{token, NotTaken{"stopping"}};
    sink.settled({&refused, 1});
    return;
  }
  if (mode_ == Mode::at_once)
    while (commit_group() > 0) {
    }
}

std::size_t MemoryLog::commit_group(std::size_t limit) {
  Answers answers;
  std::size_t count = 0;
  Position durable;
  {
    const std::lock_guard lock(guard_);
    if (committing_ || failed_ || queue_.empty())
      return 0;
    committing_ = true;
    sequencer_.begin(clock_.now());
    for (; !queue_.empty() && count < limit; ++count) {
      auto& next = queue_.front();
      auto outcome = sequencer_.admit(next.append);
      // Memory gives no read errors, so there always is an outcome.
      answers.add(*next.sink, next.token, std::move(*outcome));
      queue_.pop_front();
    }
    failed_ = disk_ && !disk_(sequencer_.group(), sequencer_.tip());
    if (failed_)
      return 0;
    keep(sequencer_.group(), sequencer_.tip());
    durable = published_.position;
  }
  answers.tell();
  subscribers_.tell(durable);
  const std::lock_guard lock(guard_);
  committing_ = false;
  return count;
}

std::size_t MemoryLog::waiting() const {
  const std::lock_guard lock(guard_);
  return queue_.size();
}

void MemoryLog::add_row(const TagRow& row) {
  auto& tagged = tags_[row.key];
  tagged.positions.push_back(row.head.newest);
  tagged.version = row.head.version;
}

void MemoryLog::keep(const Group& group, const Tip& tip) {
  for (const auto& record : group.records)
    records_.emplace_back(group.record(record));
  for (const auto& row : group.rows)
    add_row(row);
  for (const auto& [row, names] : group.counted)
    add_row(row);
  for (const auto& [key, value] : group.dedupe)
    uses_[key] = *read_dedupe_value(value);
  published_ = tip;
}

Result<TagHead> MemoryLog::head(const TagKey& key) {
  const auto found = tags_.find(key);
  if (found == tags_.end())
    return TagHead{};
  return TagHead{found->second.positions.back(), found->second.version};
}

Result<std::optional<DedupeUse>> MemoryLog::dedupe_use(const std::string& key) {
  const auto found = uses_.find(key);
  return found == uses_.end() ? std::optional<DedupeUse>{} : std::optional(found->second);
}

Position MemoryLog::durable() const {
  const std::lock_guard lock(guard_);
  return published_.position;
}
Digest MemoryLog::head() const {
  const std::lock_guard lock(guard_);
  return published_.head;
}
Epoch MemoryLog::epoch() const {
  const std::lock_guard lock(guard_);
  return published_.epoch;
}

Result<Position> MemoryLog::read(Position after, std::size_t limit,
                                 const RecordVisitor& visit) const {
  constexpr std::size_t window = 256;
  std::vector<const std::string*> records;
  while (limit > 0) {
    records.clear();
    {
      const std::lock_guard lock(guard_);
      for (auto i = after.value; i < records_.size() && records.size() < std::min(limit, window);
           ++i)
        records.push_back(&records_[i]);
    }
    if (records.empty())
      return after;
    for (const auto* record : records) {
      after.value += 1;
      limit -= 1;
      if (!visit(*record))
        return after;
    }
  }
  return after;
}

Result<std::optional<events::StoredEvent>> MemoryLog::at(Position position) const {
  std::string_view record;
  {
    const std::lock_guard lock(guard_);
    if (position.value == 0 || position.value > records_.size())
      return std::optional<events::StoredEvent>{};
    record = records_[position.value - 1];
  }
  TRY(event, stored_event(record));
  return std::optional(std::move(event));
}

Result<std::vector<Position>> MemoryLog::tagged(const TenantId& tenant, const events::Tag& tag,
                                                Position after, std::size_t limit) const {
  const std::lock_guard lock(guard_);
  const auto found = tags_.find(tag_key(tenant, tag));
  if (found == tags_.end())
    return std::vector<Position>{};
  const auto& all = found->second.positions;
  const auto from = std::upper_bound(all.begin(), all.end(), after);
  const auto count = std::min(limit, static_cast<std::size_t>(all.end() - from));
  return std::vector<Position>(from, from + static_cast<std::ptrdiff_t>(count));
}

Result<Position> MemoryLog::newest_tagged(const TenantId& tenant, const events::Tag& tag) const {
  const std::lock_guard lock(guard_);
  const auto found = tags_.find(tag_key(tenant, tag));
  return found == tags_.end() ? Position{} : found->second.positions.back();
}

Result<StreamVersion> MemoryLog::version_of(const TenantId& tenant,
                                            const StreamName& stream) const {
  const std::lock_guard lock(guard_);
  const auto found = tags_.find(tag_key(tenant, stream_tag(stream)));
  return found == tags_.end() ? StreamVersion{} : found->second.version;
}

std::shared_ptr<void> MemoryLog::subscribe(std::function<void(Position)> advanced) {
  return subscribers_.add(std::move(advanced));
}

} // namespace tidemark::storage
