#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "events/codec.hpp"

#include <string_view>

/// The hash chain: each record ends with SHA-256(hash of the previous record, its other bytes). The
/// first record follows a digest of zeros.
namespace tidemark::storage {

/// Hash of a record from its bytes without the hash.
Digest chain_hash(const Digest& previous, std::string_view unhashed);

/// The hash that stands at the end of a record. Errors: data_damaged when it is too short.
Result<Digest> stored_hash(std::string_view record);

/// Walks records in log order and says what is wrong with the first bad one.
class ChainCheck {
public:
  /// Begins after `position`, whose record has the hash `head`.
  ChainCheck(Position position, const Digest& head) : position_(position), head_(head) {}

  /// Position dense, hash right, time and epoch not going back, lengths right.
  /// Errors: data_damaged, with the position in the text.
  Status check(std::string_view record);

  Position position() const { return position_; } ///< of the last good record
  const Digest& head() const { return head_; }

private:
  Position position_;
  Digest head_;
  Timestamp recorded_at_{};
  Epoch epoch_;
};

} // namespace tidemark::storage
