#include "domain/intake/draft.hpp"

#include "base/contains.hpp"
#include "events/format/tags.hpp"

namespace tidemark::domain {

void OverlaidFacts::add(const TaggedEvent& event) {
  if (const auto* card = std::get_if<IdentityCard>(&event.event))
    for (const auto& tag : event.tags) {
      cards_[tag] = *card;
      written_under_[tag].insert(card->contact);
    }
  if (const auto* change = std::get_if<events::ConsentChanged>(&event.event)) {
    const auto [at, is_new] = consents_.try_emplace(change->address_hash);
    if (is_new)
      at->second = below_.consent_of(change->address_hash);
    evolve(at->second, *change);
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

ConsentState OverlaidFacts::consent_of(const AddressHash& address) const {
  const auto found = consents_.find(address);
  return found != consents_.end() ? found->second : below_.consent_of(address);
}

std::set<ContactId> OverlaidFacts::claimants_of(const AddressHash& address) const {
  auto out = below_.claimants_of(address);
  const auto found = written_under_.find(events::contested_tag(address));
  if (found != written_under_.end())
    out.insert(found->second.begin(), found->second.end());
  return out;
}

std::vector<ParkedCommand> OverlaidFacts::parked_under(const events::Tag& tag) const {
  return below_.parked_under(tag);
}

std::optional<IdentityCard> holder_of(const IdentityFacts& facts, const AddressHash& address,
                                      events::Field kind) {
  const auto found = facts.card_under(events::identity_tag(address));
  auto newest = found ? current_card(facts, found->contact) : std::nullopt;
  if (!newest)
    return std::nullopt;
  return contains(addresses_on(*newest, kind), address) ? newest : std::nullopt;
}

std::vector<IdentityCard> claimants(const InterpreterFacts& facts, const AddressHash& address) {
  std::vector<IdentityCard> out;
  for (const auto& contact : facts.claimants_of(address))
    if (auto card = current_card(facts, contact); card && contains(card->contested, address))
      out.push_back(*std::move(card));
  return out;
}

} // namespace tidemark::domain
