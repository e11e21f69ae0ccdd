#include "storage/log/answers.hpp"

#include <algorithm>

namespace tidemark::storage {

void Answers::add(CompletionSink& sink, std::uint64_t token, AppendOutcome outcome) {
  // Most answers go to the sink of the one before; waiting callers are few at a time.
  auto found = std::find_if(batches_.rbegin(), batches_.rend(),
                            [&](const Batch& batch) { return batch.sink == &sink; });
  if (found == batches_.rend()) {
    batches_.push_back({&sink, {}});
    found = batches_.rbegin();
  }
  found->settled.push_back({token, std::move(outcome)});
}

void Answers::tell() {
  const auto now = std::move(batches_); // a sink may submit again
  batches_.clear();
  for (auto batch : now)
    batch.sink->settled(batch.settled);
}

} // namespace tidemark::storage
