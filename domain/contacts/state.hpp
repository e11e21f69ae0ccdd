#pragma once
#include "base/ids.hpp"
#include "base/time.hpp"
#include "events/all.hpp"

#include <map>
#include <string>
#include <vector>

/// What is known of one contact: the set of its records, what they merge to, what is on its way
/// out, and the books of its calls, messages, appointments, lists and consent. Data only: every
/// decider reads it, and `evolve` (domain/evolve.hpp) makes it from the recorded events.
namespace tidemark::domain {

/// One channel that is closed for one of the contact's addresses.
struct ClosedChannel {
  events::Channel channel = events::Channel::sms;
  std::string address_hash; ///< "" when the record that says so has no address
  Position input;           ///< with which the last statement came in that closes it
  bool operator==(const ClosedChannel&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ClosedChannel;
    using events::member;
    return use(member("channel", &T::channel), member("address_hash", &T::address_hash),
               member("input", &T::input));
  }
};

/// What a system was told last about a channel of one of its records.
struct PropagatedChannel {
  ConnectorName target;
  RemoteId record; ///< "" when the system said so itself, or of the only one it has
  events::Channel channel = events::Channel::sms;
  bool closed = true;
  bool confirmed = false;
  DeliveryId delivery; ///< "" when the system said so itself
  bool operator==(const PropagatedChannel&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = PropagatedChannel;
    using events::member;
    return use(member("target", &T::target), member("record", &T::record),
               member("channel", &T::channel), member("closed", &T::closed),
               member("confirmed", &T::confirmed), member("delivery", &T::delivery));
  }
};

struct ContactConsent {
  std::vector<ClosedChannel> closed;
  std::vector<PropagatedChannel> propagated;
  bool operator==(const ContactConsent&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("closed", &ContactConsent::closed),
               events::member("propagated", &ContactConsent::propagated));
  }
};

inline bool is_suppressed(const ContactConsent& consent) {
  return !consent.closed.empty();
}
struct CallBook {
  std::vector<events::KnownCall> calls; ///< oldest first; the last few
  bool operator==(const CallBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("calls", &CallBook::calls));
  }
};

struct MessageBook {
  std::vector<events::KnownMessage> messages; ///< oldest first; the last few
  std::vector<events::KnownThread> threads;
  std::vector<events::WaitingMessage> waiting;
  bool operator==(const MessageBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("messages", &MessageBook::messages),
               events::member("threads", &MessageBook::threads),
               events::member("waiting", &MessageBook::waiting));
  }
};

struct KnownAppointment {
  events::AppointmentFacts facts;
  bool operator==(const KnownAppointment&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("facts", &KnownAppointment::facts));
  }
};

struct AppointmentBook {
  std::vector<KnownAppointment> appointments;    ///< the last, oldest first
  std::vector<events::BroadcastLink> broadcasts; ///< those that reached the contact, the last
  bool operator==(const AppointmentBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AppointmentBook;
    return use(events::member("appointments", &T::appointments),
               events::member("broadcasts", &T::broadcasts));
  }
};

/// When a write of ours was taken: by our clock, and by the system's own if its answer told it.
struct WriteTime {
  Timestamp here;
  Timestamp there; ///< `Timestamp{}` when it was not told
  bool operator==(const WriteTime&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("here", &WriteTime::here),
               events::member("there", &WriteTime::there));
  }
};

/// The last write of ours to one field of a record.
struct FieldWrite {
  WriteTime at;
  bool stands = true; ///< the record has stated nothing else since
  bool operator==(const FieldWrite&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("at", &FieldWrite::at),
               events::member("stands", &FieldWrite::stands));
  }
};

