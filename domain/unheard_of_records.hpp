#pragma once
#include "base/ids.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <vector>

/// Opt-outs for records that a system may have of a person and nobody here has heard of.
namespace tidemark::domain {

struct Contact;

/// A closed contact has an address that it had not before: systems that can be looked through are
/// asked for a record with it, since no create comes upon one any more. Added to `tellings`, those
/// of `tell_closed` of the same decision.
void tell_unheard_of(const Contact& before, const Contact& after, const ContactId& id,
                     const SyncRules& rules, const Cause& cause,
                     std::vector<events::TargetOutcome>& outcomes,
                     std::vector<events::Event>& tellings);

} // namespace tidemark::domain
