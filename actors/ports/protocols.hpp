#pragma once
#include "actors/http/http_client.hpp"
#include "actors/ports/tenant_context.hpp"
#include "base/time.hpp"
#include "domain/delivery/connector_report.hpp"
#include "domain/delivery/flow_control.hpp"
#include "domain/rules/command.hpp"
#include "storage/log_store.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/response_promise.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

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
/// Nothing is to be decided for now: take little memory.
struct RestCommand {};
/// The command's decision is durable.
struct CommandDecided {
  ContactId contact;
  Position cause;
  std::uint32_t index = 0;
};
/// Every input up to and including `to`, but for imports, has all its decisions, every possible
/// opt-out those up to `opt_outs_to`, every row of an import those up to `imports_to`.
struct DecidedThrough {
  Position to;
  Position opt_outs_to;
  Position imports_to;
};
/// A request to a system. Its answer is the HttpResult, once it came or surely will not.
struct SendRequest {
  HttpCall call;
};
/// A request of a transport has its end.
struct RequestEnded {
  std::uint64_t request = 0;
  HttpResult result;
};
/// Whoever keeps a system's budget begins: what did its predecessor leave?
struct InheritRequest {};
struct Inheritance {
  std::size_t requests_out = 0; ///< have left and are not answered
  std::optional<domain::RateBudget> budget{};
};
/// Whoever keeps a system's budget ends, and leaves it to its successor.
struct KeepBudget {
  domain::RateBudget budget;
};
/// The answer to a request could not be recorded yet: it is time to try again.
struct RecordAnswer {
  ContactId contact;
};
/// May a page of the system's list be asked for now?
struct PageRequest {};
struct PageGrant {
  bool granted = false;
  std::uint64_t taken_before = 0; ///< see domain::RateBudget; belongs to the page's answer
};
/// What the answer to a page says of the system.
struct PageSeen {
  domain::LimitSignal limits;
  domain::HealthSignal health = domain::HealthSignal::nothing;
  std::uint64_t taken_before = 0;
  std::string_view operation; ///< of static lifetime
  bool failed = false;
  std::chrono::milliseconds took{0};
};
/// May a system be asked now that nobody has had anything to ask? Answered when it may: all
/// connectors share what the installation allows itself a second.
struct ProbeRequest {};
struct ProbeGrant {};
/// So much waits at a follower that lists shall not add to it, or no more.
struct Crowded {
  bool crowded = false;
};
/// The token in force of an account, or that it may not be used now.
struct TokenNews {
  std::uint64_t version = 0;     ///< rises with each new token
  connectors::Settings settings; ///< the connector's, with the token
  domain::AccountStatus status;
};
/// The system refused the token of that version.
struct TokenRejected {
  std::uint64_t version = 0;
};
/// The system answered a request for tokens, or surely will not.
struct TokenAnswered {
  HttpResult result;
};
/// Connect an account by the code that its system gave; "": say where to get one.
struct ConnectAccount {
  TenantId tenant;
  ConnectorName connector;
  std::string code;
  bool renew = false;             ///< renew its token instead, whatever is known of it
  std::string by{}, request_id{}; ///< who wants it renewed
};
struct AccountConnected {
  std::optional<Error> error;
  std::string text; ///< for people
};

