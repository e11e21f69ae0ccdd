#include "domain/intake/consent_changes.hpp"

#include "base/invariant.hpp"
#include "events/format/tags.hpp"

#include <algorithm>

namespace tidemark::domain {

using events::ConsentChange;

void ConsentChanges::write(events::ConsentChanged decided, const ContactId& contact) {
  const auto& facts = draft_.facts;
  const auto kind = decided.kind;
  const auto hash = decided.address_hash;
  TIDEMARK_INVARIANT(!decided.channels.empty(), decided.input);
  TIDEMARK_INVARIANT(std::all_of(decided.channels.begin(), decided.channels.end(),
                                 [&](auto channel) { return address_kind(channel) == kind; }),
                     decided.input);
  TIDEMARK_INVARIANT(decided.alias_of != hash, decided.input);
  // A mark that was taken away while an opt-out stands: the system has to be told again.
  const bool undone = decided.change == ConsentChange::ignored && strength(decided.evidence) == 1
                      && !contact.value.empty();
  // Nothing was closed that a YES to a question could open, so no system has to hear of it.
  const bool answers_question = decided.change == ConsentChange::granted
                                && decided.evidence == events::Evidence::message_text
                                && decided.request != Position{};
  const bool changes =
      (decided.change == ConsentChange::revoked || decided.change == ConsentChange::granted
       || decided.change == ConsentChange::cleared)
      && !answers_question;
  draft_.write({std::move(decided), {events::consent_tag(hash)}});
  const auto number = changes_++;
  if (undone)
    return tell(contact, number);
  if (!changes)
    return;
  std::set<ContactId> whose;
  auto answers = contact; // who said it, else who owns the address, else whoever claims it
  if (!contact.value.empty())
    whose.insert(contact);
  if (const auto holder = holder_of(facts, hash, kind)) {
    whose.insert(holder->contact);
    answers = answers.value.empty() ? holder->contact : answers;
  }
  for (const auto& card : claimants(facts, hash))
    whose.insert(card.contact);
  if (answers.value.empty() && !whose.empty())
    answers = *whose.begin();
  for (const auto& one : whose)
    tell(one, number, one == answers);
}

void ConsentChanges::copy(const Revocation& r, const AddressHash& to,
                          std::optional<AddressHash> alias_of, const ContactId& contact) {
  write({.kind = address_kind(r.channel),
         .address_hash = to,
         .change = ConsentChange::revoked,
         .channels = {r.channel},
         .sender = r.sender,
         .reason_code = Reason::carried_over,
         .evidence = r.evidence,
         .source = r.source,
         .rule = "E6.6",
         .by = "person",
         .stated_at = r.stated_at,
         .input = r.position,
         .received_at = r.received_at,
         .alias_of = alias_of,
         .record = r.record},
        contact);
}

void ConsentChanges::tell(const ContactId& contact, std::uint32_t change, bool answers) {
  using events::MatchedBy;
  commands_.push_back({.place = change,
                       .kind = events::CommandKind::apply_consent,
                       .contact = contact,
                       .new_contact = draft_.made.contains(contact),
                       .matched = {answers ? MatchedBy::who_said_it : MatchedBy::same_address}});
}

} // namespace tidemark::domain
