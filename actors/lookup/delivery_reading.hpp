#pragma once
#include "actors/http/http_client.hpp"
#include "connectors/shared/recorded_inputs.hpp"
#include "events/recorded.hpp"
#include "storage/log_store.hpp"

#include <functional>

/// What a delivery needs from the log besides its lane.
namespace tidemark::actors {

/// The recorded look-ups of the running attempt, and the webhook that is to be forwarded.
Result<connectors::AttemptInput> read_attempt(const storage::LogStore& log,
                                              const domain::PendingDelivery& delivery);

/// Name of the step whose dispatch is the delivery's newest event.
std::string step_name_of(const storage::LogStore& log, const domain::PendingDelivery& delivery);

/// An answer in the form in which it is recorded.
events::VendorAnswer recorded_answer(const HttpResult& result);

} // namespace tidemark::actors
