#include "gateway/api/contact_now.hpp"

#include "domain/evolve.hpp"
#include "domain/identity/identity.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {

Result<domain::Contact> contact_now(const storage::LogStore& log, const TenantId& tenant,
                                    const ContactId& id) {
  domain::Contact contact;
  const auto read = storage::read_under_tag(
      log, tenant, events::contact_tag(id), {}, [&](const events::Recorded& recorded) {
        domain::evolve(contact, recorded.event, recorded.envelope.recorded_at);
      });
  if (!read)
    return read.error();
  return contact;
}

namespace {

/// Cards as the log has them now.
class RecordedCards final : public domain::IdentityFacts {
public:
  RecordedCards(const storage::LogStore& log, const TenantId& tenant)
      : log_(log), tenant_(tenant) {}

  std::optional<domain::IdentityCard> card_under(const events::Tag& key) const override {
    auto found = storage::newest_under_tag<domain::IdentityCard>(log_, tenant_, key);
    if (found)
      return *std::move(found);
    error = found.error();
    return std::nullopt;
  }
  std::optional<domain::IdentityCard> card_of(const ContactId& contact) const override {
    return card_under(events::card_tag(contact));
  }
  bool may_be_ours(const ContactId&, const ConnectorName&, const RemoteId&) const override {
    return false; // asked about new records only
  }

  mutable std::optional<Error> error; ///< why the last answer is none

private:
  const storage::LogStore& log_;
  const TenantId& tenant_;
};

} // namespace

Result<std::optional<ContactId>> contact_of_now(const storage::LogStore& log,
                                                const TenantId& tenant, const ContactId& id) {
  const RecordedCards cards(log, tenant);
  const auto card = domain::current_card(cards, id);
  if (cards.error)
    return *cards.error;
  return card ? std::optional(card->contact) : std::nullopt;
}

Result<std::optional<ContactId>> holder_now(const storage::LogStore& log, const TenantId& tenant,
                                            const AddressHash& address,
                                            const domain::SyncRules& rules) {
  const RecordedCards cards(log, tenant);
  const auto holder = domain::current_holder(cards, address, rules);
  if (cards.error)
    return *cards.error;
  return holder ? std::optional(holder->contact) : std::nullopt;
}

} // namespace tidemark::gateway
