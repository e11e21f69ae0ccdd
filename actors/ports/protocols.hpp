#pragma once
#include "actors/http/http_client.hpp"
#include "base/time.hpp"
#include "domain/delivery/connector_report.hpp"
#include "domain/rules/command.hpp"
#include "storage/log_store.hpp"

#include <caf/all.hpp>

/// Every message and every typed handle: the map of the running system. Messages stay inside the
/// process, so plain structs travel as they are. Nothing here has a time-out: the log answers or
/// the process ends, and what calls the outside comes back as a message.
namespace tidemark::actors {

// ---- messages

/// The log has new durable events, up to and including `to`.
struct LogAdvanced {
  Position to;
};
/// Time for timers, idleness and rate limits; sent by the engine's ticker (or by a simulation).
struct Tick {
  Timestamp now;
  bool draining = false; ///< the engine is about to stop: begin nothing new outside
};
/// The writer answered the append that was submitted under `token`.
struct AppendSettled {
  std::uint64_t token = 0;
  storage::AppendOutcome outcome;
};
/// Decide on this command; `cause` is the input that it was found in.
struct DecideCommand {
  domain::Command command;
  Position cause;
  std::uint32_t index = 0;
  Timestamp now;            ///< when the cause was recorded
  bool new_contact = false; ///< made by this very input: nothing about it is older
};
/// The command's decision is durable.
struct CommandDecided {
  ContactId contact;
  Position cause;
  std::uint32_t index = 0;
};
/// Every input up to and including `to` has all its decisions, every possible opt-out those up to
/// `opt_outs_to`.
struct DecidedThrough {
  Position to;
  Position opt_outs_to;
};
/// The vendor answered, or surely will not.
struct VendorAnswered {
  ContactId contact;
  HttpResult result;
};
/// A page of a system's list came, or surely will not.
struct PageAnswered {
  HttpResult result;
};
/// What a follower has on its desk, for health and metrics.
struct FollowerReport {
  std::string name;
  Position position; ///< read or decided up to here
  std::uint64_t waiting = 0;
  std::uint64_t busy = 0;
  std::uint64_t failures = 0; ///< of the last attempts towards the system, in a row
  std::uint64_t awake = 0;    ///< contacts in memory; an interpreter's only
  std::optional<domain::ConnectorReport> connector{}; ///< of one that sends or lists alone
};
struct ReportRequest {};

// ---- actors

/// CONTACT: decides for one contact, one command at a time. Answers with CommandDecided.
using ContactActor = caf::typed_actor<caf::reacts_to<DecideCommand>, caf::reacts_to<AppendSettled>>;

/// INTERPRETER: one per tenant. Follows the log, opt-outs first; translates, decides identity,
/// hands commands to contacts, wakes and passivates them.
using InterpreterActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                     caf::reacts_to<AppendSettled>, caf::reacts_to<CommandDecided>,
                     caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// DELIVERY: one per tenant and connector. Brings intents to the system, in order per contact.
using DeliveryActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                     caf::reacts_to<AppendSettled>, caf::reacts_to<DecidedThrough>,
                     caf::reacts_to<VendorAnswered>,
                     caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// BACKFILL: one per tenant and connector. Lists the system's contacts when that was asked for;
/// each page becomes an input.
using BackfillActor = caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>,
                                       caf::reacts_to<PageAnswered>,
                                       caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// PROJECTION RUNNER: reads the log, applies rows with their checkpoint.
using ProjectionActor = caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                                         caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// CONSENT MONITOR: tells of deadlines of opt-outs, and of messages that reached a closed address.
using ConsentMonitorActor = caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>>;

/// SUPERVISOR: starts the followers above, restarts what crashes, says so, passes on what drives
/// them.
using SupervisorActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                     caf::replies_to<ReportRequest>::with<std::vector<FollowerReport>>>;

} // namespace tidemark::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::LogAdvanced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::AppendSettled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::DecideCommand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::CommandDecided)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::DecidedThrough)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::VendorAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::PageAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::FollowerReport)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::ReportRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<tidemark::actors::FollowerReport>)
