#pragma once
#include "events/access.hpp"
#include "events/access/limits.hpp"
#include "events/access/tenants.hpp"
#include "events/action.hpp"
#include "events/activity.hpp"
#include "events/appointment.hpp"
#include "events/backfill.hpp"
#include "events/bulk.hpp"
#include "events/connector.hpp"
#include "events/consent.hpp"
#include "events/contact.hpp"
#include "events/delivery.hpp"
#include "events/engine.hpp"
#include "events/history.hpp"
#include "events/identity.hpp"
#include "events/imports.hpp"
#include "events/intake.hpp"
#include "events/lists.hpp"
#include "events/mapping.hpp"
#include "events/merge.hpp"
#include "events/opportunity.hpp"
#include "events/retry.hpp"
#include "events/reveal.hpp"

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace tidemark::events {

/// An event of a type that this program does not know. Followers park it with an alarm.
struct Unknown {
  static constexpr std::string_view name = "unknown";
  std::string type;
  bool operator==(const Unknown&) const = default;
};

/// Every event there is, in its newest version. New types are added at the end.
using AnyEvent = std::variant<
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
    ContactsUnmerged, RecordsReleased, RecordsAdopted, AppointmentObserved, BroadcastObserved,
    ListsRebuildRequested, ListsRebuilt, MappingRepairRequested, MappingRepairDecided,
    HistoryReleased, HistoryAdopted, MembershipsReleased, MembershipsAdopted, ValuesRestored,
    CallAllowed, ContactMentioned, DeliveryRetryRequested, DeliveryRetryDecided, DeliveryWrittenOff,
    BodyRevealed, CredentialChanged, OptOutImported, OptOutMarkedByHand, HandsSettled,
    ContactImported, LogRestored, WebhookRepeated, OpportunityObserved, CustomFieldsChecked,
    BulkStarted, BulkProgressed, BulkEnded, DeliveryPurged, WebhookMarked, ApiTokenCreated,
    ApiTokenRevoked, TenantSuspended, TenantResumed, UserCreated, UserPasswordSet, UserDisabled,
    UserEnabled, SessionGranted, SessionEnded, PeopleRead, SendingStopped, SendingResumed,
    ConfigReloaded, LogLevelsSet, CredentialSet, CredentialRemoved, TenantCreated, TenantRenamed,
    TenantDeleteRequested, TenantDeleteCancelled, TenantEnded, LimitsSet, ConnectorNoted,
    ConnectorNoteCleared, MessageImported, TenantSettingsSet, AgentFlagSet>;

namespace detail {
template <class T, class Variant>
inline constexpr bool is_one_of = false;
template <class T, class... Ts>
inline constexpr bool is_one_of<T, std::variant<Ts...>> = (std::same_as<T, Ts> || ...);
} // namespace detail

/// One event; std::visit, std::get_if and the like take it as the variant that it is. Copying,
/// moving and comparing are compiled once, in all.cpp: made anew in every file that holds an event,
/// they took half of the build.
class Event : public AnyEvent {
public:
  Event();
  Event(const Event& other);
  Event(Event&& other) noexcept;
  Event& operator=(const Event& other);
  Event& operator=(Event&& other) noexcept;
  ~Event();

  template <class T>
  requires detail::is_one_of<std::remove_cvref_t<T>, AnyEvent>
  Event(T&& one) // an event of a type is an event
      : AnyEvent(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(one)) {}

  friend bool operator==(const Event& a, const Event& b);
};

} // namespace tidemark::events
