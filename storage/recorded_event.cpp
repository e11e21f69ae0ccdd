#include "storage/recorded_event.hpp"

#include "events/codec.hpp"

namespace tidemark::storage {

Result<events::Recorded> recorded_event(const LogStore& log, Position position) {
  auto stored = log.at(position);
  if (!stored)
    return stored.error();
  if (!*stored)
    return Error{"log_hole",
                 "event " + std::to_string(position.value) + " is named and not in the log"};
  auto event = events::decode((*stored)->envelope.type, (*stored)->payload);
  if (!event)
    return event.error();
  return events::Recorded{std::move((*stored)->envelope), std::move(*event)};
}

} // namespace tidemark::storage
