#pragma once
#include "domain/contacts/plan.hpp"

/// Calls and messages that came while a system had no record of the contact wait until it has one
/// (requirements C18, M1, M3).
namespace tidemark::domain {

/// Shows what waits, wherever the contact has a record now or one is about to be made. Part of
/// every decision that can bring a record about, and of those about calls and messages.
void show_waiting(Plan& plan);

/// Does any call or message wait for a record?
bool owes_anything(const Contact& contact);

} // namespace tidemark::domain
