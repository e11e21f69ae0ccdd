#pragma once
#include "domain/contacts/state.hpp"
#include "domain/rules/cause.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/rules.hpp"

#include <optional>
#include <vector>

/// First half of the contact's decision: what does an incoming record tell us? Second half:
/// domain/sync/target_planner.hpp.
namespace tidemark::domain {

/// For how long a system may still tell of the time before our write, and how soon after it a
/// system turns what we wrote. Later, it was a person.
inline constexpr auto echo_window = std::chrono::minutes{1};

/// When a record came to be so: as its system says, by its own clock, and when we heard of it. A
/// webhook that comes late, after an outage perhaps, tells of its own time.
struct ObservedAt {
  Timestamp received;
  std::optional<Timestamp> reported;
};
inline ObservedAt observed_at(const std::string& source_version, Timestamp heard_at) {
  return {heard_at, from_rfc3339(source_version)};
}

/// How long after the write; negative: before it. By the system's own clock where it tells both
/// times, else by ours, which may have been wrong at one of them.
inline std::chrono::microseconds since(const WriteTime& write, const ObservedAt& stated) {
  if (stated.reported && write.there != Timestamp{})
    return *stated.reported - write.there;
  return (stated.reported ? std::min(*stated.reported, stated.received) : stated.received)
         - write.here;
}

/// Was it stated before the write had come there, for all that the system's own time tells?
inline bool is_before(const ObservedAt& stated, const WriteTime& write) {
  return stated.reported && write.there != Timestamp{} && *stated.reported < write.there;
}

/// By which rules a value that can be one outweighs one that cannot (requirement A1.6).
inline constexpr std::string_view valid_phone_wins = "A1.6.phone.valid_e164";
inline constexpr std::string_view valid_email_wins = "A1.6.email.valid";

/// Rule of a conflict: a person changed what they had not seen yet, and theirs holds all the same.
inline const std::string later_edit = "later_edit";

/// What an observation means for the contact itself.
struct Observation {
  events::Outcome outcome = events::Outcome::no_change;
  Reason reason_code = Reason::none;
  DeliveryId echo_of;
  events::FieldSet changed;           ///< new merged values
  events::FieldMask against_ours;     ///< see ContactChanged
  events::FieldMap<Reason> set_aside; ///< see ContactObserved
  std::vector<events::ContactConflictDecided> conflicts;
};

/// Does a statement tell of the same moment as the record's last one? Then nobody can say which of
/// the two came first.
inline bool is_same_moment(const ContactRecord& record, const std::string& source_version) {
  return !source_version.empty() && source_version == record.source_version;
}

/// Compares field by field under the system's own normalisation: with what it held, with what we
/// wrote and what is on its way there (echo, single use), and with what the contact holds.
Observation observe(const Contact& contact, const ObserveRecord& command, const SyncRules& rules,
                    const Cause& cause);

} // namespace tidemark::domain
