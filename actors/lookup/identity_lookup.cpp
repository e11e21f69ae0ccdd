#include "actors/lookup/identity_lookup.hpp"

#include "domain/delivery/delivery.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <set>

namespace tidemark::actors {
namespace {

constexpr std::size_t generation_max = 65'536; // tags; more than all decisions in flight can have

} // namespace

void IdentityLookup::keep(const events::Tag& tag, Card card) const {
  young_.insert_or_assign(tag, std::move(card));
  if (young_.size() >= generation_max) {
    old_ = std::exchange(young_, {});
    std::erase_if(of_contact_, [](const auto& entry) { return entry.second.expired(); });
  }
}

IdentityLookup::Card IdentityLookup::shared(domain::IdentityCard card) const {
  auto& newest = of_contact_[card.contact];
  auto kept = newest.lock();
  if (!kept || *kept != card)
    newest = kept = std::make_shared<const domain::IdentityCard>(std::move(card));
  return kept;
}

IdentityLookup::Card IdentityLookup::find(const events::Tag& tag) const {
  if (const auto at = young_.find(tag); at != young_.end())
    return at->second;
  if (const auto at = old_.find(tag); at != old_.end()) {
    auto card = at->second;
    keep(tag, card);
    return card;
  }
  Card card;
  auto found =
      storage::newest_under_tag<domain::IdentityCard>(context_.log(), context_.tenant, tag);
  if (!found) {
    error_ = found.error();
    return nullptr;
  }
  if (*found)
    card = shared(*std::move(*found));
  keep(tag, card);
  return card;
}

std::optional<domain::IdentityCard> IdentityLookup::card_under(const events::Tag& key) const {
  const auto card = find(key);
  return card ? std::optional(*card) : std::nullopt;
}

std::optional<domain::IdentityCard> IdentityLookup::card_of(const ContactId& contact) const {
  return card_under(events::card_tag(contact));
}

/// Seldom asked: only about a record that would be the contact's second one over there.
bool IdentityLookup::may_be_ours(const ContactId& contact, const ConnectorName& connector,
                                 const RemoteId& id) const {
  const auto tag = events::contact_tag(contact);
  conditions_.push_back({tag, context_.log().durable()});
  domain::DeliveryQueue lane;
  bool named = false;
  const auto read = storage::read_under_tag(
      context_.log(), context_.tenant, tag, {}, [&](const events::Recorded& recorded) {
        domain::evolve(lane, recorded, connector);
        if (const auto* accepted = std::get_if<events::DeliveryAccepted>(&recorded.event))
          named |= accepted->target == connector && accepted->remote_id == id;
        else if (const auto* observed = std::get_if<events::ContactObserved>(&recorded.event))
          named |= observed->connector == connector && observed->remote_id == id;
      });
  if (!read)
    error_ = read.error();
  return named || domain::has_create_out(lane);
}

/// Everything that stands under the tag, or will once it is durable, in that order.
void IdentityLookup::under(const events::Tag& tag,
                           const std::function<void(const events::Event&)>& visit) const {
  std::set<Position> stored;
  const auto newest = context_.log().newest_tagged(context_.tenant, tag);
  if (!newest) {
    error_ = newest.error();
    return;
  }
  if (newest->value != 0) {
    const auto read = storage::read_under_tag(context_.log(), context_.tenant, tag, {},
                                              [&](const events::Recorded& recorded) {
                                                stored.insert(recorded.envelope.cause);
                                                visit(recorded.event);
                                              });
    if (!read)
      error_ = read.error();
  }
  for (const auto& pending : pending_)
    if (!stored.contains(pending.input)
        && std::find(pending.event.tags.begin(), pending.event.tags.end(), tag)
               != pending.event.tags.end())
      visit(pending.event.event);
}

domain::ConsentState IdentityLookup::consent_of(const AddressHash& address) const {
  domain::ConsentState state;
  under(events::consent_tag(address),
        [&](const events::Event& event) { domain::evolve(state, address, event); });
  return state;
}

std::set<ContactId> IdentityLookup::claimants_of(const AddressHash& address) const {
  std::set<ContactId> out;
  under(events::contested_tag(address), [&](const events::Event& event) {
    if (const auto* card = std::get_if<domain::IdentityCard>(&event))
      out.insert(card->contact);
  });
  return out;
}

std::vector<domain::ParkedCommand> IdentityLookup::parked_under(const events::Tag& tag) const {
  std::vector<domain::ParkedCommand> out;
  under(tag, [&](const events::Event& event) { domain::evolve(out, event); });
  return out;
}

void IdentityLookup::stored(Position input) {
  std::erase_if(pending_, [&](const Pending& pending) { return pending.input == input; });
}

void IdentityLookup::remember(const domain::TaggedEvent& event, Position input) {
  const auto* card = std::get_if<domain::IdentityCard>(&event.event);
  if (!event.tags.empty() && (!card || !card->contested.empty()))
    pending_.push_back({input, event});
  if (!card)
    return;
  const auto kept = shared(*card);
  for (const auto& tag : event.tags)
    keep(tag, kept);
}

void IdentityLookup::forget() {
  young_.clear();
  old_.clear();
  of_contact_.clear();
  pending_.clear();
}

std::vector<storage::TagCondition> IdentityLookup::take_conditions() {
  return std::exchange(conditions_, {});
}

Status IdentityLookup::take_error() {
  return std::exchange(error_, Status{Done{}});
}

} // namespace tidemark::actors
