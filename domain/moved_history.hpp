#pragma once
#include "domain/contact.hpp"

/// What is known of calls and messages changes hands with the records (mission C8).
namespace tidemark::domain {

/// What the contact gives: all of it, or what came from `command.to`. Transcripts and summaries go
/// along only where they are still to be shown.
events::History history_for(const Contact& contact, const GiveRecords& command);

/// As it is taken: with the contact that it comes from.
events::HistoryTaken as_taken(const TakeRecords& command);

void evolve(Contact& contact, const events::HistoryGiven& e);
void evolve(Contact& contact, const events::HistoryTaken& e);

} // namespace tidemark::domain
