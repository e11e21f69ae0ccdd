#pragma once
#include "domain/contacts/state.hpp"

/// Which of a contact's records is meant.
namespace tidemark::domain {

/// The record an observation is about: same remote id, else one of that system whose id we never
/// learned. Null when it is new.
const ContactRecord* record_for(const Contact& contact, const ConnectorName& connector,
                                const RemoteId& id);
ContactRecord* record_for(Contact& contact, const ConnectorName& connector, const RemoteId& id);

/// The same of one that was deleted over there; null when it was not.
const ContactRecord* deleted_record(const Contact& contact, const ConnectorName& connector,
                                    const RemoteId& id);

/// The record by which the contact is written to in a system: one whose id is known, if there is
/// one, and rather its own than one that came in a merge; the newest of these. Null when it has
/// none there.
const ContactRecord* live_record(const Contact& contact, const ConnectorName& system);

} // namespace tidemark::domain
