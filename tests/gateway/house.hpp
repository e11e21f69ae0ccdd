#pragma once
#include "gateway/server/gateway.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/gateway/client.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace tidemark::gateway::test {

/// A clock that stands until it is moved.
class StandingClock final : public WallClock {
public:
  Timestamp now() const override { return Timestamp{std::chrono::microseconds(micros_.load())}; }
  void advance(std::chrono::seconds by) { micros_ += std::chrono::microseconds(by).count(); }

private:
  std::atomic<std::int64_t> micros_{1'790'000'000'000'000};
};

class SetHealth final : public HealthPort {
public:
  std::vector<ServiceHealth> services() const override {
    while (holds_services)
      is_held = true;
    return parts;
  }
  bool accepting() const override { return is_accepting; }
  std::vector<domain::ConnectorReport> connectors() const override { return reports; }
  Throughput throughput(const TenantId&) const override { return going; }
  std::vector<Silence> silences() const override { return silent; }
  std::vector<Backlog> backlogs() const override { return waiting; }
  std::vector<BadMeasure> bad_measures() const override { return bad; }
  std::vector<UnknownKind> unknown_kinds() const override { return kinds; }
  std::optional<Timestamp> disk_low_since() const override { return disk_low; }
  std::optional<OverdueBackup> overdue_backup() const override { return backup; }
  domain::ServiceProfile profile() const override { return profiled; }
  std::string metrics() const override { return "tidemark_extra 1\n"; }
  Throughput going;
  domain::ServiceProfile profiled;
  std::vector<BadMeasure> bad;
  std::vector<UnknownKind> kinds;
  std::optional<Timestamp> disk_low;
  std::optional<OverdueBackup> backup;
  std::vector<ServiceHealth> parts;
  std::vector<domain::ConnectorReport> reports;
  std::vector<Silence> silent;
  std::vector<Backlog> waiting;
  std::atomic<bool> is_accepting{true};
  std::atomic<bool> holds_services{false}; ///< while it is set, `services` does not return
  mutable std::atomic<bool> is_held{false};
};

/// A configuration of one value, which can be read again or has a fault.
class SetConfiguration final : public ConfigurationPort {
public:
  Result<ReloadOutcome> reload(const std::string& by, const std::string&) override {
    asked_by = by;
    if (!fault.empty())
      return Error{"bad_configuration", fault};
    return ReloadOutcome{{"alerts.many"}, {"server.listen"}};
  }
  std::vector<std::array<std::string, 3>> in_force() const override {
    return {{"alerts.many", "7", "tidemark.toml:3"}};
  }
  AlertThresholds thresholds() const override { return limits; }
  std::string fault, asked_by;
  AlertThresholds limits;
};

/// A log of two parts.
class SetLogLevels final : public LogLevelPort {
public:
  std::vector<PartLevel> levels() const override {
    return {{"delivery", "debug", false, until}, {"intake", "info", true, {}}};
  }
  Status set(const Wishes& wishes, std::optional<Timestamp> end, const std::string& by,
             const std::string&) override {
    if (wishes.empty())
      return Error{"bad_log_level", "say of which part"};
    asked = wishes;
    asked_by = by;
    until = end;
    return Done{};
  }
  Wishes asked;
  std::string asked_by;
  std::optional<Timestamp> until;
};

/// One test of `crm` that has failed, asked for by `start`.
class SetConnectorTests final : public ConnectorTestPort {
public:
  Status start(const TenantId& tenant, const ConnectorName& connector) override {
    if (connector.value == "nobody")
      return Error{"not_found", "there is no connector of this name; there are: crm"};
    if (runs)
      return Error{"busy", "systems are being tested already"};
    started.push_back(tenant.value + "/" + connector.value);
    return Done{};
  }
  std::optional<ConnectorTests> last(const TenantId& tenant) const override {
    if (tenant.value != "acme")
      return std::nullopt;
    const Timestamp at{std::chrono::microseconds{1'790'000'000'000'000}};
    ConnectorTests out{at, runs ? std::nullopt : std::optional(at), {}};
    out.items.push_back({ConnectorName("crm"),
                         {{"dns", "ok", "", "crm.example.com is known", "", 3},
                          {"tcp", "failed", "connection_refused", "port 443: refused",
                           "Nothing listens there: check the port in base_url.", 1}}});
    return out;
  }
  bool runs = false;
  std::vector<std::string> started;
};

/// Takes any settings but "bad"; `followed` is what is done then.
class SetTenants final : public TenantPort {
public:
  Result<CheckedSettings> check(const TenantId&, const std::string& toml) const override {
    if (toml == "bad")
      return Error{"bad_settings", "tenant x:1: tenants[x].id: it is not a name: write another"};
    return CheckedSettings{toml, ""};
  }
  /// Settings that begin with "fixed" take a restart.
  Result<SettingsChange> compare(const TenantId& tenant, const std::string& from,
                                 const std::string& to) const override {
    TRY(checked, check(tenant, to));
    SettingsChange out{checked.toml, named, {}};
    if (from != to)
      out.differences.push_back({"settings", from, to, !to.starts_with("fixed")});
    return out;
  }
  std::vector<std::string> needs_restart(const TenantId&, const std::string&) const override {
    return waiting;
  }
  std::string named; ///< the name in settings that are compared
  std::vector<std::string> waiting;
  Status follow(const TenantId&) override {
    if (followed)
      followed();
    return Done{};
  }
  std::function<void()> followed;
};

/// The played connector: `x-secret: open` is the vendor, `x-secret: old` the vendor long ago.
/// The delivery id is the header `x-id`; a body with "STOP" may opt out +12025550142,
/// one with "SEND" asks for a text to that number.
const connectors::Connector& played_connector();

inline constexpr std::string_view admin_token = "admin-token-000000000000000000000";
inline constexpr std::string_view viewer_token = "viewer-token-00000000000000000000";
inline constexpr std::string_view operator_token = "operator-token-000000000000000000";
inline constexpr std::string_view auditor_token = "auditor-token-0000000000000000000";

/// A gateway on a free port over a log in memory.
struct House {
  explicit House(const std::function<void(GatewayOptions&)>& change = {},
                 storage::MemoryLog::Mode mode = storage::MemoryLog::Mode::at_once);
  /// Starts the gateway over what the log holds; without one, as it is after the constructor.
  void open();
  Client connect() const { return Client(gateway->port()); }
  /// One request on its own connection.
  Reply ask(std::string_view bytes) const { return connect().ask(bytes); }
  Reply get(std::string_view target, std::string_view token = viewer_token) const;
  Reply post(std::string_view target, std::string_view body,
             std::string_view token = operator_token) const;
  /// Puts an event of acme into the log.
  Position put(const StreamName& stream, events::Event event, std::vector<events::Tag> tags,
               const TenantId& tenant = TenantId("acme"));
  /// Brings every table to the log's end.
  void fold();

  StandingClock clock;
  SetHealth health;
  storage::MemoryLog log;
  storage::MemoryTables tables;
  KeyedHasher hasher{SecretText("pepper")};
  ConnectAccount connect_account;    ///< what the port does
  ReceiverPort* receivers = nullptr; ///< likewise, of alerts
  ConfigurationPort* configuration = nullptr;
  LogLevelPort* log_levels = nullptr;
  SecretsPort* secrets = nullptr;
  ConnectorTestPort* connector_tests = nullptr;
  decltype(GatewayPorts::renew_account) renew_account;
  TenantPort* tenants = nullptr;
  std::unique_ptr<LiveOptions> live; ///< where there is `tenants`
  std::function<void(GatewayOptions&)> change;
  std::unique_ptr<Gateway> gateway;
};

/// A webhook of the played connector.
std::string webhook(std::string_view body, std::string_view id = "",
                    std::string_view target = "/webhooks/crm");

} // namespace tidemark::gateway::test
