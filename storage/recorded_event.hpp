#pragma once
#include "events/format/tags.hpp"
#include "events/recorded.hpp"
#include "storage/log_store.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tidemark::storage {

/// The event at a position that something names, and its attachment where that is wanted. Errors:
/// log_hole when there is none, and those of reading and decoding.
Result<events::Recorded> recorded_event(const LogStore& log, Position position,
                                        std::string* attachment = nullptr);

/// The last position that was recorded at that time or before, 0 when there is none. Reads a few
/// records however long the log is, for times never go back along it. Errors: as above.
Result<Position> position_at(const LogStore& log, Timestamp time);

/// The newest event under a tag, if it is one of this type. Errors: as above.
template <class Event>
Result<std::optional<Event>> newest_under_tag(const LogStore& log, const TenantId& tenant,
                                              const events::Tag& tag) {
  using Found = std::optional<Event>;
  TRY(newest, log.newest_tagged(tenant, tag));
  if (newest.value == 0)
    return Found();
  TRY(recorded, recorded_event(log, newest));
  auto* found = std::get_if<Event>(&recorded.event);
  return found ? Found(std::move(*found)) : Found();
}

/// Visits what is recorded under a tag after a position, oldest first. Errors: as above.
Status read_under_tag(const LogStore& log, const TenantId& tenant, const events::Tag& tag,
                      Position after, const std::function<void(const events::Recorded&)>& visit);

} // namespace tidemark::storage
