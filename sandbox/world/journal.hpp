#pragma once
#include "sandbox/world/json.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace tidemark::sandbox {

/// A request that was meant to change something, and what came of it.
struct Received {
  std::uint64_t number = 0; ///< from 1, per system
  std::int64_t at = 0;      ///< microseconds since 1970, when it arrived
  std::string method;
  std::string path;
  std::string key;     ///< Idempotency-Key or webhook-id, "" when none was sent
  std::string contact; ///< id of the record it touched, "" when none
  std::string
      outcome;       ///< created, updated, deleted, unchanged, repeated, refused, not_performed ...
  std::string fault; ///< behaviour played on it, "" when none
  unsigned status = 0; ///< as answered; 0 when it was not
  std::string body_sha256;
};

/// The log of one system's effectful requests: what tests count and benchmarks time.
class Journal {
public:
  void add(Received entry);
  /// Entries with a number above `after`, at most `limit`.
  Json dump(std::uint64_t after, std::size_t limit) const;
  std::uint64_t count() const { return count_; }
  /// Number of entries for each outcome.
  const std::map<std::string, std::uint64_t>& outcomes() const { return outcomes_; }
  void clear();

private:
  std::deque<Received> entries_;
  std::map<std::string, std::uint64_t> outcomes_;
  std::uint64_t count_ = 0;
};

} // namespace tidemark::sandbox