/// Take the rows that were laid down in that folder (storage/tables/staged_rows.hpp).
struct TakeStagedRows {
  std::string folder;
};
struct StagedRowsTaken {
  std::optional<Error> error;
  std::uint64_t rows = 0;
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

/// A tenant is there from now on; others stay as they are.
struct StartTenant {
  std::shared_ptr<const TenantContext> context;
};
/// A tenant was deleted: its followers end.
struct EndTenant {
  TenantId tenant;
};
/// Look after the promises of this one too.
struct WatchTenant {
  TenantId tenant;
};

/// Another pace for a connector, from the configuration read anew.
struct NewPace {
  TenantId tenant;
  ConnectorName connector;
  Pace pace;
};
/// Other secrets for a connector.
struct NewSettings {
  TenantId tenant;
  ConnectorName connector;
  connectors::Settings settings;
};
/// Another pace for its delivery actor, with the context in which it stands.
struct NewContext {
  std::shared_ptr<const TenantContext> context;
};

// ---- actors

/// CONTACT: decides for one contact, one command at a time. Answers with CommandDecided.
using ContactActor = caf::typed_actor<caf::reacts_to<DecideCommand>, caf::reacts_to<RestCommand>,
                                      caf::reacts_to<AppendSettled>>;

/// INTERPRETER: one per tenant. Follows the log, opt-outs first; translates, decides identity,
/// hands commands to contacts, wakes and passivates them.
using InterpreterActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                     caf::reacts_to<AppendSettled>, caf::reacts_to<CommandDecided>,
                     caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// TRANSPORT: one per tenant and connector. Every request to the system leaves through it. It
/// outlives those who send: it knows what a fallen one has out.
using TransportActor =
    caf::typed_actor<caf::replies_to<SendRequest>::with<HttpResult>, caf::reacts_to<RequestEnded>,
                     caf::replies_to<InheritRequest>::with<Inheritance>,
                     caf::reacts_to<KeepBudget>>;

/// Who hears of an account's tokens.
using TokenUser = caf::typed_actor<caf::reacts_to<TokenNews>>;
struct TokenUsers {
  std::vector<TokenUser> users;
};

/// OAUTH TOKENS: one per account that was connected by a code. Renews its tokens, writes each to
/// disk before anybody uses it, and tells its users, which are that connector's delivery and
/// backfill actors.
using OAuthTokensActor =
    caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>,
                     caf::reacts_to<TokenUsers>, caf::reacts_to<TokenRejected>,
                     caf::reacts_to<TokenAnswered>, caf::reacts_to<NewSettings>,
                     caf::replies_to<ConnectAccount>::with<AccountConnected>>;

/// DELIVERY: one per tenant and connector. Brings intents to the system, in order per contact. What
/// holds requests back (pause, circuit, limits) is its own: it also grants the pages of the list.
using DeliveryActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                     caf::reacts_to<AppendSettled>, caf::reacts_to<DecidedThrough>,
                     caf::reacts_to<RecordAnswer>, caf::replies_to<PageRequest>::with<PageGrant>,
                     caf::reacts_to<PageSeen>, caf::reacts_to<TokenNews>,
                     caf::reacts_to<NewContext>,
                     caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// BACKFILL: one per tenant and connector. Lists the system's contacts when that was asked for;
/// each page becomes an input.
using BackfillActor = caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>,
                                       caf::reacts_to<Crowded>, caf::reacts_to<TokenNews>,
                                       caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// CUSTOM FIELD CHECK: one for each connector with mapped custom fields whose system can be asked
/// which it has. Asks at the start and once a day, and records what does not fit.
using CustomFieldCheckActor = caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>,
                                               caf::reacts_to<TokenNews>>;

/// PROJECTION RUNNER: reads the log, applies rows with their checkpoint.
using ProjectionActor = caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>,
                                         caf::replies_to<TakeStagedRows>::with<StagedRowsTaken>,
                                         caf::replies_to<ReportRequest>::with<FollowerReport>>;

/// CONSENT MONITOR: tells of deadlines of opt-outs, and of messages that reached a closed address.
using ConsentMonitorActor = caf::typed_actor<caf::reacts_to<Tick>, caf::reacts_to<AppendSettled>,
                                             caf::reacts_to<WatchTenant>>;

/// SUPERVISOR: starts the followers above, restarts what crashes, says so, passes on what drives
/// them. Interpreters and deliveries tell it when they are crowded, it tells the tenant's
/// backfills. It grants probes, in the order in which they were asked for.
using SupervisorActor =
    caf::typed_actor<caf::reacts_to<LogAdvanced>, caf::reacts_to<Tick>, caf::reacts_to<Crowded>,
                     caf::reacts_to<NewPace>, caf::reacts_to<NewSettings>,
                     caf::reacts_to<StartTenant>, caf::reacts_to<EndTenant>,
                     caf::replies_to<ProbeRequest>::with<ProbeGrant>,
                     caf::replies_to<ConnectAccount>::with<AccountConnected>,
                     caf::replies_to<TakeStagedRows>::with<StagedRowsTaken>,
                     caf::replies_to<ReportRequest>::with<std::vector<FollowerReport>>>;

} // namespace tidemark::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::LogAdvanced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::StartTenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::EndTenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::WatchTenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::Tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::AppendSettled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::DecideCommand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::RestCommand)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::CommandDecided)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::DecidedThrough)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::SendRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::HttpResult)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::RequestEnded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::InheritRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::Inheritance)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::KeepBudget)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::RecordAnswer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::PageRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::PageGrant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::PageSeen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::ProbeRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::ProbeGrant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::Crowded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::TokenNews)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::TokenRejected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::TokenAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::TokenUsers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::ConnectAccount)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::AccountConnected)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::TakeStagedRows)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::StagedRowsTaken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::FollowerReport)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::ReportRequest)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::NewPace)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::NewSettings)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tidemark::actors::NewContext)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<tidemark::actors::FollowerReport>)
