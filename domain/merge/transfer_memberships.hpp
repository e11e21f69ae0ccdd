#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

/// Tags, lists, owners, sequences and what was typed in by hand change hands with the records
/// (requirement C8).
namespace tidemark::domain {

/// How the records stand that the contact gives. A list that was asked for and is not known to have
/// been joined or left counts as failed: the other asks for it again, or takes it back.
events::Memberships memberships_for(const Contact& contact, const ReleaseRecords& command);

void evolve(Contact& contact, const events::MembershipsReleased& e);
void evolve(Contact& contact, const events::MembershipsAdopted& e);

} // namespace tidemark::domain
