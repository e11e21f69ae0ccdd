#pragma once
#include "domain/delivery/delivery_order.hpp"
#include "domain/delivery/delivery_verdict.hpp"
#include "domain/rules/cause.hpp"
#include "events/recorded.hpp"

#include <string>
#include <vector>

/// How one contact's changes reach one system: in order, one request at a time, newest wins.
namespace tidemark::domain {

/// A request is to leave: supersedes what is superfluous and announces the request.
std::vector<events::Event> announce(const DeliveryQueue& lane, const NextDelivery& next,
                                    const std::string& step_name, bool effect,
                                    const std::string& request_sha256, Position evidence);

/// Nothing will be sent for the next one; supersedes what is superfluous too.
std::vector<events::Event> suppress(const DeliveryQueue& lane, const NextDelivery& next,
                                    Reason reason_code, Position evidence);

/// A recorded answer led to the next step of the attempt. `gone` is a record that the answer shows
/// to be no more, "" when none.
events::Event looked_up(const PendingDelivery& delivery, events::VendorAnswer answer,
                        RemoteId gone);

/// What follows from the final answer of an attempt. `cause` is the dispatch (or, when nothing was
/// sent, what led to the attempt).
events::Event conclude(const DeliveryQueue& lane, const PendingDelivery& delivery,
                       const DeliveryResult& delivery_result, events::VendorAnswer answer,
                       const Cause& cause);

} // namespace tidemark::domain
