#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "domain/rules/capabilities.hpp"
#include "domain/rules/command.hpp"
#include "events/all.hpp"

#include <algorithm>
#include <string>
#include <vector>

/// What is known of one contact: the set of its records, what they merge to, what is on its way
/// out, and the books of its calls, messages, appointments, lists and consent. Data only: every
/// decider reads it, and `evolve` (domain/evolve.hpp) makes it from the recorded events.
namespace tidemark::domain {

/// One channel that is closed for one of the contact's addresses.
struct ClosedChannel {
  events::Channel channel = events::Channel::sms;
  AddressHash address_hash;
  Position input; ///< with which the last statement came in that closes it
  Position since; ///< with which the first one did
  TIDEMARK_MEMBERS(ClosedChannel, channel, address_hash, input, since)
};

/// What a system was told last about a channel of one of its records.
struct PropagatedChannel {
  ConnectorName target;
  RemoteId record; ///< "" when the system said so itself, or of the only one it has
  events::Channel channel = events::Channel::sms;
  bool closed = true;
  bool confirmed = false;
  DeliveryId delivery;          ///< "" when the system said so itself
  Reason answer = Reason::none; ///< of its yes: what it has done of it
  TIDEMARK_MEMBERS(PropagatedChannel, target, record, channel, closed, confirmed, delivery, answer)
};

/// A body that shows that texts are closed went on to a system that hears of opt-outs by bodies.
struct HeardMark {
  ConnectorName target;
  DeliveryId delivery; ///< "" when it said so itself, or a person did for it
  bool taken = false;  ///< it was answered 2xx
  TIDEMARK_MEMBERS(HeardMark, target, delivery, taken)
};

struct ContactConsent {
  std::vector<ClosedChannel> closed;
  std::vector<PropagatedChannel> propagated;
  std::vector<HeardMark> heard; ///< those on their way, and the last that was taken
  TIDEMARK_MEMBERS(ContactConsent, closed, propagated, heard)
};

/// On any channel: no values of somebody who opted out go to further systems.
inline bool is_suppressed(const ContactConsent& consent) {
  return !consent.closed.empty();
}
/// On a channel by which the system reaches people: it is not to work through the person there.
inline bool is_suppressed(const ContactConsent& consent, const TargetCapabilities& system) {
  return std::any_of(consent.closed.begin(), consent.closed.end(),
                     [&](const auto& closed) { return system.reaches_by.has(closed.channel); });
}
/// Also by what a record tells just now.
inline bool is_suppressed(const ContactConsent& consent, const ObserveRecord& told) {
  return told.opt_out_seen || is_suppressed(consent);
}

struct CallBook {
  std::vector<events::KnownCall> calls; ///< oldest first; the last few
  TIDEMARK_MEMBERS(CallBook, calls)
};

struct MessageBook {
  std::vector<events::KnownMessage> messages; ///< oldest first; the last few
  std::vector<events::KnownThread> threads;
  std::vector<events::WaitingMessage> waiting;
  TIDEMARK_MEMBERS(MessageBook, messages, threads, waiting)
};

struct KnownAppointment {
  events::AppointmentFacts facts;
  TIDEMARK_MEMBERS(KnownAppointment, facts)
};

struct AppointmentBook {
  std::vector<KnownAppointment> appointments;    ///< the last, oldest first
  std::vector<events::BroadcastLink> broadcasts; ///< those that reached the contact, the last
  TIDEMARK_MEMBERS(AppointmentBook, appointments, broadcasts)
};

/// When a write of ours was taken: by our clock, and by the system's own if its answer told it.
struct WriteTime {
  Timestamp here;
  Timestamp there; ///< `Timestamp{}` when it was not told
  TIDEMARK_MEMBERS(WriteTime, here, there)
};

/// The last write of ours to one field of a record.
struct FieldWrite {
  WriteTime at;
  bool stands = true; ///< the record has stated nothing else since
  TIDEMARK_MEMBERS(FieldWrite, at, stands)
};

/// Values that one delivery wrote to a record.
struct WrittenValues {
  DeliveryId delivery;
  WriteTime at;
  events::FieldSet values; ///< those that have not come back yet
  /// What the record held before, until the system shows a value of ours: a statement of these was
  /// made before our write and is no edit.
  events::FieldSet before;
  TIDEMARK_MEMBERS(WrittenValues, delivery, at, values, before)
};

/// How one system's record looks, as far as we know.
struct ContactRecord {
  ConnectorName connector;
  RemoteId remote_id; ///< "" while a create was accepted without telling the id
  bool live = true;
  bool echoed = false;   ///< a write of ours came back from it, so others will
  bool heard = false;    ///< it has stated something
  bool replaced = false; ///< another record took its place: what it still says is outdated
  bool removed = false;  ///< somebody deleted it over there: nobody makes it anew
  ContactId origin;      ///< contact that it came from in a merge, "" when it was always this one's
  events::FieldSet held; ///< the last value we know it held: seen or written
  std::vector<WrittenValues> written; ///< oldest first; a few, for a short while
  events::FieldMap<FieldWrite> ours;
  events::FieldMask doubtful; ///< fields where a write of ours may have come last, or not
  events::FieldMask parked;   ///< fields left as they are over there: they were flapping
  events::FieldMask edited;   ///< fields that were changed last over there, not by us
  std::string source_version;
  RemoteId predecessor; ///< record whose place it took, "" when none
  TIDEMARK_MEMBERS(ContactRecord, connector, remote_id, live, echoed, heard, replaced, held,
                   written, ours, doubtful, parked, source_version, removed, origin, edited,
                   predecessor)
};

/// A contact that became part of this one, with what each held until then: an unmerge gives it
/// back.
struct AbsorbedContact {
  ContactId contact;
  events::FieldSet theirs, mine, combined; ///< before, and right after
  events::FieldMap<ConnectorName> their_sources, my_sources;
  TIDEMARK_MEMBERS(AbsorbedContact, contact, theirs, mine, combined, their_sources, my_sources)
};

/// An intent that has no final answer yet.
struct OpenIntent {
  DeliveryId delivery;
  ConnectorName target;
  events::Operation operation = events::Operation::create;
  RemoteId remote_id;
  events::FieldSet fields; ///< still to be seen over there: without those that came back
  events::FieldSet sent;   ///< all of them: until it is answered, it may be sent again
  /// Of an update with a phone: what a record states besides that is made when none has the phone.
  events::FieldSet context;
  RemoteId replaces;           ///< record whose place it takes, "" when none
  bool in_flight = false;      ///< dispatched, or it may have taken effect
  bool uncertain = false;      ///< an attempt may have taken effect: no later refusal undoes that
  events::FieldMask settles{}; ///< fields that were in doubt until its request left
  TIDEMARK_MEMBERS(OpenIntent, delivery, target, operation, remote_id, fields, sent, context,
                   replaces, in_flight, uncertain, settles)
};

/// A create of which nobody knows whether it took effect: a record that turns up there with its
/// values may be ours.
struct UncertainCreate {
  DeliveryId delivery;
  ConnectorName target;
  events::FieldSet sent;
  TIDEMARK_MEMBERS(UncertainCreate, delivery, target, sent)
};

/// When a merged field last changed against a value of ours, newest last, at most the few that
/// flapping looks at.
struct FieldHistory {
  events::Field field = events::Field::first_name;
  std::vector<Timestamp> changes;
  TIDEMARK_MEMBERS(FieldHistory, field, changes)
};

/// What a system refused for good because of what it says: the same again would be refused again.
struct RefusedIntent {
  ConnectorName target;
  events::Operation operation = events::Operation::create;
  RemoteId remote_id;
  events::FieldSet fields;
  TIDEMARK_MEMBERS(RefusedIntent, target, operation, remote_id, fields)
};

/// A failed delivery that was tried again: asked once more, it is not.
struct RetriedDelivery {
  DeliveryId delivery, by;
  TIDEMARK_MEMBERS(RetriedDelivery, delivery, by)
};

/// The newest webhook whose body was to be forwarded to a system.
struct ForwardedBody {
  ConnectorName target;
  Position webhook;
  TIDEMARK_MEMBERS(ForwardedBody, target, webhook)
};

struct Contact {
  std::vector<ContactRecord> records;
  events::FieldSet merged;
  events::FieldMap<ConnectorName> sources; ///< system whose value holds
  std::vector<OpenIntent> open;
  std::vector<FieldHistory> history;
  std::vector<RefusedIntent> refused;          ///< the last for each system
  std::vector<UncertainCreate> unsure_creates; ///< until a record over there speaks
  ContactConsent consent;
  CallBook calls;
  MessageBook messages;
  std::vector<AbsorbedContact> absorbed; ///< the last merge at the end
  events::PlacementBook placement;
  AppointmentBook appointments;
  std::vector<RetriedDelivery> retried; ///< all: each was asked for by a person
  std::vector<ForwardedBody> forwarded; ///< one for each system that takes webhooks
  bool unreadable = false; ///< the stream holds an event this program does not know: decide nothing
  TIDEMARK_MEMBERS(Contact, records, merged, sources, open, history, refused, unsure_creates,
                   consent, calls, messages, absorbed, placement, appointments, retried, forwarded,
                   unreadable)
};

} // namespace tidemark::domain
