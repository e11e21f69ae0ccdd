#pragma once
#include "storage/log_store.hpp"

#include <limits>
#include <utility>

namespace tidemark::actors {

/// Hands every record behind `after` to `take`, which gives a Status; its first error ends it.
template <class Take>
Status read_records(const storage::LogStore& log, Position after, Take take) {
  Status status{Done{}};
  TRYV(log.read(after, std::numeric_limits<std::size_t>::max(), [&](std::string_view record) {
    status = take(record);
    return status.ok();
  }));
  return status;
}

} // namespace tidemark::actors
