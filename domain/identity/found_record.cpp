#include "domain/identity/found_record.hpp"

#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {

ObserveRecord observed_in(const events::DeliveryAccepted& found) {
  ObserveRecord out;
  out.connector = found.target;
  out.remote_id = found.remote_id;
  out.fields = found.fields;
  out.listed = Listed::by_look_up; // no webhook about it came, and it tells of no change
  return out;
}

std::optional<events::Tag> tag_of_found(const Judgement& judgement, const ConnectorName& target,
                                        const TenantId& tenant, const KeyedHasher& hasher) {
  if (!judgement.found)
    return std::nullopt;
  return events::identity_tag(events::remote_hash(hasher, tenant, target, judgement.remote_id));
}

Judgement unless_of_another(Judgement judgement, const PendingDelivery& delivery,
                            const TenantId& tenant, const KeyedHasher& hasher,
                            const IdentityFacts& facts) {
  const auto& target = delivery.intent.target;
  const auto tag = tag_of_found(judgement, target, tenant, hasher);
  if (!tag)
    return judgement;
  const auto known = facts.card_under(*tag);
  const auto owner = known ? current_card(facts, known->contact) : std::nullopt;
  const auto hash = to_hex(events::remote_hash(hasher, tenant, target, judgement.remote_id));
  const bool owned =
      owner && std::any_of(owner->records.begin(), owner->records.end(), [&](const auto& record) {
        return record.connector == target && record.remote_id_hash == hash;
      });
  const auto us = current_card(facts, delivery.intent.contact);
  if (!owned || owner->contact == (us ? us->contact : delivery.intent.contact))
    return judgement;
  return {Verdict::rejected, "address_belongs_to_other_person", {}, {}};
}

} // namespace tidemark::domain
