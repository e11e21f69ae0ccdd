#include "app/probe/connector_test.hpp"

#include "app/probe/system_probe.hpp"
#include "base/text/joined.hpp"
#include "config/environment.hpp"
#include "config/load.hpp"

#include <nlohmann/json.hpp>

#include <future>
#include <ostream>

namespace tidemark::app {
namespace {

using Json = nlohmann::ordered_json;

void print(const ConnectorTestOptions& options, std::ostream& out, const std::string& tenant,
           const std::string& name, const gateway::TestStep& step) {
  if (options.format == config::OutputFormat::json) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    out << Json{{"tenant", tenant},
                {"connector", name},
                {"step", step.step},
                {"verdict", step.verdict},
                {"reason_code", or_null(step.reason_code)},
                {"text", step.text},
                {"next_step", or_null(step.next_step)},
                {"milliseconds", step.milliseconds}}
               .dump(-1, ' ', false, Json::error_handler_t::replace)
        << '\n';
    return;
  }
  out << name << "  " << step.step << "  " << step.verdict
      << (step.reason_code.empty() ? "" : " (" + step.reason_code + ")") << ": " << step.text
      << (step.next_step.empty() ? "" : " " + step.next_step) << '\n';
}

Result<storage::SecretFiles> secrets_in(const std::string& data, const std::string& store_key) {
  const auto source = config::store_key_source(store_key, *config::process_environment());
  TRY(key, storage::StoreKey::load(source.file, !source.of_the_manager));
  return storage::SecretFiles::open_in(data + "/keys", std::move(key), false);
}

} // namespace

int test_connectors(const ConnectorTestOptions& options, std::ostream& out) {
  const auto loaded = config::load_config_file(options.config_file, *config::process_environment());
  for (const auto& fault : loaded.faults)
    out << config::to_text(fault) << '\n';
  if (!loaded.ok())
    return 64;
  const auto data = options.data_dir.empty() ? loaded.config.log_dir : options.data_dir;
  const auto secrets = secrets_in(data, options.store_key);
  if (!secrets) {
    out << secrets.error().text << '\n';
    return 64;
  }
  const auto client = actors::make_curl_client({});
  struct Asked {
    std::string tenant, name;
    std::future<std::vector<gateway::TestStep>> steps;
  };
  std::vector<Asked> all; // side by side: one that does not answer keeps no other waiting
  std::vector<std::string> known;
  for (const auto& tenant : loaded.config.tenants)
    for (const auto& connector : tenant.connectors) {
      const auto& name = connector.settings.name.value;
      if (!options.tenant.empty() && options.tenant != tenant.id.value)
        continue;
      known.push_back(name);
      if (!options.connector.empty() && options.connector != name)
        continue;
      all.push_back({tenant.id.value, name, std::async(std::launch::async, [&] {
                       return probe_system(*client, connector, tenant.id, *secrets);
                     })});
    }
  const auto asked = all.size();
  std::size_t failed = 0;
  for (auto& one : all) {
    bool good = true;
    for (const auto& step : one.steps.get()) {
      good &= step.verdict != "failed";
      print(options, out, one.tenant, one.name, step);
    }
    failed += good ? 0 : 1;
    out.flush(); // whoever reads along may not wait for the slowest
  }
  if (asked == 0) {
    out << "error: bad_usage: there is no connector of this name; there are: "
        << joined(known, ", ") << '\n';
    return 2;
  }
  if (options.format == config::OutputFormat::json)
    out << Json{{"summary", {{"connectors", asked}, {"failed", failed}}}}.dump() << '\n';
  else
    out << (failed == 0
                ? "All " + std::to_string(asked) + " connectors answer."
                : std::to_string(failed) + " of " + std::to_string(asked) + " connectors FAIL.")
        << '\n';
  return failed == 0 ? 0 : 1;
}

} // namespace tidemark::app
