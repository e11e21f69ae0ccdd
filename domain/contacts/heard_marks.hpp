#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/rules.hpp"

#include <optional>

/// Which systems that take bodies know by one that the person wants no texts.
namespace tidemark::domain {

/// By any address of the person.
bool are_texts_closed(const ContactConsent& consent);

/// The opt-out of texts of which the system has yet to hear by a body that it took; nothing when
/// texts are open, or it heard.
std::optional<events::AwaitedMark> awaited_mark(const ContactConsent& consent,
                                                const ConnectorName& target);

/// Can a body with the mark still come? Not where no record is left whose system would send it.
bool mark_may_come(const Contact& contact, const SystemRule& system, const SyncRules& rules);

/// A body is to go on: one with the mark, or one by whose word texts are open again.
void note_body(ContactConsent& consent, const events::DeliveryIntended& e);
/// A delivery was taken.
void note_taken(ContactConsent& consent, const DeliveryId& delivery);
/// A delivery came to nothing.
void note_failed(ContactConsent& consent, const DeliveryId& delivery);
/// A system that takes bodies says itself that the person opted out there.
void note_own_word(Contact& contact, const events::ConsentApplied& e);
/// A person says to have set the mark there.
void note_deed(Contact& contact, const events::OptOutMarkedByHand& e);

} // namespace tidemark::domain
