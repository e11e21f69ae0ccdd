#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/sync/observation.hpp"

/// Bodies that go on as they came, to systems that take the webhooks of another (Verity takes
/// GoHighLevel's): every one that is about a contact, once, in the order in which they came.
namespace tidemark::domain {

/// Does the system take bodies that come from this connector?
bool takes_bodies_of(const SystemRule& system, const ConnectorName& source, const SyncRules& rules);
/// Does any system of the tenant that receives?
bool anybody_takes_bodies_of(const ConnectorName& source, const SyncRules& rules);
/// Can the system hear of what other systems tell, because one whose bodies it takes is told too?
bool hears_by_forwarding(const SystemRule& system, const SyncRules& rules);

/// A body that tells how the contact's record looks. One without a mark stays here while the person
/// is opted out, for over there it could take a mark back; an outdated one stays unless it shows
/// the mark of a person who is.
void forward_record(Plan& plan, const ObserveRecord& command, const Observation& observation);
/// A body about something that happened with the contact. Of a person who opted out of texts it
/// waits until the system has heard so, by a body with the mark: else it could write to them
/// because of it. Nothing waits longer than `mark_wait`.
void forward_activity(Plan& plan, const ConnectorName& source, Position body);

/// A body is to go on, at once or behind the one with the mark.
void hand_on(Plan& plan, const SystemRule& system, events::DeliveryIntended intent);

/// The decision on a body of which nothing else is decided: it goes on.
std::vector<events::Event> decide_mention(const Contact& contact, const ObserveMention& command,
                                          const DecisionContext& context);

} // namespace tidemark::domain
