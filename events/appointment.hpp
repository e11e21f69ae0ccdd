#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

/// Appointments and broadcasts: recorded, never written back (requirements M12, M13).
namespace tidemark::events {

struct AppointmentFacts {
  ConnectorName source;
  std::string appointment_id;
  std::string calendar;
  std::string status; ///< confirmed, cancelled ... in the source's words
  PiiText title;
  std::string starts_at; ///< sortable UTC, "" when not told
  std::string ends_at;
  std::string updated_at; ///< the source's time of this state, sortable
  std::string agent;      ///< the source's id of the user whom it is with
  bool deleted = false;
  bool operator==(const AppointmentFacts&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AppointmentFacts;
    return use(member("source", &T::source), member("appointment_id", &T::appointment_id),
               member("calendar", &T::calendar), member("status", &T::status),
               member("title", &T::title), member("starts_at", &T::starts_at),
               member("ends_at", &T::ends_at), member("updated_at", &T::updated_at),
               member("agent", &T::agent), member("deleted", &T::deleted));
  }
};

/// A broadcast that reached the contact before.
struct BroadcastLink {
  ConnectorName connector;
  std::string broadcast;
  bool operator==(const BroadcastLink&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = BroadcastLink;
    return use(member("connector", &T::connector), member("broadcast", &T::broadcast));
  }
};

/// A source told of an appointment with the contact. Stream `contact/<id>`.
struct AppointmentObserved {
  static constexpr std::string_view name = "appointment.observed.v1";
  AppointmentFacts appointment;
  Outcome outcome = Outcome::applied; ///< applied, no_change, superseded, parked
  std::string reason_code;
  std::vector<BroadcastLink> broadcasts; ///< those whose results it belongs to
  bool operator==(const AppointmentObserved&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AppointmentObserved;
    return use(member("appointment", &T::appointment), member("outcome", &T::outcome),
               member("reason_code", &T::reason_code), member("broadcasts", &T::broadcasts));
  }
};

/// A source told that a broadcast went on or ended. Stream `broadcast/<connector>`.
struct BroadcastObserved {
  static constexpr std::string_view name = "broadcast.observed.v1";
  ConnectorName connector;
  std::string broadcast; ///< the source's id
  std::string event;     ///< analytics_updated, broadcast_completed
  std::string stated_at; ///< sortable, "" when not told
  bool operator==(const BroadcastObserved&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = BroadcastObserved;
    return use(member("connector", &T::connector), member("broadcast", &T::broadcast),
               member("event", &T::event), member("stated_at", &T::stated_at));
  }
};

} // namespace tidemark::events
