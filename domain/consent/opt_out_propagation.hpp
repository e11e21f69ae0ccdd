#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"
#include "domain/rules/command.hpp"

#include <string>
#include <vector>

/// What consent means for one contact: which channels are closed, and which systems were told.
namespace tidemark::domain {

/// What closes the channel for the address; null when nothing does.
const ClosedChannel* suppression_for(const ContactConsent& consent, events::Channel channel,
                                     const AddressHash& address);

/// Who is told of the change, and how; the person too, where that is configured. The first event is
/// `contact.consent_applied`.
std::vector<events::Event> decide_consent_applied(const Contact& contact,
                                                  const ApplyConsent& command,
                                                  const DecisionContext& context);

/// Systems that hold a record of the person and were not told of a closed channel are told. Asked
/// after each observation, so a record that turns up later is closed as well.
void propagate_opt_outs(Plan& plan);

/// A closed contact has an address that it had not before: systems that can be looked through are
/// asked for a record with it, since no create comes upon one any more. Goes on where
/// `propagate_opt_outs` of the same decision ended.
void propagate_to_unknown_records(const Contact& before, Plan& plan);

void evolve(ContactConsent& consent, const events::ConsentApplied& e);
void evolve(ContactConsent& consent, const events::ActionIntended& e);
void evolve(ContactConsent& consent, const events::ActionAccepted& e);
/// The record is gone over there; one that takes its place has to hear of it anew.
void forget_propagation_to(ContactConsent& consent, const ConnectorName& system,
                           const RemoteId& gone);
/// The delivery came to nothing: the system was not told after all.
void forget_propagation(ContactConsent& consent, const DeliveryId& delivery);

} // namespace tidemark::domain
