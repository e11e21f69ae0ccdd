#include "domain/identity/existing_record.hpp"

#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {

ObserveRecord observed_in(const events::DeliveryAccepted& found) {
  ObserveRecord out;
  out.connector = found.target;
  out.remote_id = found.remote_id;
  out.fields = found.fields;
  out.listed = ObservationSource::by_look_up; // no webhook about it came, and it tells of no change
  return out;
}

std::optional<events::Tag> tag_of_found(const DeliveryResult& delivery_result,
                                        const ConnectorName& target, const TenantId& tenant,
                                        const KeyedHasher& hasher) {
  if (!delivery_result.found)
    return std::nullopt;
  return events::identity_tag(
      events::remote_hash(hasher, tenant, target, delivery_result.remote_id));
}

DeliveryResult unless_of_another(DeliveryResult delivery_result, const PendingDelivery& delivery,
                                 const TenantId& tenant, const KeyedHasher& hasher,
                                 const IdentityFacts& facts) {
  const auto& target = delivery.intent.target;
  const auto tag = tag_of_found(delivery_result, target, tenant, hasher);
  if (!tag)
    return delivery_result;
  const auto known = facts.card_under(*tag);
  const auto owner = known ? current_card(facts, known->contact) : std::nullopt;
  const auto hash = events::remote_hash(hasher, tenant, target, delivery_result.remote_id);
  const bool owned =
      owner && std::any_of(owner->records.begin(), owner->records.end(), [&](const auto& record) {
        return record.connector == target && record.remote_id_hash == hash;
      });
  const auto us = current_card(facts, delivery.intent.contact);
  if (!owned || owner->contact == (us ? us->contact : delivery.intent.contact))
    return delivery_result;
  return {DeliveryVerdict::rejected, Reason::address_belongs_to_other_person};
}

} // namespace tidemark::domain