/// Values that one delivery wrote to a record.
struct WrittenValues {
  DeliveryId delivery;
  WriteTime at;
  events::FieldSet values; ///< those that have not come back yet
  /// What the record held before, until the system shows a value of ours: a statement of these was
  /// made before our write and is no edit.
  events::FieldSet before;
  bool operator==(const WrittenValues&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = WrittenValues;
    return use(events::member("delivery", &T::delivery), events::member("at", &T::at),
               events::member("values", &T::values), events::member("before", &T::before));
  }
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
  std::vector<WrittenValues> written;     ///< oldest first; a few, for a short while
  std::map<std::string, FieldWrite> ours; ///< by field
  std::vector<std::string> doubtful; ///< fields where a write of ours may have come last, or not
  std::vector<std::string> parked;   ///< fields left as they are over there: they were flapping
  std::vector<std::string> edited;   ///< fields that were changed last over there, not by us
  std::string source_version;
  bool operator==(const ContactRecord&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = ContactRecord;
    using events::member;
    return use(member("connector", &T::connector), member("remote_id", &T::remote_id),
               member("live", &T::live), member("echoed", &T::echoed), member("heard", &T::heard),
               member("replaced", &T::replaced), member("held", &T::held),
               member("written", &T::written), member("ours", &T::ours),
               member("doubtful", &T::doubtful), member("parked", &T::parked),
               member("source_version", &T::source_version), member("removed", &T::removed),
               member("origin", &T::origin), member("edited", &T::edited));
  }
};

/// A contact that became part of this one, with what each held until then: an unmerge gives it
/// back.
struct AbsorbedContact {
  ContactId contact;
  events::FieldSet theirs, mine, combined; ///< before, and right after
  std::map<std::string, ConnectorName> their_sources, my_sources;
  bool operator==(const AbsorbedContact&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AbsorbedContact;
    using events::member;
    return use(member("contact", &T::contact), member("theirs", &T::theirs),
               member("mine", &T::mine), member("combined", &T::combined),
               member("their_sources", &T::their_sources), member("my_sources", &T::my_sources));
  }
};

/// An intent that has no final answer yet.
struct OpenIntent {
  DeliveryId delivery;
  ConnectorName target;
  events::Operation operation = events::Operation::create;
  RemoteId remote_id;
  events::FieldSet fields; ///< still to be seen over there: without those that came back
  events::FieldSet sent;   ///< all of them: until it is answered, it may be sent again
  RemoteId replaces;       ///< record whose place it takes, "" when none
  bool in_flight = false;  ///< dispatched, or it may have taken effect
  bool uncertain = false;  ///< an attempt may have taken effect: no later refusal undoes that
  std::vector<std::string> settles; ///< fields that were in doubt until its request left
  bool operator==(const OpenIntent&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = OpenIntent;
    using events::member;
    return use(member("delivery", &T::delivery), member("target", &T::target),
               member("operation", &T::operation), member("remote_id", &T::remote_id),
               member("fields", &T::fields), member("sent", &T::sent),
               member("replaces", &T::replaces), member("in_flight", &T::in_flight),
               member("uncertain", &T::uncertain), member("settles", &T::settles));
  }
};

/// When a merged field last changed against a value of ours, newest last, at most the few that
/// flapping looks at.
struct FieldHistory {
  events::Field field = events::Field::first_name;
  std::vector<Timestamp> changes;
  bool operator==(const FieldHistory&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("field", &FieldHistory::field),
               events::member("changes", &FieldHistory::changes));
  }
};

/// What a system refused for good because of what it says: the same again would be refused again.
struct RefusedIntent {
  ConnectorName target;
  events::Operation operation = events::Operation::create;
  RemoteId remote_id;
  events::FieldSet fields;
  bool operator==(const RefusedIntent&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = RefusedIntent;
    using events::member;
    return use(member("target", &T::target), member("operation", &T::operation),
               member("remote_id", &T::remote_id), member("fields", &T::fields));
  }
};

struct Contact {
  std::vector<ContactRecord> records;
  events::FieldSet merged;
  std::map<std::string, ConnectorName> sources; ///< field name -> system whose value holds
  std::vector<OpenIntent> open;
  std::vector<FieldHistory> history;
  std::vector<RefusedIntent> refused; ///< the last for each system
  ContactConsent consent;
  CallBook calls;
  MessageBook messages;
  std::vector<AbsorbedContact> absorbed; ///< the last merge at the end
  events::PlacementBook placement;
  AppointmentBook appointments;
  bool unreadable = false; ///< the stream holds an event this program does not know: decide nothing
  bool operator==(const Contact&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = Contact;
    using events::member;
    return use(member("records", &T::records), member("merged", &T::merged),
               member("sources", &T::sources), member("open", &T::open),
               member("history", &T::history), member("refused", &T::refused),
               member("consent", &T::consent), member("calls", &T::calls),
               member("messages", &T::messages), member("absorbed", &T::absorbed),
               member("placement", &T::placement), member("appointments", &T::appointments),
               member("unreadable", &T::unreadable));
  }
};

} // namespace tidemark::domain
