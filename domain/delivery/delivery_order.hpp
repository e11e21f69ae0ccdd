#pragma once
#include "domain/delivery/delivery_queue.hpp"

#include <cstddef>
#include <optional>
#include <vector>

/// In which order what is pending leaves.
namespace tidemark::domain {

/// Which pending delivery is next, and which older ones it makes superfluous. What is out goes on
/// first, then opt-outs, then opt-ins, then answers to the person's own words, then the contact's
/// values, then the other actions in their order. An opt-out that has to wait holds up none of
/// another record or channel. Bodies that are handed on leave each by itself, in the order in which
/// they came, beside the actions: whichever is due first; but the one with the mark of an opt-out
/// leaves before those that wait for it.
struct NextDelivery {
  std::size_t index = 0;
  std::vector<std::size_t> superseded; ///< indexes, all smaller
};
std::optional<NextDelivery> next_delivery(const DeliveryQueue& lane);

} // namespace tidemark::domain
