#pragma once
#include "base/ids.hpp"
#include "base/keyed_hash.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "connectors/connector.hpp"
#include "domain/delivery/connector_report.hpp"
#include "domain/operations/flow_times.hpp"
#include "domain/operations/service_profile.hpp"
#include "domain/rules/rules.hpp"
#include "storage/log_store.hpp"
#include "storage/tables.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the gateway needs from the rest: narrow, so that it knows no actor.
namespace tidemark::gateway {

/// A connector of a tenant, ready to verify.
struct WebhookSource {
  TenantId tenant;
  const connectors::Connector* connector = nullptr;
  connectors::Settings settings;
  std::uint32_t per_minute = 0;     ///< webhooks that are taken, but for possible opt-outs; 0: all
  std::uint16_t refused_status = 0; ///< of a bad signature; 0: as its way in gives
  bool ended = false;               ///< its tenant is: nothing is taken. Its place stays its own
};

/// A person or program that may read.
struct ApiToken {
  std::string name;
  std::string role;   ///< viewer, auditor, operator, admin
  std::string sha256; ///< hex of the token; the token itself is never kept
  TenantId tenant;    ///< whose data; empty: the only tenant there is
};

/// What one peer may cost (threats 7 and 14).
struct GatewayLimits {
  std::chrono::milliseconds header{5'000}; ///< from the first byte of a request to its blank line
  std::chrono::milliseconds body{15'000};  ///< for the whole body
  std::chrono::milliseconds body_grace{5'000}; ///< after it, `body_rate_min` must hold
  std::size_t body_rate_min = 1024;            ///< bytes a second
  std::chrono::milliseconds idle{15'000};      ///< between requests
  std::chrono::milliseconds write{15'000};     ///< for the whole answer
  std::chrono::milliseconds linger{2'000};     ///< reading on after a refusal, so that it is seen
  std::size_t header_bytes_max = 8 * 1024;     ///< at most 15 KiB
  std::size_t body_bytes_max = 4 * 1024 * 1024;
  std::size_t connections_per_peer = 1024; ///< trusted proxies are exempt
  std::size_t local_connections = 16;      ///< through the Unix socket
  std::size_t api_jobs_max = 256;          ///< waiting reads; beyond: 503
  std::uint32_t requests_per_minute =
      600; ///< of the API, where nobody set a limit; a tenant ten times as many
  /// Refused webhooks of an address that are told why; 0: all. Beyond it they are told to wait.
  std::uint32_t refused_webhooks_per_minute = 0;
};

/// From when on numbers are alerts (requirement H14).
struct AlertThresholds {
  std::uint32_t many = 100;       ///< deliveries or inputs that wait
  std::uint32_t critical = 1'000; ///< that wait, or were given up
  std::chrono::seconds oldest_delivery{std::chrono::minutes{15}}; ///< 0: its age is no alert
  std::uint32_t dead_letters = 1; ///< that failed for good, to one system
  // What is measured: 0 switches a rule off.
  std::uint32_t error_percent = 5; ///< of a system's answers in the window, from so many on
  std::chrono::seconds error_window{300};
  std::uint32_t error_requests = 20;
  std::chrono::milliseconds answer{5'000}; ///< more than a twentieth of all took longer
  std::chrono::seconds answer_window{60};
  std::uint32_t answer_requests = 10;
  std::uint32_t pool_percent = 90;           ///< of the requests that may be out to a system
  std::chrono::seconds pool{60};             ///< without a break
  std::uint32_t memory_percent = 85;         ///< of what the process may have
  std::uint64_t memory_limit = 0;            ///< bytes; 0: the control group's, or the machine's
  std::uint32_t disk_free_percent = 20;      ///< of the data folder's disk; less is a warning
  std::chrono::seconds renewal_failing{300}; ///< a token's renewal, while the token still holds
  std::chrono::hours unknown_kinds{24};      ///< after the last such webhook
  std::chrono::minutes silence{0}; ///< without a webhook; 0: measured by how often they come
  std::map<std::pair<TenantId, ConnectorName>, std::chrono::minutes> silence_of{}; ///< where other
  std::chrono::seconds hold{30};       ///< so long a measure is bad before it is an alert
  std::chrono::seconds cool_down{300}; ///< and good again before that is over
};

struct GatewayOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080; ///< 0: any free one
  /// A socket that is listened on already, by whoever started this process; -1: none, one is made.
  int given_listener = -1;
  /// Where `control.sock` is to be, through which programs of this user ask as operators; "": none.
  std::string socket_folder;
  std::vector<std::string> trusted_proxies; ///< addresses, or networks such as 10.0.0.0/8
  std::vector<WebhookSource> sources;
  std::vector<TenantId> tenants; ///< one: `/webhooks/...` works without a tenant
  TenantId bare_tenant;          ///< that it means among several; empty: none
  std::set<TenantId> recorded;   ///< those of `tenants` that the log has, not the file
  std::set<TenantId> ended;      ///< that were deleted: what is recorded of them can be read
  std::map<TenantId, std::string> names; ///< as people call those of the file
  std::string tenant_domain;             ///< below which hosts name tenants; "" none do
  std::set<TenantId> dropping;      ///< tenants that take only opt-outs while they are suspended
  std::set<TenantId> private_pages; ///< tenants whose page for the office is not shown
  std::vector<ApiToken> tokens;
  std::map<TenantId, domain::SyncRules> rules; ///< in force; for answers about what would be done
  /// Region of national numbers of each tenant, "US" where none stands here; "" where the tenant's
  /// connectors have different ones: numbers need their country code then.
  std::map<TenantId, std::string> default_regions;
  std::string_view default_region(const TenantId& tenant) const {
    const auto found = default_regions.find(tenant);
    return found == default_regions.end() ? std::string_view("US") : found->second;
  }
  /// Whom `/webhooks/...` means, null: nobody.
  const TenantId* of_bare_path() const {
    if (tenants.size() == 1)
      return &tenants.front();
    return bare_tenant.value.empty() ? nullptr : &bare_tenant;
  }
  std::size_t connections_max = 4096;
  std::string version;
  bool loopback_http_allowed = false; ///< shown in /health
  std::size_t threads = 1;            ///< that speak HTTP; reads of the API have one of their own
  GatewayLimits limits;
  AlertThresholds alerts;
  /// Benchmark baseline and tests only, no configuration key leads here: bodies pass the same gate
  /// and are read, then 200 without verification or append.
  bool answer_without_work = false;
};

/// The options as they are now: tenants come and go while the service runs. Sources only become
/// more, so that each keeps its place. For several threads.
class LiveOptions {
public:
  explicit LiveOptions(GatewayOptions options)
      : now_(std::make_shared<const GatewayOptions>(std::move(options))) {}
  std::shared_ptr<const GatewayOptions> now() const {
    const std::lock_guard lock(guard_);
    return now_;
  }
  void set(GatewayOptions options) {
    auto fresh = std::make_shared<const GatewayOptions>(std::move(options));
    const std::lock_guard lock(guard_);
    now_.swap(fresh);
  }

private:
  mutable std::mutex guard_;
  std::shared_ptr<const GatewayOptions> now_;
};

/// A tenant's table, without faults.
struct CheckedSettings {
  std::string toml; ///< as it is to be recorded
  std::string name; ///< that it gives the tenant; "" none
};
/// What other settings of a tenant would come to, without faults.
struct SettingsChange {
  struct Difference {
    std::string key;
    std::optional<std::string> from, to; ///< of secrets only where they are
    bool at_once = false;                ///< else from the next start on
  };
  std::string toml; ///< as it is to be recorded
  std::string name; ///< that they give the tenant where those before gave it none, or another
  std::vector<Difference> differences;
};
/// Tenants that the log has, not the file. Called from several threads.
class TenantPort {
public:
  virtual ~TenantPort() = default;
  /// Error: bad_settings with every fault, a line each.
  virtual Result<CheckedSettings> check(const TenantId& tenant, const std::string& toml) const = 0;
  /// Both as TOML; `from`: as recorded last. Error: bad_settings of `to`.
  virtual Result<SettingsChange> compare(const TenantId& tenant, const std::string& from,
                                         const std::string& to) const = 0;
  /// Keys of the recorded settings that the tenant does not run with before the next start.
  virtual std::vector<std::string> needs_restart(const TenantId& tenant,
                                                 const std::string& recorded) const = 0;
  /// Starts, changes and ends what the log says by now. Error: why this one could not be.
  virtual Status follow(const TenantId& about) = 0;
};

/// Health of one part, from a real probe.
struct ServiceHealth {
  std::string name;
  std::string status; ///< connected, unknown, degraded, disconnected
  Timestamp since;
  std::string detail;
  /// Of `unknown`: the engine itself should have told by now. Else nobody has used the system yet.
  bool is_overdue = false;
};
/// A connector whose webhooks have stopped although deliveries to it succeed, or for a day where
/// nothing is delivered.
struct Silence {
  TenantId tenant;
  ConnectorName connector;
  Timestamp since; ///< when the last one came, or since when none did
  bool only_listened_to = false;
  std::chrono::minutes configured{0}; ///< the limit, where it is not measured
};
/// Work that has been waiting in numbers.
struct Backlog {
  TenantId tenant;
  ConnectorName connector; ///< of deliveries; "" for inputs that are not decided yet
  std::uint64_t waiting = 0;
  Timestamp since; ///< from then on at least `AlertThresholds::many` waited
};
/// Possible opt-outs of a connector that could not be stored, each answered so that it comes again.
struct NotStored {
  TenantId tenant;
  ConnectorName connector;
  std::string reason_code; ///< of the last one (storage::NotTaken)
  std::uint64_t count = 0;
  Timestamp since; ///< of the first one
  Timestamp last;
};

/// What is measured all the time.
enum class Measure : std::uint8_t { errors, answer_time, pool, memory, disk };
/// A measure that has been bad for AlertThresholds::hold, and not good again for the cool-down.
struct BadMeasure {
  Measure measure = Measure::errors;
  TenantId tenant;         ///< empty: of the whole service
  ConnectorName connector; ///< empty: of the whole service
  Timestamp since;         ///< from then on it was bad
  /// The newest: percent, milliseconds, requests out, percent used, percent free.
  std::uint64_t value = 0;
  std::uint64_t of = 0; ///< answers in the window; requests or bytes that there may be
};
/// Webhooks of a kind that the connector does not know.
struct UnknownKind {
  TenantId tenant;
  ConnectorName connector;
  std::string kind; ///< the vendor's word, cut and without anything but letters, digits, . _ - /
  std::uint64_t count = 0;
  Timestamp first, last;
};

/// No backup was put back and checked for longer than is allowed.
struct OverdueBackup {
  Timestamp since;               ///< from then on it was too long
  std::optional<Timestamp> last; ///< when one was
  std::string problem;           ///< why the backups cannot be looked at, "" when they can
};

/// So many come and go a second, over the last minute.
struct Rate {
  double in = 0, out = 0;
};
/// How a tenant's work goes through.
struct Throughput {
  Timestamp since; ///< the service's start: counted from there
  domain::TenantFlow counted{};
  std::uint64_t undecided = 0; ///< inputs
  Position oldest_position{};  ///< of them
  std::optional<Timestamp> oldest_undecided{};
  Rate inputs{}, parked{}, reviews{};
};

/// It is acknowledged, and stands in the spool: the process is about to end.
inline constexpr std::string_view spooled_reason = "spooled";

class HealthPort {
public:
  virtual ~HealthPort() = default;
  virtual std::vector<ServiceHealth> services() const = 0;
  /// Can webhooks be accepted?
  virtual bool accepting() const = 0;
  /// How it goes with what is delivered to each connector, of all tenants.
  virtual std::vector<domain::ConnectorReport> connectors() const { return {}; }
  virtual std::vector<Silence> silences() const { return {}; }
  virtual std::vector<Backlog> backlogs() const { return {}; }
  virtual std::vector<NotStored> opt_outs_not_stored() const { return {}; }
  /// Since when the disk is nearly full, when it is.
  virtual std::optional<Timestamp> disk_low_since() const { return std::nullopt; }
  virtual std::vector<BadMeasure> bad_measures() const { return {}; }
  virtual std::vector<UnknownKind> unknown_kinds() const { return {}; }
  virtual std::optional<OverdueBackup> overdue_backup() const { return std::nullopt; }
  /// Extra lines for /metrics in Prometheus text form.
  virtual std::string metrics() const = 0;
  virtual Throughput throughput(const TenantId&) const { return {}; }
  virtual domain::ServiceProfile profile() const { return {}; }
};

/// A webhook that was not taken for what it is, not for want of room.
struct RefusedWebhook {
  const WebhookSource* source = nullptr; ///< null: no connector of that name
  std::string_view reason;
  std::string client; ///< address
  std::string_view request_id;
};
/// A request that was answered. No path: what stands in it may be somebody's number.
struct AnsweredRequest {
  std::string_view request_id;
  std::string_view method, route; ///< such as /api/v1/contacts/{id}; "" where there is none
  std::uint16_t status = 0;
  std::chrono::microseconds took{0}; ///< from its head to the answer
};
/// Hears what the service's log tells of requests. Called from several threads, must not block.
class RequestPort {
public:
  virtual ~RequestPort() = default;
  virtual void refused(const RefusedWebhook& webhook) = 0;
  virtual void answered(const AnsweredRequest& request) = 0;
};

/// An alert that is over.
struct ResolvedAlert {
  std::string rule, severity;
  Timestamp since, resolved_at;
  std::string text, subject;
};
/// What somebody who looks about once a second remembers of alerts. Called from several threads.
class AlertMemory {
public:
  virtual ~AlertMemory() = default;
  /// The newest first.
  virtual std::vector<ResolvedAlert> resolved(const TenantId& tenant) const = 0;
  /// Of an alert that is active again, or still: since when it counts.
  virtual std::optional<Timestamp> since(const TenantId& tenant, std::string_view rule,
                                         std::string_view subject) const = 0;
};

/// Somebody who is told of alerts, and how that goes.
struct ReceiverReport {
  std::string name, kind; ///< webhook, alertmanager, mail
  bool second_way = false;
  std::vector<TenantId> tenants; ///< empty: all
  std::size_t pending = 0;       ///< alerts that it has not been told as they are now
  std::optional<Timestamp> last_told, failing_since;
  std::string last_error; ///< "" when the last message was taken
};
/// Those who are told of alerts. Called from several threads.
class ReceiverPort {
public:
  virtual ~ReceiverPort() = default;
  virtual std::vector<ReceiverReport> receivers() const = 0;
  /// Sends one a message that says it is a test, and waits for the answer, some ten seconds at
  /// most. Gives "" when it was taken, else why not. Errors: bad_usage, when there is none of that
  /// name.
  virtual Result<std::string> test(const std::string& receiver) = 0;
};

/// Connects a connector's account by the code that its system gave; without a code, says where to
/// get one. Gives a sentence for people. Errors: bad_usage, and why the system did not agree.
using ConnectAccount = std::function<Result<std::string>(const TenantId&, const ConnectorName&,
                                                         const std::string& code)>;

/// A copy of the log that nobody writes to.
struct LogCheckpoint {
  Position position;  ///< what was acknowledged is in it up to here, perhaps more
  std::string head;   ///< hex of the hash of the event there
  std::string log_id; ///< hex, of which log
};

/// What a reading of the configuration while the service runs led to, by key.
struct ReloadOutcome {
  std::vector<std::string> applied, needs_restart;
};
/// The configuration of the running service.
class ConfigurationPort {
public:
  virtual ~ConfigurationPort() = default;
  /// Reads the file anew and uses what may be another. Error: bad_configuration with every fault, a
  /// line each; nothing has changed then. not_stored: likewise.
  virtual Result<ReloadOutcome> reload(const std::string& by, const std::string& request_id) = 0;
  /// Key, value and source of all that is in force; secrets masked.
  virtual std::vector<std::array<std::string, 3>> in_force() const = 0;
  virtual AlertThresholds thresholds() const = 0;
};

/// From which level on lines of a part are written to the service's own log.
struct PartLevel {
  std::string part, level;
  bool as_configured = true;
  std::optional<Timestamp> until; ///< when it is as configured again; none: at the next start
};
/// What is written to the service's own log. Called from several threads.
class LogLevelPort {
public:
  /// By a part's name, or one for several such as `config:*`: a level, or `default`.
  using Wishes = std::vector<std::pair<std::string, std::string>>;
  virtual ~LogLevelPort() = default;
  virtual std::vector<PartLevel> levels() const = 0;
  /// Errors: bad_log_level, with the names there are; not_stored. Nothing has changed then.
  virtual Status set(const Wishes& wishes, std::optional<Timestamp> until, const std::string& by,
                     const std::string& request_id) = 0;
};
/// What a change of the store key came to.
struct StoreKeyChange {
  std::string from, to;   ///< ids
  std::size_t sealed = 0; ///< files
};
/// A secret of a connector that is to be used from now on.
struct CredentialChange {
  TenantId tenant;
  ConnectorName connector;
  std::string setting;
  SecretText value;
  Timestamp at;
  std::string by;
  std::optional<Timestamp> overlap_until{}; ///< so long webhooks under the one before are taken too
};
/// What may be told of a secret.
struct SecretFact {
  std::string kind;        ///< connector, account, configuration, pepper, store_key
  TenantId tenant;         ///< "" for what belongs to all
  ConnectorName connector; ///< "" likewise
  std::string name;
  /// `environment NAME`, `file PATH`, `tenant_settings` of a tenant that the configuration file
  /// does not have, `run_time`, `data_folder`
  std::string source;
  std::string state;     ///< in_use, overlap, replaced; unused: the configuration has no such one
  std::string last_four; ///< "" where it is too short, or not for people
  std::string key_id;    ///< "" where it has none
  std::optional<Timestamp> set_at{}, ends_at{};
  std::string by{}; ///< who set it at run time
};
/// Settings whose webhooks are taken, for ever or until a time.
struct AcceptedSettings {
  connectors::Settings settings;
  std::optional<Timestamp> until{};
};
/// The secrets of the running service. Called from several threads.
class SecretsPort {
public:
  virtual ~SecretsPort() = default;
  /// Seals everything under the key `to`, in its readable form; `from`: id of the one in use.
  /// Errors: store_key_wrong, store_key_damaged, store_key_missing, storage_failed.
  virtual Result<StoreKeyChange> rotate_store_key(const std::string& from, const SecretText& to,
                                                  const std::string& by) = 0;
  /// May it be set? Changes nothing. Errors: store_key_missing, not_configured, bad_value.
  virtual Status check_credential(const CredentialChange& change) const = 0;
  /// What may be told of it.
  struct Told {
    std::string key_id, last_four;
  };
  virtual Told told_of(const CredentialChange& change) const = 0;
  /// Puts a change on record, and gives where that stands. Called once, when the secret is on disk
  /// and not yet in use; where it fails, nothing has changed.
  using Record = std::function<Result<Position>()>;
  /// In use when it returns. Errors: storage_failed, those of `record`.
  virtual Result<Position> set_credential(const CredentialChange& change, const Record& record) = 0;
  virtual bool has_credential(const TenantId& tenant, const ConnectorName& connector,
                              const std::string& setting) const = 0;
  /// The configuration's is in use again when it returns. Errors: as above.
  virtual Result<Position> remove_credential(const TenantId& tenant, const ConnectorName& connector,
                                             const std::string& setting, const Record& record) = 0;
  /// Every secret of a tenant, or of all and of what belongs to all.
  virtual std::vector<SecretFact> secrets_of(const std::optional<TenantId>& tenant) const = 0;
  /// What a connector's webhooks are verified with, the newest first; empty where nothing was set
  /// at run time.
  virtual std::vector<AcceptedSettings> accepted(const TenantId& tenant,
                                                 const connectors::Settings& configured) const = 0;
};

/// One step of asking a system whether it would take what is sent.
struct TestStep {
  std::string step;        ///< configuration, dns, tcp, tls, http, credential, clock
  std::string verdict;     ///< ok, failed, not_asked
  std::string reason_code; ///< "" when there is none
  std::string text;
  std::string next_step{};
  std::int64_t milliseconds = 0;
};
struct ConnectorTest {
  ConnectorName connector;
  std::vector<TestStep> steps;
};
/// The tests of a tenant's connectors that somebody asked for last; `items` are those that are
/// done.
struct ConnectorTests {
  Timestamp started_at;
  std::optional<Timestamp> ended_at;
  std::vector<ConnectorTest> items;
};
/// Asks systems beside what is sent. Called from several threads.
class ConnectorTestPort {
public:
  virtual ~ConnectorTestPort() = default;
  /// Begins to ask the tenant's systems, or the one that is named, and returns at once. Errors:
  /// not_found, with those there are; busy.
  virtual Status start(const TenantId& tenant, const ConnectorName& connector) = 0;
  virtual std::optional<ConnectorTests> last(const TenantId& tenant) const = 0;
};

/// The world behind the gateway.
struct GatewayPorts {
  storage::LogStore& log;
  const storage::TableStore& tables;
  const KeyedHasher& hasher;
  const WallClock& clock;
  const HealthPort& health;
  /// A possible opt-out is not in the log: why not (storage::NotTaken), or `spooled_reason`. Called
  /// at once, on any thread; does not block.
  std::function<void(const TenantId&, const ConnectorName&, std::string_view reason_code)>
      opt_out_not_stored{};
  ConnectAccount connect_account{};    ///< may take as long as the system takes to answer
  RequestPort* requests = nullptr;     ///< null: nobody hears
  const AlertMemory* alerts = nullptr; ///< null: nobody remembers
  ReceiverPort* receivers = nullptr;   ///< null: nobody is told
  std::function<Result<LogCheckpoint>()> checkpoint{}; ///< each replaces the one before
  /// The tables as they are now, at storage::tables_copy of the data folder; it replaces the last.
  std::function<Status()> copy_tables{};
  /// Puts the rows of storage::staged_tables in place; gives how many.
  std::function<Result<std::uint64_t>()> take_staged_rows{};
  ConfigurationPort* configuration = nullptr; ///< null: it is as it was at the start
  LogLevelPort* log_levels = nullptr;         ///< null: there is no such log
  SecretsPort* secrets = nullptr;             ///< null: it keeps none
  /// Has an account's token renewed now, for who asks in this request; blocks likewise. Errors:
  /// bad_usage, not_renewed, no_answer.
  std::function<Status(const TenantId&, const ConnectorName&, const std::string& by,
                       const std::string& request_id)>
      renew_account{};
  ConnectorTestPort* connector_tests = nullptr; ///< null: it asks none
  const LiveOptions* live = nullptr;            ///< null: tenants are those of the start
  TenantPort* tenants = nullptr;                ///< null: none is made
};

/// As they are now, or where they never change those given.
inline std::shared_ptr<const GatewayOptions> options_now(const GatewayOptions& otherwise,
                                                         const GatewayPorts& ports) {
  return ports.live ? ports.live->now()
                    : std::shared_ptr<const GatewayOptions>(std::shared_ptr<void>(), &otherwise);
}

} // namespace tidemark::gateway
