#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <vector>

/// A delivery that failed for good is tried again because somebody asked for it.
namespace tidemark::domain {

/// By what holds now: who is closed gets nothing, values are the newest, what was shown since is
/// not shown twice, and a text that may have left is not sent again unless a person said so. What
/// is tried again is a new delivery. The first event is `delivery.retry_decided`.
std::vector<events::Event> decide_retry(const Contact& contact, const RetryDelivery& command,
                                        const DecisionContext& context);

} // namespace tidemark::domain
