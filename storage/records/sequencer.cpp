#include "storage/records/sequencer.hpp"

#include "events/codec.hpp"
#include "storage/proofs/chain.hpp"

#include <algorithm>

namespace tidemark::storage {

void Group::clear() {
  bytes.clear();
  records.clear();
  dedupe.clear();
  rows.clear();
  counted.clear();
}

std::string dedupe_value(const DedupeUse& use) {
  std::string out;
  append_u64(out, use.first.value);
  if (use.recorded_at)
    append_u64(out, static_cast<std::uint64_t>(use.recorded_at->time_since_epoch().count()));
  return out;
}

Result<DedupeUse> read_dedupe_value(std::string_view bytes) {
  if (bytes.size() != 8 && bytes.size() != 16)
    return Error{"data_damaged", "a dedupe key has a value of the wrong length"};
  DedupeUse use{Position{read_u64(bytes)}, std::nullopt};
  if (bytes.size() == 16)
    use.recorded_at =
        Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(read_u64(bytes.substr(8)))}};
  return use;
}

void Sequencer::begin(Timestamp now) {
  group_.clear();
  group_heads_.clear();
  group_uses_.clear();
  tip_.recorded_at = std::max(tip_.recorded_at, now);
}

Result<TagHead> Sequencer::head(const TagKey& key) {
  if (const auto found = group_heads_.find(key); found != group_heads_.end())
    return found->second;
  return past_.head(key);
}

Result<std::optional<Position>> Sequencer::first_use(const PreparedDedupe& key) {
  std::optional<DedupeUse> use;
  if (const auto found = group_uses_.find(key.key); found != group_uses_.end()) {
    use = found->second;
  } else {
    TRY(stored, past_.dedupe_use(key.key));
    use = stored;
  }
  if (!use)
    return std::optional<Position>{};
  // Both must be windowed: what was used for ever stays used.
  if (key.window && use->recorded_at && tip_.recorded_at - *use->recorded_at > *key.window)
    return std::optional<Position>{};
  if (key.window && key.unless_newer) {
    TRY(newest, head(*key.unless_newer));
    if (newest.newest != use->first)
      return std::optional<Position>{};
  }
  return std::optional<Position>{use->first};
}

Result<std::optional<Conflict>> Sequencer::conflict(const PreparedAppend& append) {
  for (const auto& [stream, version] : append.expected) {
    TRY(now, head(stream));
    if (now.version != version)
      return std::optional<Conflict>{Conflict{"the stream is at version "
                                                  + std::to_string(now.version.value) + ", not "
                                                  + std::to_string(version.value),
                                              now.newest}};
  }
  for (const auto& [tag, read_to] : append.nothing_newer) {
    TRY(now, head(tag));
    if (now.newest > read_to)
      return std::optional<Conflict>{Conflict{"position " + std::to_string(now.newest.value)
                                                  + " is newer under a tag that was read up to "
                                                  + std::to_string(read_to.value),
                                              now.newest}};
  }
  return std::optional<Conflict>{};
}

Status Sequencer::store(PreparedEvent& event) {
  TRY(before, head(event.stream));
  auto& envelope = event.envelope;
  envelope.position = Position{tip_.position.value + 1};
  envelope.version = StreamVersion{before.version.value + 1};
  envelope.recorded_at = tip_.recorded_at;
  envelope.epoch = tip_.epoch;
  if (envelope.correlation.value == 0)
    envelope.correlation = envelope.position;

  const auto offset = group_.bytes.size();
  events::append_record(group_.bytes, envelope, event.payload, event.attachment);
  tip_.head = chain_hash(tip_.head, std::string_view(group_.bytes).substr(offset));
  tip_.position = envelope.position;
  group_.bytes += as_view(tip_.head);
  group_.records.push_back({envelope.position, offset, group_.bytes.size() - offset});

  const TagHead stream_head{envelope.position, envelope.version};
  group_heads_[event.stream] = stream_head;
  if (is_counted_stream(envelope.stream.value))
    group_.counted.push_back(
        {{event.stream, stream_head}, {envelope.tenant, std::move(envelope.stream)}});
  else
    group_.rows.push_back({event.stream, stream_head});
  for (std::size_t i = 1; i < envelope.tags.size(); ++i) { // the first is the stream's
    const TagKey key{event.stream.tenant_mark, envelope.tags[i]};
    const TagHead newest{envelope.position, {}};
    group_heads_[key] = newest;
    group_.rows.push_back({key, newest});
  }
  return Done{};
}

Result<AppendOutcome> Sequencer::admit(PreparedAppend& append) {
  if (append.cause > tip_.position)
    return AppendOutcome{NotTaken{"malformed"}};
  for (const auto& key : append.dedupe) {
    TRY(first, first_use(key));
    if (first)
      return AppendOutcome{Duplicate{*first}};
  }
  TRY(refused, conflict(append));
  if (refused)
    return AppendOutcome{*refused};
  const Position first{tip_.position.value + 1};
  for (auto& event : append.events)
    if (auto stored = store(event); !stored)
      return stored.error();
  for (auto& key : append.dedupe) {
    DedupeUse use{first, std::nullopt};
    if (key.window)
      use.recorded_at = tip_.recorded_at;
    group_.dedupe.emplace_back(key.key, dedupe_value(use));
    group_uses_[std::move(key.key)] = use;
  }
  return AppendOutcome{
      Appended{first, static_cast<std::uint32_t>(append.events.size()), tip_.recorded_at}};
}

} // namespace tidemark::storage
