#pragma once
#include "projections/table/projection.hpp"

/// What each address has said, who was told of it, and what was sent to it all the same.
///
///   address <hash> said <position>      one decided statement (consent.changed)
///   address <hash> asked <input>        the reason that an operator gave with it
///   address <hash> held <contact>       a contact whose card has, or had, the address
///   address <hash> applied <position>   what a statement meant for each system of a contact
///   address <hash> message <delivery>   a message that we were to send there
///   address <hash> seen <position>      a message that another system says it sent there
///   address <hash> called <position>    one part of a call that a system says it placed there
///   address <hash> allowed <position>   that the person asked to be called, until when, and by
///   whom decision <cause> said <position>    a statement that was decided with that cause decision
///   <cause> told <index>       a contact that shall take one of them in, by its place contact <id>
///   card <position>        the addresses that the contact has from there on contact <id> told
///   <delivery>        a system shall close or open channels of the contact delivery <id> for the
///   address whose statement led to it delivery <id> sent <attempt step>   a request left delivery
///   <id> gate <position>       the send gate's decision delivery <id> state                 the
///   newest answer or end open <delivery>                     an opt-out that its system has not
///   confirmed yet imported <delivery>                 one from a list: an import's or a run's
///   pause <connector>                   somebody holds even opt-outs to it back
///   stop all                            somebody holds all sending back, even opt-outs
///   deadline <delivery> <rule>          a time for that was told to be near or missed, until
///   settled violation <message> <address hash>  a message that was told to be a violation
///
/// Which deliveries are messages or opt-outs is known to the reader only: the attempts of all are
/// kept, one small row each.
namespace tidemark::projections {

extern const Projection opt_outs;

/// The system was asked, and has no record of the person: nothing is open there.
bool found_nobody_to_tell(std::string_view state, Reason reason_code);

/// The system took the opt-out as far as its calls go: it has none that sets its mark, so a person
/// has to.
bool left_the_mark_to_people(std::string_view state, Reason reason_code);

/// A message that somebody else sent. Our own that comes back is no second one, and one that has
/// yet to be sent, as its own system says, or failed, reached nobody.
bool is_others_send(const events::MessageObserved& e);

/// A part of a call that was placed to the person. One that failed rang nowhere.
bool is_others_call(const events::CallObserved& e);

} // namespace tidemark::projections
