#pragma once
// What stands in the two RocksDB instances. All numbers are big-endian. `mark` is the first 8 bytes
// of SHA-256 of the tenant's name: fixed width, so that prefixes can be filtered.
//
// log/, family `default` (the log: append-only keys, so its compaction only moves files)
//   u64 position                                          -> record (events/codec.cpp)
// log/, family `dedupe`
//   u8 1 · mark · hash (16)                               -> u64 first position
//                                                            [u64 recorded_at, when windowed]
//   u8 2 · mark · u64 cause · u32 command index · u8 decider -> u64 first position
//
// tables/, family `index` (rebuilt from the log)
//   mark · u8 tag kind · tag hash (16) · u64 position     -> u32 stream version (stream tags only)
//   "checkpoint"  -> u64 position · hash of that record (32) · counted streams (log_index.cpp)
//   Streams `webhook/...` have no rows: their heads stand in the checkpoint.
// tables/, family `default` (projections, snapshots)
//   u8 0 · "incarnation"                                  -> 16 bytes: which log the rows are of
//   u8 n · table name (n bytes, 1 to 100) · u8 0          -> u64 checkpoint
//   u8 n · table name (n bytes) · u8 1 · key              -> value
#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "events/format/envelope.hpp"

#include <cstring>
#include <string>
#include <string_view>

namespace tidemark::storage {

/// A tag of a tenant: what index rows begin with.
struct TagKey {
  std::uint64_t tenant_mark = 0;
  events::Tag tag;
  bool operator==(const TagKey&) const = default;
};
struct TagKeyHash {
  std::size_t operator()(const TagKey& key) const noexcept {
    std::uint64_t part = 0;
    std::memcpy(&part, key.tag.hash.data(), sizeof part); // already a hash
    return part ^ key.tenant_mark ^ static_cast<std::uint64_t>(key.tag.kind);
  }
};

std::uint64_t tenant_mark(const TenantId& tenant);
inline TagKey tag_key(const TenantId& tenant, const events::Tag& tag) {
  return {tenant_mark(tenant), tag};
}

inline constexpr std::size_t tag_prefix_bytes = 25;
inline constexpr std::string_view index_checkpoint_key = "checkpoint";

inline std::string position_key(Position position) {
  std::string key;
  append_u64(key, position.value);
  return key;
}

inline std::string dedupe_key(std::uint64_t mark, const Hash16& hash) {
  std::string key(1, '\x01');
  append_u64(key, mark);
  key += as_view(hash);
  return key;
}

inline std::string decision_key(std::uint64_t mark, Position cause, std::uint32_t command_index,
                                events::Decider decider) {
  std::string key(1, '\x02');
  append_u64(key, mark);
  append_u64(key, cause.value);
  append_u32(key, command_index);
  key.push_back(static_cast<char>(decider));
  return key;
}

inline std::string tag_prefix(const TagKey& key) {
  std::string out;
  out.reserve(tag_prefix_bytes + 8);
  append_u64(out, key.tenant_mark);
  out.push_back(static_cast<char>(key.tag.kind));
  out += as_view(key.tag.hash);
  return out;
}

inline std::string table_prefix(std::string_view table) {
  std::string out(1, static_cast<char>(table.size()));
  out += table;
  return out;
}
inline std::string checkpoint_key(std::string_view table) {
  return table_prefix(table) + std::string(1, '\0');
}
inline std::string row_prefix(std::string_view table) {
  return table_prefix(table) + std::string(1, '\x01');
}
inline constexpr std::string_view incarnation_key{"\0incarnation", 12};

} // namespace tidemark::storage
