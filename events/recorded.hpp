#pragma once
#include "events/all.hpp"
#include "events/format/envelope.hpp"

namespace tidemark::events {

/// An event as stored: envelope, payload bytes (JSON) and the raw bytes that came with it.
struct StoredEvent {
  Envelope envelope;
  std::string payload;
  std::string attachment;
};

/// An event read back and understood.
struct Recorded {
  Envelope envelope;
  Event event;
};

} // namespace tidemark::events
