#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

/// What is known of calls and messages changes hands with the records (requirement C8).
namespace tidemark::domain {

/// What the contact gives: all of it, or what came from `command.to`. Transcripts and summaries go
/// along only where they are still to be shown. What was on its way to a system that has no record
/// of the contact waits again: that record is not made any more. When two contacts part, what was
/// heard while they were one may be of either, so the other gets to know it too: by ids and outcome
/// only, and as nothing that it has to show.
events::History history_for(const Contact& contact, const ReleaseRecords& command);

/// As it is taken: with the contact that it comes from.
events::HistoryAdopted as_taken(const AdoptRecords& command);

void evolve(Contact& contact, const events::HistoryReleased& e);
void evolve(Contact& contact, const events::HistoryAdopted& e);

} // namespace tidemark::domain
