#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"

/// Records change hands: the contact's part of a merge and of taking it back (requirement C8).
namespace tidemark::domain {

/// What the contact gives: everything, or the records that came from `command.to`, with the values
/// that belong to them; then the history and how the records stand, when there is any. The one that
/// stays after an unmerge has again what it had: its systems are told.
std::vector<events::Event> give_records(const Contact& contact, const GiveRecords& command,
                                        const ContactId& id, const SyncRules& rules,
                                        const Cause& cause);

/// The first event is `contact.records_taken`; conflicts, and what the systems have to be told,
/// follow. Values are put together by the rules for conflicts (requirement A1.6); records that come
/// back bring their own.
std::vector<events::Event> take_records(const Contact& contact, const TakeRecords& command,
                                        const ContactId& id, const SyncRules& rules,
                                        const Cause& cause);

void evolve(Contact& contact, const events::RecordsGiven& e);
void evolve(Contact& contact, const events::RecordsTaken& e);
void evolve(Contact& contact, const events::ValuesRestored& e);

} // namespace tidemark::domain
