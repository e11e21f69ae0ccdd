#pragma once
#include "events/recorded.hpp"
#include "events/retry.hpp"

#include <map>

/// What the log knows of a delivery that somebody wants tried again: a fold over the contact's
/// events.
namespace tidemark::domain {

struct FailedDelivery {
  /// All but what the person who asks decides; `delivery` is to be set before the first event.
  events::DeliveryRetryRequested request;
  bool intended = false;
  bool failed = false;                   ///< refused for good or given up
  bool effect = false;                   ///< its newest request changes something over there
  std::map<DeliveryId, Timestamp> texts; ///< when each text of the contact was intended
};

void evolve(FailedDelivery& known, const events::Recorded& recorded);

/// Is it a message to a person?
bool is_text(const FailedDelivery& known);

} // namespace tidemark::domain
