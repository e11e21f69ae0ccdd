#include "config/load.hpp"
#include "events/codec.hpp"
#include "tests/config/fake_environment.hpp"
#include "tests/fuzz/input.hpp"

// Any configuration file: every fault says where, what and what to do; no secret is shown; one
// without faults is whole and can be recorded.
namespace tidemark::fuzz {
namespace {

bool shows_secret(const std::string& text) {
  return text.find(config::FakeEnvironment::canary) != std::string::npos;
}

void check_config(const config::Config& loaded) {
  require(!loaded.tenants.empty(), "no fault, and no tenant");
  for (const auto& tenant : loaded.tenants) {
    require(!tenant.id.value.empty() && loaded.tenant(tenant.id) == &tenant,
            "a tenant that is not found");
    for (const auto& connector : tenant.connectors)
      require(connector.connector != nullptr && connector.connector->type == connector.type
                  && !connector.settings.name.value.empty() && connector.timeout_ms > 0,
              "no fault, and a connector that is not whole");
    const events::Event applied = to_applied(loaded, tenant);
    const auto stored = events::encode(applied);
    require(!shows_secret(stored), "a secret would be recorded");
    const auto back = events::decode(events::type_of(applied), stored);
    require(back.ok() && *back == applied, "the configuration cannot be recorded as it is");
  }
}

} // namespace

void check(Input& input) {
  const auto text = input.text();
  const config::FakeEnvironment environment;
  if (text.find(config::FakeEnvironment::canary) != std::string_view::npos)
    return; // a secret written into the file itself may be quoted from it
  const auto loaded = config::load_config(text, "fuzz.toml", environment);
  for (const auto& fault : loaded.faults) {
    require(fault.file == "fuzz.toml" && fault.line >= 1 && !fault.what.empty()
                && !fault.todo.empty(),
            "a fault that does not say where, what, and what to do");
    require(!shows_secret(to_text(fault)), "a fault shows a secret");
  }
  for (const auto& value : loaded.effective)
    require(!value.key.empty() && !value.source.empty() && !shows_secret(value.value),
            "an effective value shows a secret, or not where it comes from");
  if (loaded.ok())
    check_config(loaded.config);
}

} // namespace tidemark::fuzz
