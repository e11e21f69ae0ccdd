#pragma once
#include "base/ids.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <vector>

/// Calls and messages that came while a system had no record of the contact wait until it has one
/// (requirements C18, M1, M3).
namespace tidemark::domain {

struct Contact;

/// The actions that show what waits, wherever `after` has a record now or one is about to be made;
/// an outcome for each. Part of every decision that can bring a record about, and of those about
/// calls and messages.
std::vector<events::Event> show_waiting(const Contact& after, const ContactId& id,
                                        const SyncRules& rules, const Cause& cause,
                                        std::vector<events::TargetOutcome>& outcomes);

/// Does any call or message wait for a record?
bool owes_anything(const Contact& contact);

} // namespace tidemark::domain
