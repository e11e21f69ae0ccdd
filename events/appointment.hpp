#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/reason.hpp"
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
  TIDEMARK_MEMBERS(AppointmentFacts, source, appointment_id, calendar, status, title, starts_at,
                   ends_at, updated_at, agent, deleted)
};

/// A broadcast that reached the contact before.
struct BroadcastLink {
  ConnectorName connector;
  std::string broadcast;
  TIDEMARK_MEMBERS(BroadcastLink, connector, broadcast)
};

/// A source told of an appointment with the contact. Stream `contact/<id>`.
struct AppointmentObserved {
  static constexpr std::string_view name = "appointment.observed.v1";
  AppointmentFacts appointment;
  Outcome outcome = Outcome::applied; ///< applied, no_change, superseded, parked
  Reason reason_code = Reason::none;
  std::vector<BroadcastLink> broadcasts; ///< those whose results it belongs to
  TIDEMARK_MEMBERS(AppointmentObserved, appointment, outcome, reason_code, broadcasts)
};

/// A source told that a broadcast went on or ended. Stream `broadcast/<connector>`.
struct BroadcastObserved {
  static constexpr std::string_view name = "broadcast.observed.v1";
  ConnectorName connector;
  std::string broadcast; ///< the source's id
  std::string event;     ///< analytics_updated, broadcast_completed
  std::string stated_at; ///< sortable, "" when not told
  TIDEMARK_MEMBERS(BroadcastObserved, connector, broadcast, event, stated_at)
};

} // namespace tidemark::events
