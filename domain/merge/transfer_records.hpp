#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

/// Records change hands: the contact's part of a merge and of taking it back (requirement C8).
namespace tidemark::domain {

/// What the contact gives: everything, or the records that came from `command.to`, with the values
/// that belong to them; then the history and how the records stand, when there is any. The one that
/// stays after an unmerge has again what it had: its systems are told.
std::vector<events::Event> release_records(const Contact& contact, const ReleaseRecords& command,
                                           const DecisionContext& context);

/// The first event is `contact.records_adopted`; conflicts, and what the systems have to be told,
/// follow. Values are put together by the rules for conflicts (requirement A1.6); records that come
/// back bring their own.
std::vector<events::Event> adopt_records(const Contact& contact, const AdoptRecords& command,
                                         const DecisionContext& context);

void evolve(Contact& contact, const events::RecordsReleased& e);
void evolve(Contact& contact, const events::RecordsAdopted& e);
void evolve(Contact& contact, const events::ValuesRestored& e);

} // namespace tidemark::domain
