#pragma once
#include "storage/keys.hpp"
#include "storage/log_store.hpp"

namespace tidemark::storage {

/// An event with everything that needs no knowledge of the log: done on the submitter's thread, so
/// that the writer has less to do.
struct PreparedEvent {
  events::Envelope envelope; ///< position, version, time, epoch, hash still missing
  TagKey stream;
  std::string payload;
  std::string attachment;
};

struct PreparedDedupe {
  std::string key;
  std::optional<std::chrono::microseconds> window;
  std::optional<TagKey> unless_newer;
};

struct PreparedAppend {
  std::vector<PreparedEvent> events;
  std::vector<std::pair<TagKey, StreamVersion>> expected;
  std::vector<std::pair<TagKey, Position>> nothing_newer;
  std::vector<PreparedDedupe> dedupe;
  Position cause;
  std::string spool_entry; ///< of a webhook with a sign of an opt-out: what the spool would take
  bool sheddable =
      false;             ///< a webhook without a sign of an opt-out: the first to go on a full disk
  std::size_t bytes = 0; ///< about what it holds in memory and will take on disk
};

/// Most of one append: keeps one group's memory bounded.
inline constexpr std::size_t max_append_bytes = 32U << 20;

/// Checks the form and encodes. Errors: malformed, with what is wrong.
Result<PreparedAppend> prepare(Append append);

/// Is the stream one whose versions are counted without index rows (`webhook/...`)?
inline bool is_counted_stream(std::string_view stream) {
  return stream.starts_with("webhook/");
}

} // namespace tidemark::storage
