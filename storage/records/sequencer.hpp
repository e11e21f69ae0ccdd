#pragma once
#include "storage/records/prepared.hpp"

#include <unordered_map>

namespace tidemark::storage {

/// The newest event under a tag; `version` counts when the tag is a stream's.
struct TagHead {
  Position newest;
  StreamVersion version;
};
/// The first use of a dedupe key. No time: it is used for ever.
struct DedupeUse {
  Position first;
  std::optional<Timestamp> recorded_at;
};

/// What the log holds already. Asked by the writer only.
class LogState {
public:
  virtual ~LogState() = default;
  virtual Result<TagHead> head(const TagKey& key) = 0;
  virtual Result<std::optional<DedupeUse>> dedupe_use(const std::string& key) = 0;
};

/// Where a log ends.
struct Tip {
  Position position;
  Digest head{};
  Timestamp recorded_at{};
  Epoch epoch;
};

/// One index row to be: this event stands under this tag.
struct TagRow {
  TagKey key;
  TagHead head;
};

/// Everything that one commit stores.
struct Group {
  struct Record {
    Position position;
    std::size_t offset = 0; ///< within `bytes`
    std::size_t size = 0;
  };
  std::string bytes;
  std::vector<Record> records;
  std::vector<std::pair<std::string, std::string>> dedupe;
  std::vector<TagRow> rows;
  /// Heads of `webhook/...` streams that moved on, with the names to find them again by.
  std::vector<std::pair<TagRow, std::pair<TenantId, StreamName>>> counted;

  std::string_view record(const Record& r) const {
    return std::string_view(bytes).substr(r.offset, r.size);
  }
  void clear();
};

/// Value bytes of a dedupe key and back. Errors of reading: data_damaged.
std::string dedupe_value(const DedupeUse& use);
Result<DedupeUse> read_dedupe_value(std::string_view bytes);

/// Decides append after append what is stored: checks conditions against the past and the earlier
/// appends of the same group (rule 4), gives positions, versions and times, and links the chain.
/// Belongs to the writer; not for several threads.
class Sequencer {
public:
  Sequencer(LogState& past, const Tip& tip) : past_(past), tip_(tip) {}

  /// Starts a group; `now` becomes recorded_at unless the log is already later.
  void begin(Timestamp now);
  /// An Error is a read error of the storage, after which nothing may be acknowledged any more.
  Result<AppendOutcome> admit(PreparedAppend& append);

  const Group& group() const { return group_; }
  const Tip& tip() const { return tip_; }

private:
  Result<TagHead> head(const TagKey& key);
  Result<std::optional<Position>> first_use(const PreparedDedupe& key);
  Result<std::optional<Conflict>> conflict(const PreparedAppend& append);
  Status store(PreparedEvent& event);

  LogState& past_;
  Tip tip_;
  Group group_;
  std::unordered_map<TagKey, TagHead, TagKeyHash> group_heads_;
  std::unordered_map<std::string, DedupeUse> group_uses_;
};

} // namespace tidemark::storage
