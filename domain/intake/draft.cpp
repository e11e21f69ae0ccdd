#include "domain/intake/draft.hpp"

#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {

void OverlaidFacts::add(const TaggedEvent& event) {
  if (const auto* card = std::get_if<IdentityCard>(&event.event))
    for (const auto& tag : event.tags) {
      cards_[tag] = *card;
      written_under_[tag].insert(card->contact);
    }
  if (const auto* change = std::get_if<events::ConsentChanged>(&event.event)) {
    const auto at = consents_.try_emplace(change->address_hash).first;
    if (const auto hash = hash16_from_hex(change->address_hash); hash && !at->second)
      at->second = below_.consent_of(*hash);
    evolve(*at->second, *change);
  }
}

std::optional<IdentityCard> OverlaidFacts::card_under(const events::Tag& key) const {
  const auto found = cards_.find(key);
  return found != cards_.end() ? std::optional(found->second) : below_.card_under(key);
}

std::optional<IdentityCard> OverlaidFacts::card_of(const ContactId& contact) const {
  return card_under(events::card_tag(contact));
}

bool OverlaidFacts::may_be_ours(const ContactId& contact, const ConnectorName& connector,
                                const RemoteId& id) const {
  return below_.may_be_ours(contact, connector, id);
}

ConsentState OverlaidFacts::consent_of(const Hash16& address) const {
  const auto found = consents_.find(to_hex(address));
  return found != consents_.end() ? *found->second : below_.consent_of(address);
}

std::set<ContactId> OverlaidFacts::claimants_of(const Hash16& address) const {
  auto out = below_.claimants_of(address);
  const auto found = written_under_.find(events::contested_tag(address));
  if (found != written_under_.end())
    out.insert(found->second.begin(), found->second.end());
  return out;
}

std::vector<ParkedCommand> OverlaidFacts::parked_under(const events::Tag& tag) const {
  return below_.parked_under(tag);
}

std::optional<IdentityCard> holder_of(const IdentityFacts& facts, const Hash16& address,
                                      events::Field kind) {
  const auto found = facts.card_under(events::identity_tag(address));
  auto newest = found ? current_card(facts, found->contact) : std::nullopt;
  if (!newest)
    return std::nullopt;
  const auto& held = kind == events::Field::email ? newest->emails : newest->phones;
  if (std::find(held.begin(), held.end(), to_hex(address)) == held.end())
    return std::nullopt;
  return newest;
}

} // namespace tidemark::domain
