#pragma once
#include "base/ids.hpp"
#include "connectors/connector.hpp"
#include "events/engine.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The configuration as the programs use it: checked, complete, secrets read.
namespace tidemark::config {

struct ServerConfig {
  std::string address = "127.0.0.1"; ///< literal IPv4 or IPv6 address
  std::uint16_t port = 8080;         ///< 0: any free one
  std::string public_url;            ///< where vendors reach the service; may be empty
  std::vector<std::string> trusted_proxies;
  std::string tenant_subdomains; ///< domain below which hosts name tenants; "" none do
  std::uint32_t refused_webhooks_per_minute = 0; ///< of an address; 0: no limit
};

struct HealthConfig {
  std::uint32_t probes_per_second = 20; ///< over all connectors; 0: idle ones are not asked
};

/// Where backups are, so that somebody is told when none was put back to check it for long.
struct BackupConfig {
  std::string dir; ///< "" nobody looks
  std::uint32_t verified_within_hours = 26;
};

/// Where spans of webhooks go (OTLP).
struct TracesConfig {
  std::string endpoint; ///< "" nowhere
};

/// Who is told of alerts.
struct ReceiverConfig {
  enum class Kind : std::uint8_t { webhook, alertmanager, mail };
  std::string name;
  Kind kind = Kind::webhook;
  std::string url;                    ///< https, smtps or smtp; http only with `plain`
  bool plain = false;                 ///< unencrypted, as somebody has said it may be
  std::optional<SecretText> secret{}; ///< of a webhook's signatures, as written
  std::string username;               ///< of mail, "" none
  std::optional<SecretText> password{};
  std::string from;            ///< address of mail
  std::vector<std::string> to; ///< likewise
  bool critical_only = false;
  bool second_way = false;       ///< only what no other receiver took within five minutes
  bool heartbeat = false;        ///< a webhook of life each minute
  std::vector<TenantId> tenants; ///< empty: all
};

struct AlertConfig {
  std::uint32_t many = 100;                   ///< that wait are a backlog
  std::uint32_t critical = 1'000;             ///< that wait, or failed for good, are critical
  std::uint32_t oldest_delivery_minutes = 15; ///< 0: its age is no alert
  std::uint32_t dead_letters = 1;             ///< that failed for good, to one system
  // Measures; 0 percent or ms switches one off.
  std::uint32_t error_percent = 5;
  std::uint32_t error_window_seconds = 300;
  std::uint32_t error_requests = 20; ///< fewer in the window are no measure
  std::uint32_t answer_ms = 5'000;   ///< more than one in twenty took longer
  std::uint32_t answer_window_seconds = 60;
  std::uint32_t answer_requests = 10;
  std::uint32_t pool_percent = 90; ///< of the requests that may be out to a system at once
  std::uint32_t pool_seconds = 60;
  std::uint32_t renewal_failing_seconds = 300; ///< of a token that still holds; 0: no alert
  std::uint32_t unknown_kinds_hours = 24;      ///< after the last one; 0: no alert
  std::uint32_t silence_minutes = 0; ///< without a webhook; 0: measured by how often they come
  std::uint32_t memory_percent = 85;
  std::uint32_t memory_limit_mb = 0; ///< 0: the control group's, or the machine's
  std::uint32_t disk_free_percent = 20;
  std::uint32_t hold_seconds = 30;       ///< so long a measure is bad before it is told
  std::uint32_t cool_down_seconds = 300; ///< and good before it is over
  std::vector<ReceiverConfig> receivers;
};

struct SyncConfig {
  std::string source_of_truth = "merge"; ///< or a connector's name
  std::vector<ConnectorName> precedence; ///< as written; see to_applied for the rest
  std::map<std::string, std::vector<ConnectorName>> field_writers;
  events::ConversationRules conversation;
  std::chrono::seconds parking_timeout{std::chrono::hours{24}};
  events::ManualEditRules manual_edits;
  events::PlacementRules placement;
};

/// One connector of a tenant. `settings` has every value, also defaults and the common ones.
struct ConnectorConfig {
  std::string type;
  const connectors::Connector* connector = nullptr;
  connectors::Settings settings;
  bool receives = true;
  std::uint32_t requests_per_second = 10; ///< 0: no limit of ours
  std::uint32_t burst = 20;
  std::uint32_t webhooks_per_minute = 0; ///< 0: no limit
  std::uint32_t refused_status = 0;      ///< of a bad signature; 0: as its type gives
  std::uint32_t silence_minutes = 0;     ///< without a webhook; 0: as AlertConfig says
  std::uint32_t concurrency = 8;
  std::uint32_t timeout_ms = 10'000;
  std::uint32_t breaker_failures = 5;
  std::uint32_t breaker_pause_ms = 60'000;
  std::uint32_t breaker_successes = 3;
  bool allow_loopback_http = false;
  std::chrono::seconds reconcile_every{0}; ///< 0: only when it is asked for
  /// The account is connected by a code, and its tokens are renewed.
  bool uses_oauth() const { return !settings.get("oauth.client_id").empty(); }
};

struct TenantConfig {
  TenantId id;
  std::string name;       ///< as people say it
  std::string recorded{}; ///< its table as the log has it, TOML; "" when it stands in the file
  /// Does the table of quiet hours hold for its agents' texts? None: as `sync.sending` says.
  std::optional<bool> quiet_table{};
  bool drop_when_suspended = false; ///< its webhooks, but for possible opt-outs
  bool public_page = true;          ///< the office's page is shown without a login
  std::vector<ConnectorConfig> connectors;
};

/// A person or program that may use the API. The token itself is not kept.
struct ApiTokenConfig {
  std::string name;
  std::string role;   ///< viewer, auditor, operator, admin
  std::string sha256; ///< of the token, 64 hex digits in lower case
  TenantId tenant{};  ///< whose data it may see; empty: the only tenant there is
};

struct Config {
  ServerConfig server;
  std::string log_dir = "data";   ///< as written: relative to the working folder
  std::string log_level = "info"; ///< of the service's own lines: debug, info, warning, error
  std::string service_log_dir;    ///< where they stand as files too; "": nowhere
  HealthConfig health;
  BackupConfig backup;
  TracesConfig traces;
  AlertConfig alerts;
  SyncConfig sync;
  std::vector<TenantConfig> tenants;
  std::vector<ApiTokenConfig> tokens;

  const TenantConfig* tenant(const TenantId& id) const;
  /// Any connector with allow_loopback_http: shown by check-config and /health.
  bool loopback_http_allowed() const;
};

/// What is wrong at one place, and what to do about it. Never holds a secret.
struct Fault {
  std::string file;
  std::uint32_t line = 1;
  std::string key;
  std::string what;
  std::string todo;
  bool operator==(const Fault&) const = default;
};
/// `file:line: key: what is wrong: what to do`
std::string to_text(const Fault& fault);

/// A value in force and where it comes from. A secret's value is `***`.
struct EffectiveValue {
  std::string key;
  std::string value;
  std::string source; ///< default, file:line, environment NAME, file PATH
};

/// Does the table of quiet hours hold for the tenant?
bool keeps_quiet_hours(const Config& config, const TenantConfig& tenant);

/// The configuration of one tenant as the log records it (rule 1): connectors that `precedence`
/// does not name come last, in the order of the file; secrets are left out.
events::ConfigApplied to_applied(const Config& config, const TenantConfig& tenant);

} // namespace tidemark::config
