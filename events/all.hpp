#pragma once
#include "events/action.hpp"
#include "events/activity.hpp"
#include "events/appointment.hpp"
#include "events/backfill.hpp"
#include "events/connector.hpp"
#include "events/consent.hpp"
#include "events/contact.hpp"
#include "events/delivery.hpp"
#include "events/engine.hpp"
#include "events/identity.hpp"
#include "events/intake.hpp"
#include "events/merging.hpp"
#include "events/parking.hpp"
#include "events/placement.hpp"
#include "events/watch.hpp"

#include <variant>

namespace tidemark::events {

/// An event of a type that this program does not know. Followers park it with an alarm.
struct Unknown {
  static constexpr std::string_view name = "unknown";
  std::string type;
  bool operator==(const Unknown&) const = default;
};

/// Every event there is, in its newest version. New types are added at the end.
using Event = std::variant<
    Unknown, WebhookReceived, WebhookInterpreted, WebhookReprocessRequested, EngineStarted,
    ConfigApplied, TimerDue, RecoveryPerformed, IdentityCardWritten, IdentityReviewRequested,
    ContactObserved, ContactChanged, ContactConflictDecided, DeliveryIntended, DeliveryDispatched,
    DeliveryLookedUp, DeliveryAccepted, DeliveryRejected, DeliveryUnknown, DeliveryRetryScheduled,
    DeliveryDied, DeliverySuperseded, DeliverySuppressed, ConsentChanged, ConsentRequested,
    ConsentApplied, CallObserved, MessageObserved, CommandParked, ActionIntended, ActionAccepted,
    SendDecided, BackfillRequested, BackfillPageReceived, BackfillFinished, DriftFound,
    DeadlineReached, ViolationFound, WatchLooked, ConnectorPaused, ConnectorResumed, CircuitOpened,
    CircuitClosed, DailyLimitReached, TokenRefreshed, TokenRefused, CommandTimedOut,
    ParkedReleaseRequested, ContactsMergeRequested, ContactsUnmergeRequested, ContactsMerged,
    ContactsUnmerged, RecordsGiven, RecordsTaken, AppointmentObserved, BroadcastObserved,
    ListsRebuildRequested, ListsRebuilt>;

} // namespace tidemark::events
