#pragma once
#include "storage/records/sequencer.hpp"

namespace tidemark::storage {

/// A stream `webhook/...`: many events, never read by stream, so only its end is kept.
struct CountedStream {
  TenantId tenant;
  StreamName stream;
  TagHead head;
};

/// Up to where the index on disk reflects the log, and of which log.
struct IndexCheckpoint {
  Position position;
  Digest hash{}; ///< of the record at `position`: rows of another history are noticed
  std::unordered_map<TagKey, CountedStream, TagKeyHash> counted;
};

std::string write_index_checkpoint(const IndexCheckpoint& checkpoint);
/// Errors: index_unreadable.
Result<IndexCheckpoint> read_index_checkpoint(std::string_view bytes);

} // namespace tidemark::storage
