#pragma once
#include "domain/delivery/delivery.hpp"
#include "domain/identity/identity.hpp"
#include "domain/rules/command.hpp"

/// A record that was to be made is there already: somebody added it by hand, or before the set-up
/// (requirements C6, C15). What it shows is its first word and is decided about like a webhook's
/// (rule 8, requirement A1.6); nothing is laid over it before.
namespace tidemark::domain {

/// The found record as that system states it.
ObserveRecord observed_in(const events::DeliveryAccepted& found);

/// Who a record belongs to is known to identity: of one that is another contact's, `rejected`
/// (`address_belongs_to_other_person`) instead of `found`. Other judgements stay as they are. What
/// it reads stands under `tag_of_found`.
DeliveryResult unless_of_another(DeliveryResult delivery_result, const PendingDelivery& delivery,
                                 const TenantId& tenant, const KeyedHasher& hasher,
                                 const IdentityFacts& facts);
/// Nothing where no record was found.
std::optional<events::Tag> tag_of_found(const DeliveryResult& delivery_result,
                                        const ConnectorName& target, const TenantId& tenant,
                                        const KeyedHasher& hasher);

} // namespace tidemark::domain
