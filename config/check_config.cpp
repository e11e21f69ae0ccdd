#include "config/check_config.hpp"

#include "base/text/json_writer.hpp"
#include "base/text/split.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace tidemark::config {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_bad_configuration = 64;

std::string object(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string out = "{";
  for (const auto& [name, value] : members) {
    out += out.size() > 1 ? "," : "";
    json::append_string(out, name);
    out += ':';
    json::append_string(out, json::to_valid_utf8(value));
  }
  return out + "}";
}

/// Whose texts leave at any hour, and what that risks; "" when all keep to the table.
std::string warning_of_quiet_hours(const Config& config) {
  std::string names;
  for (const auto& tenant : config.tenants)
    if (!keeps_quiet_hours(config, tenant))
      names += (names.empty() ? "" : ", ") + tenant.id.value;
  if (names.empty())
    return {};
  return "quiet_hours is off for " + names
         + ": the table of hours and daily numbers for +1 does not hold; texts at night or too "
           "many "
           "in a day can cost $500 to $1,500 each (47 U.S.C. 227, state laws)";
}

/// Entries of allowed_events that name nothing which the connector acts on: a slip, most likely, by
/// which its events are ignored.
std::vector<std::string> warnings_of_allowed_events(const Config& config) {
  std::vector<std::string> out;
  for (const auto& tenant : config.tenants)
    for (const auto& own : tenant.connectors) {
      if (own.connector == nullptr || own.connector->handled_kinds == nullptr)
        continue;
      const auto handled = own.connector->handled_kinds(own.settings);
      for (const auto entry : split(own.settings.get("allowed_events"), "\n"))
        if (std::ranges::none_of(handled, [&](const connectors::HandledKind& kind) {
              return connectors::patterns_meet(entry, kind.name);
            }))
          out.push_back("tenants[" + tenant.id.value + "].connectors[" + own.settings.name.value
                        + "].allowed_events: " + std::string(entry) + " fits no event that "
                        + std::string(own.connector->title)
                        + "'s connector acts on; tidemark kinds lists those");
    }
  return out;
}

/// Alerts hold no personal data, but say what is wrong with whom.
std::vector<std::string> warnings_of_receivers(const Config& config) {
  std::vector<std::string> out;
  for (const auto& receiver : config.alerts.receivers)
    if (receiver.plain)
      out.push_back(
          "alerts.receivers[" + receiver.name
          + "].allow_plain is set: alerts, and a password, may leave unencrypted; only for "
            "a receiver on your own machine or network");
  return out;
}

/// What comes in meanwhile is in no log, and most systems send nothing twice.
std::vector<std::string> warnings_of_dropping(const Config& config) {
  std::vector<std::string> out;
  for (const auto& tenant : config.tenants)
    if (tenant.drop_when_suspended)
      out.push_back(
          "tenants[" + tenant.id.value
          + "].drop_when_suspended is set: while it is suspended its webhooks are refused "
            "and lost, but for those that may be opt-outs; what happened meanwhile is "
            "known only after a backfill");
  return out;
}

std::vector<std::string> warnings_of(const Config& config, const StoreKeySource& store_key) {
  auto out = warnings_of_allowed_events(config);
  if (store_key.file.empty())
    out.emplace_back("no store key is given: a service that is started so keeps the data folder's "
                     "secrets plain, for its user only; see Secrets at rest in docs/secrets.md");
  std::ranges::move(warnings_of_dropping(config), std::back_inserter(out));
  std::ranges::move(warnings_of_receivers(config), std::back_inserter(out));
  if (auto hours = warning_of_quiet_hours(config); !hours.empty())
    out.push_back(std::move(hours));
  return out;
}

void print_json(const LoadedConfig& loaded, bool effective, const StoreKeySource& store_key,
                std::ostream& out) {
  for (const auto& fault : loaded.faults) {
    auto line = object(
        {{"file", fault.file}, {"key", fault.key}, {"what", fault.what}, {"todo", fault.todo}});
    line.insert(line.size() - 1, ",\"line\":" + std::to_string(fault.line));
    out << line << '\n';
  }
  if (effective)
    for (const auto& value : loaded.effective)
      out << object({{"key", value.key}, {"value", value.value}, {"source", value.source}}) << '\n';
  if (loaded.ok())
    for (const auto& warning : warnings_of(loaded.config, store_key))
      out << object({{"warning", warning}}) << '\n';
  out << "{\"summary\":{\"faults\":" << loaded.faults.size()
      << ",\"tenants\":" << loaded.config.tenants.size()
      << ",\"loopback_http_allowed\":" << (loaded.config.loopback_http_allowed() ? "true" : "false")
      << "}}\n";
}

void print_text(const LoadedConfig& loaded, const CheckConfigOptions& options,
                const StoreKeySource& store_key, std::ostream& out) {
  for (const auto& fault : loaded.faults)
    out << to_text(fault) << '\n';
  if (options.effective)
    for (const auto& value : loaded.effective)
      out << value.key << " = " << (value.value.empty() ? "(empty)" : value.value) << "  ("
          << value.source << ")\n";
  if (!loaded.ok()) {
    out << loaded.faults.size() << (loaded.faults.size() == 1 ? " fault\n" : " faults\n");
    return;
  }
  if (loaded.config.loopback_http_allowed())
    out << "warning: allow_loopback_http is set: plain http to the own machine, for tests only\n";
  for (const auto& warning : warnings_of(loaded.config, store_key))
    out << "warning: " << warning << '\n';
  out << options.file << ": good\n";
}

} // namespace

int run_check_config(const CheckConfigOptions& options, const Environment& environment,
                     std::ostream& out) {
  const auto loaded = load_config_file(options.file, environment);
  const auto store_key = store_key_source(options.store_key, environment);
  if (options.format == OutputFormat::json)
    print_json(loaded, options.effective, store_key, out);
  else
    print_text(loaded, options, store_key, out);
  return loaded.ok() ? exit_ok : exit_bad_configuration;
}

} // namespace tidemark::config
