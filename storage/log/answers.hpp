#pragma once
#include "storage/log_store.hpp"

#include <vector>

namespace tidemark::storage {

/// The answers of one group, told to each sink in one call, in the order of submission.
class Answers {
public:
  void add(CompletionSink& sink, std::uint64_t token, AppendOutcome outcome);
  /// Tells all and forgets them.
  void tell();

private:
  struct Batch {
    CompletionSink* sink;
    std::vector<Settled> settled;
  };
  std::vector<Batch> batches_; // few: one for the gateway, one for the actors
};

} // namespace tidemark::storage
