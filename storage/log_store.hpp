#pragma once
#include "base/result.hpp"
#include "events/recorded.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

/// The log as the rest of the engine sees it. One writer; many readers.
namespace tidemark::storage {

/// One event to be stored. Position, version, time, epoch and hash are the writer's.
struct NewEvent {
  StreamName stream;
  events::Event event;
  std::vector<events::Tag> tags; ///< besides the stream's own tag, at most 64
  std::string attachment;
};

/// "Nothing newer than `read_to` stands under `tag`."
struct TagCondition {
  events::Tag tag;
  Position read_to;
};

/// "The stream has exactly this many events."
struct ExpectedVersion {
  StreamName stream;
  StreamVersion version;
};

/// A key that may be used once for ever, or again once the first use is older than `window` or is
/// not the newest event under `unless_newer`.
struct DedupeKey {
  Hash16 hash{};
  std::optional<std::chrono::microseconds> window; ///< none: for ever (rule 11)
  /// With a window: a tag of the events that use the key. Something else under it since the first
  /// use makes the next use no repeat: A, B, A are three edits.
  std::optional<events::Tag> unless_newer{};
};

/// All-or-nothing: every event or none, and only if every condition holds (rule 4).
struct Append {
  TenantId tenant;
  std::vector<NewEvent> events; ///< 1 to 256
  std::vector<ExpectedVersion> expected;
  std::vector<TagCondition> nothing_newer;
  std::vector<DedupeKey> dedupe;
  /// The decision this append is: makes (cause, command index, decider) a dedupe key of its own.
  /// For an input the cause is 0 and the decider `none`: each event is its own correlation.
  Position cause;
  std::uint32_t command_index = 0;
  events::Decider decider = events::Decider::none;
  Position correlation; ///< 0: the cause, or for inputs the event itself
  std::uint16_t rules = 0;
};

/// Stored and synced.
struct Appended {
  Position first;
  std::uint32_t count = 0;
  Timestamp recorded_at;
};
/// The dedupe key was used before; nothing was stored. The first use is synced too.
struct Duplicate {
  Position first;
};
/// A condition does not hold; nothing was stored. Read again and decide again.
struct Conflict {
  std::string what; ///< for people: which condition
  Position newest;  ///< of the tag or stream that moved on, 0 when unknown
};
/// Not taken: the queue is full, the disk is low, the writer stops, or the append is malformed.
/// Nothing was stored.
struct NotTaken {
  std::string reason_code; ///< overloaded, disk_low, stopping, malformed, spool_full, not_stored
};
/// The log failed, and a webhook with a sign of an opt-out is synced in the spool: the process
/// ends, and the next start appends it before anything is sent.
struct Spooled {};
using AppendOutcome = std::variant<Appended, Duplicate, Conflict, NotTaken, Spooled>;

/// One answered append; `token` is the submitter's own.
struct Settled {
  std::uint64_t token = 0;
  AppendOutcome outcome;
};

/// Where the answers of appends go. Called on the writer's thread, once per committed group with
/// everything of that group for this sink; must not block and must not throw.
class CompletionSink {
public:
  virtual ~CompletionSink() = default;
  virtual void settled(std::span<Settled> group) = 0;
};

/// What a read hands over, in log order. Views are valid during the call only. Return false to
/// stop.
using RecordVisitor = std::function<bool(std::string_view record)>;

/// The log. `submit` and all reads may be called from any thread.
class LogStore {
public:
  virtual ~LogStore() = default;

  /// Queues an append. Never blocks, has no time-out: the sink hears, or the process ends.
  /// `sink` lives until it has heard.
  virtual void submit(Append append, CompletionSink& sink, std::uint64_t token) = 0;

  /// The newest synced position. Readers see no further.
  virtual Position durable() const = 0;
  /// Hash of the record at `durable()`.
  virtual Digest head() const = 0;
  virtual Epoch epoch() const = 0;

  /// Visits records with position > after, up to `durable()`, at most `limit`. Any storage error
  /// is an Error, never a short success. Gives the last position visited, or `after`.
  virtual Result<Position> read(Position after, std::size_t limit,
                                const RecordVisitor& visit) const = 0;
  /// One record whole, or nothing beyond the end.
  virtual Result<std::optional<events::StoredEvent>> at(Position position) const = 0;
  /// Positions under a tag, > after, ascending, at most `limit`. Includes everything durable.
  virtual Result<std::vector<Position>> tagged(const TenantId& tenant, const events::Tag& tag,
                                               Position after, std::size_t limit) const = 0;
  /// The newest position under a tag, or 0.
  virtual Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const = 0;
  /// How many events the stream has.
  virtual Result<StreamVersion> version_of(const TenantId& tenant,
                                           const StreamName& stream) const = 0;

  /// Calls `advanced` on the writer's thread after each committed group, with the new durable
  /// position. Must not block. The subscription ends with the returned handle.
  virtual std::shared_ptr<void> subscribe(std::function<void(Position)> advanced) = 0;
};

/// Reads as `log.read` does with a visitor that can fail: it gives a Result<bool>, false to stop.
template <class Log, class Visit>
Result<Position> read_each(const Log& log, Position after, std::size_t limit, Visit&& visit) {
  Status status = Done{};
  TRY(last, log.read(after, limit, [&](std::string_view record) {
    const Result<bool> more = visit(record);
    if (!more)
      status = more.error();
    return more && *more;
  }));
  TRYV(status);
  return last;
}

/// The tag that the writer gives to every event of a stream.
events::Tag stream_tag(const StreamName& stream);

/// Submits and does not wait: an overloaded log leaves it out.
void append_unheard(LogStore& log, Append append);
/// Submits and waits; for starts, tools and tests, never for actors.
AppendOutcome append_and_wait(LogStore& log, Append append);
/// The same for several, at least one: each stands alone, and all are on their way at once. What
/// came of each, in their order.
std::vector<AppendOutcome> append_all_and_wait(LogStore& log, std::vector<Append> appends);

} // namespace tidemark::storage
