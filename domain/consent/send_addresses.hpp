#pragma once
#include "base/keyed_hash.hpp"
#include "domain/consent/suppression.hpp"
#include "domain/delivery/delivery.hpp"

#include <string_view>
#include <vector>

/// Whose consent a delivery needs: the same for the engine that decides and the replay.
namespace tidemark::domain {

/// Does the person hear of it, is the person to be called, or does another system learn about the
/// person? The rest (an opt-out that is told, a call that is shown) needs nobody's consent.
bool needs_consent(const PendingDelivery& delivery);

/// Why nothing of it is to leave any more, as the lane alone shows; "" when something is. An
/// opt-out calls off also tags that were to be shared before, for workflows begin with them, other
/// than marks of the opt-out itself. Messages are not asked here: they have addresses and channels
/// of their own.
Reason cancellation_reason(const DeliveryQueue& lane, const PendingDelivery& delivery);

/// Keyed hashes of the addresses that the delivery knows, each once.
std::vector<AddressHash> addresses_of(const PendingDelivery& delivery, const TenantId& tenant,
                                      const KeyedHasher& hasher);

/// What one address's consent says about the delivery: a message needs its channel open, also by
/// everybody who still has to read something; the person's values need every channel open.
Suppression gate_for(const PendingDelivery& delivery, const ConsentState& state);

} // namespace tidemark::domain
