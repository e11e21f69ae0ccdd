#pragma once
#include "events/codec.hpp"

namespace tidemark::storage {

/// A whole copy of a record. Errors: record_damaged.
inline Result<events::StoredEvent> stored_event(std::string_view record) {
  TRY(view, events::read_record(record));
  return events::StoredEvent{std::move(view.envelope), std::string(view.payload),
                             std::string(view.attachment)};
}

} // namespace tidemark::storage
